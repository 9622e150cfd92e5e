import { InvalidPackage } from '@baton/nupkg/invalid-package';
import { objectText } from '../../kernel/contract/write-answer.ts';
import { ApiError, badRequest, CODE } from '../../kernel/errors.ts';
import { type Reply, withStatus } from '../../kernel/http/answer.ts';
import type { Context } from '../../kernel/http/context.ts';
import type { Upload, UploadedFile } from '../../kernel/http/multipart.ts';
import { FeedPurpose, Library, Package, type uploadLibrary, type uploadPackage } from './contract.ts';
import { type Feed, requireFeed } from './feeds.ts';
import { publishPackage } from './publish-package.ts';

type Input = Partial<Upload> & { readonly feedId?: string | null };

interface Result {
  readonly Key: string;
  readonly Status: 'OK' | 'Conflict' | 'BadRequest';
  readonly Body: string;
}

const MULTI_STATUS = 207;

/**
 * Each file is handled on its own: the valid ones are added, whatever happens to the others. If the only file
 * of an upload fails, the answer is a plain error, because clients recognize "already there" by a 409. If one
 * of several fails, the answer is 207, and each row has its result.
 */
export async function uploadPackages(
  ctx: Context,
  operation: typeof uploadPackage | typeof uploadLibrary,
  purpose: number,
  input: Input,
): Promise<Reply> {
  const feed = await requireFeed(ctx, input.feedId, purpose, 'Create');
  const files = input.files ?? [];
  if (files.length === 0)
    throw badRequest(CODE.InvalidArgument, 'file: attach at least one package (.nupkg).');
  const results: Result[] = [];
  for (const file of files) {
    try {
      results.push(await publish(ctx, feed, file));
    } catch (error) {
      const refusal = refusalOf(error);
      if (!refusal) throw error;
      if (files.length === 1) throw refusal;
      results.push({
        Key: file.name,
        Status: refusal.status === 409 ? 'Conflict' : 'BadRequest',
        Body: refusal.message,
      });
    }
  }
  const isWhole = results.every(({ Status }) => Status === 'OK');
  return withStatus(operation, ctx, isWhole ? operation.answer.status : MULTI_STATUS, results);
}

async function publish(ctx: Context, feed: Feed, file: UploadedFile): Promise<Result> {
  const row = await publishPackage(ctx, feed, file);
  const shape = feed.purpose === FeedPurpose.Libraries ? Library : Package;
  return { Key: String(row['Key']), Status: 'OK', Body: objectText(shape, row) };
}

function refusalOf(error: unknown): ApiError | undefined {
  if (error instanceof InvalidPackage)
    return badRequest(CODE.InvalidArgument, `${error.code}: ${error.message}`);
  return error instanceof ApiError && error.status < 500 ? error : undefined;
}
