import sql from 'sql-template-tag';
import type { Transaction } from '../../kernel/db/sql.ts';
import { notFound } from '../../kernel/errors.ts';
import { type Teller, tell } from '../../kernel/events/tell.ts';
import type { FileStore } from '../../kernel/files/store.ts';
import { adopt } from '../../kernel/files/unused-files.ts';
import { bucketIsReadOnly } from './bucket-error.ts';
import { hasOption } from './bucket-options.ts';
import { Bucket } from './contract.ts';
import { fileUploaded } from './events.ts';

/** Writes content. Answers its size in bytes. */
export async function writeContent(
  files: FileStore,
  key: string,
  bytes: AsyncIterable<Buffer>,
): Promise<number> {
  let size = 0;
  async function* counted(): AsyncGenerator<Buffer> {
    for await (const chunk of bytes) {
      size += chunk.length;
      yield chunk;
    }
  }
  await files.write(key, counted());
  return size;
}

export const contentFolder = (bucketId: number): string => `buckets/${bucketId}`;

export interface NewFile {
  readonly bucketId: number;
  readonly path: string;
  readonly contentType: string;
  readonly key: string;
  /** In bytes. */
  readonly size: number;
  /** Whether it may replace an existing file. */
  readonly replaces: boolean;
}

interface Who extends Teller {
  readonly folderId: number;
}

/**
 * Writes the row of a new file, or of one that replaces another. The file is not visible before the
 * transaction commits. The bucket is checked again, because it may have changed while the content
 * was written.
 */
export async function recordFile(tx: Transaction, who: Who, file: NewFile): Promise<void> {
  const bucket = await tx.first<{ name: string; options: number }>(sql`
    select name, options from buckets where id = ${file.bucketId} and tenant_id = ${who.tenant.id} for share`);
  if (!bucket) throw notFound(Bucket.label);
  if (hasOption(bucket.options, 'ReadOnly')) throw bucketIsReadOnly(bucket.name);
  await adopt(tx, file.key);
  const row = await tx.first<{ id: number }>(sql`
    insert into bucket_files (bucket_id, path, content_type, size, file_key)
    values (${file.bucketId}, ${file.path}, ${file.contentType}, ${file.size}, ${file.key})
    on conflict (bucket_id, path) do update
      set content_type = excluded.content_type, size = excluded.size, file_key = excluded.file_key,
          modified_at = now()
      where ${file.replaces}
    returning id`);
  if (!row) throw new Error(`There is a file ${file.path} in the bucket ${bucket.name} already.`);
  await tell(tx, who, fileUploaded, [
    {
      key: row.id,
      folderId: who.folderId,
      payload: { bucketName: bucket.name, fullPath: `/${file.path}` },
    },
  ]);
}
