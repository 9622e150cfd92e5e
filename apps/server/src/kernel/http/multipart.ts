import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Busboy, type BusboyInstance } from '@fastify/busboy';
import { ApiError, badRequest, CODE, unsupportedType } from '../errors.ts';
import { StorageFailure } from '../files/storage-failure.ts';
import type { FileStore, SetAside } from '../files/store.ts';
import { boundedBytes } from './raw-body.ts';
import type { BodyLimit } from './read-bytes.ts';

export interface UploadedFile {
  /** The name of the form's field. Clients call it `file`, `file1`, `uploads[]` (clients.md, 17). */
  readonly field: string;
  readonly name: string;
  /** Where its content is until the call has been answered. */
  readonly path: string;
  /** In bytes. */
  readonly size: number;
  readonly sha256: string;
}

/** What a handler of a multipart operation finds in its input. */
export interface Upload {
  readonly files: readonly UploadedFile[];
  /** The other fields of the form, by their names. Most operations ignore them. */
  readonly fields: Readonly<Record<string, string>>;
}

const MOST = { files: 20, parts: 100, fields: 100, fieldSize: 65_536, headerPairs: 50 };

/**
 * Lets `work` use the files of a form. They stream to the disk one after the other, so a call holds a
 * few chunks of them, however large they are. All together are one body and limited as one. Afterwards
 * they are removed.
 */
export async function withUpload<T>(
  request: IncomingMessage,
  options: { contentType: string | undefined; limit: BodyLimit; store: FileStore },
  work: (upload: Upload) => Promise<T>,
): Promise<T> {
  const content: SetAside[] = [];
  try {
    return await work(await receive(request, options, content));
  } finally {
    // What cannot be removed is swept later. The call has its answer.
    await Promise.allSettled(content.map((each) => each.remove()));
  }
}

async function receive(
  request: IncomingMessage,
  { contentType, limit, store }: { contentType: string | undefined; limit: BodyLimit; store: FileStore },
  content: SetAside[],
): Promise<Upload> {
  const parser = parserOf(contentType);
  const fields = new Map<string, string>();
  parser.on('field', (name, value) => fields.set(name, value));
  const streams: Readable[] = [];
  const received: Promise<UploadedFile>[] = [];
  // The pipeline tells whoever waits. A stream that has ended has no listener.
  parser.on('error', () => undefined);
  parser.on('file', (field, stream, name) => {
    stream.on('error', () => undefined);
    streams.push(stream);
    const file = setAside(store, stream, content).then(({ path, ...known }) => {
      const shown = { ...known, field, name: (name ?? '').toWellFormed() };
      // Not enumerable, because whether a call is a repetition depends on the content, not on where it is
      // stored for now.
      return Object.defineProperty(shown, 'path', { value: path }) as UploadedFile;
    });
    received.push(file);
    // A full disk. The parser would wait for ever for somebody to take what comes.
    file.catch((error: Error) => parser.destroy(error));
  });
  for (const what of ['files', 'parts', 'fields'] as const)
    parser.on(`${what}Limit`, () =>
      parser.destroy(badRequest(CODE.InvalidArgument, `The form has more than ${MOST[what]} ${what}.`)),
    );
  try {
    await pipeline(boundedBytes(request, limit), parser);
    return { files: await Promise.all(received), fields: Object.fromEntries(fields) };
  } catch (error) {
    for (const stream of streams) stream.destroy(error as Error);
    await Promise.allSettled(received);
    throw isOfForm(error) ? badRequest(CODE.InvalidArgument, `The form is broken: ${error.message}.`) : error;
  }
}

function parserOf(contentType: string | undefined): BusboyInstance {
  if (!/^\s*multipart\/form-data/i.test(contentType ?? ''))
    throw unsupportedType(contentType, 'the file as multipart/form-data');
  try {
    return new Busboy({ headers: { 'content-type': contentType! }, limits: MOST });
  } catch (error) {
    throw badRequest(CODE.InvalidArgument, `Content-Type: ${(error as Error).message}.`);
  }
}

const isOfForm = (error: unknown): error is Error =>
  error instanceof Error && !(error instanceof ApiError) && !(error instanceof StorageFailure);

async function setAside(
  store: FileStore,
  stream: AsyncIterable<Buffer>,
  content: SetAside[],
): Promise<Pick<UploadedFile, 'path' | 'size' | 'sha256'>> {
  const hash = createHash('sha256');
  let size = 0;
  async function* seen(): AsyncGenerator<Buffer> {
    for await (const chunk of stream) {
      size += chunk.length;
      hash.update(chunk);
      yield chunk;
    }
  }
  const aside = await store.setAside(seen());
  content.push(aside);
  return { path: aside.path, size, sha256: hash.digest('hex') };
}
