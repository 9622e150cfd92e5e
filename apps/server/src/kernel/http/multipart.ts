import type { FastifyRequest } from 'fastify';
import { badRequest } from '../errors.ts';

export interface UploadedFile {
  /** Name of the form's field; clients call it `file`, `file1`, `uploads[]` (clients.md, 17). */
  readonly field: string;
  readonly name: string;
  readonly bytes: Buffer;
}

/** What a handler of a multipart operation finds in its input. */
export interface Upload {
  readonly files: readonly UploadedFile[];
  readonly form: Readonly<Record<string, string>>;
}

export async function readUpload(request: FastifyRequest): Promise<Upload> {
  if (!request.isMultipart()) throw badRequest(0, 'file: send the file as multipart/form-data.');
  const files: UploadedFile[] = [];
  const form: Record<string, string> = {};
  for await (const part of request.parts()) {
    if (part.type === 'file')
      files.push({ field: part.fieldname, name: part.filename, bytes: await part.toBuffer() });
    else form[part.fieldname] = String(part.value);
  }
  return { files, form };
}
