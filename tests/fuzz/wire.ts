import { textOf, type Wire } from './bend.ts';
import type { Plan } from './plan.ts';
import { jsonText } from './raw-json.ts';

/** Writes a call down as it goes over the wire. */
export function wireOf(plan: Plan): Wire {
  const path = plan.path.replace(/\{(\w+)\}/g, (_, name: string) => encoded(plan.params[name]));
  const query = Object.entries(plan.query).map(([name, value]) => `${encoded(name)}=${encoded(value)}`);
  const { type, body } = bodyOf(plan);
  return {
    method: plan.method,
    target: query.length > 0 ? `${path}?${query.join('&')}` : path,
    headers: { ...plan.headers, ...(type ? { 'content-type': type } : {}) },
    body,
  };
}

function bodyOf({ body, bytes, files, form }: Plan): {
  readonly type?: string;
  readonly body: Buffer | undefined;
} {
  if (bytes) return { type: 'application/octet-stream', body: Buffer.from(bytes) };
  if (form) {
    const text = Object.entries(form)
      .map(([name, value]) => `${encoded(name)}=${encoded(value)}`)
      .join('&');
    return { type: 'application/x-www-form-urlencoded', body: Buffer.from(text) };
  }
  if (files) return { type: 'multipart/form-data; boundary=fuzz', body: multipartOf(files) };
  if (body === undefined) return { body: undefined };
  return { type: 'application/json', body: Buffer.from(jsonText(body)) };
}

function multipartOf(files: NonNullable<Plan['files']>): Buffer {
  const name = (text: string): string => text.replace(/[\r\n"]/g, '_');
  const parts = files.flatMap((file) => [
    Buffer.from(
      `--fuzz\r\ncontent-disposition: form-data; name="${name(file.name)}"; filename="${name(file.fileName)}"\r\n` +
        'content-type: application/octet-stream\r\n\r\n',
    ),
    file.bytes,
    Buffer.from('\r\n'),
  ]);
  return Buffer.concat([...parts, Buffer.from('--fuzz--\r\n')]);
}

/** Halves of surrogate pairs as their own three bytes: what a careless client sends. */
function encoded(value: unknown): string {
  const text = textOf(value);
  return text.isWellFormed()
    ? encodeURIComponent(text)
    : encodeURIComponent(text.toWellFormed()).replaceAll('%EF%BF%BD', '%ED%A0%80');
}
