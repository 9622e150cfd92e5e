import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import { contextOf } from '../contract/context-url.ts';
import type { Answer, AnswerFor, Operation } from '../contract/operation.ts';
import { Page } from '../contract/read-rows.ts';
import { fieldText, listText, membersText, objectText } from '../contract/write-answer.ts';
import type { Context } from './context.ts';
import { sendPacked, WORTH_PACKING } from './pack.ts';
import { type FileAnswer, Reply } from './reply.ts';

export { type FileAnswer, Reply };

const ODATA_JSON = 'application/json; odata.metadata=minimal; odata.streaming=true; charset=utf-8';
const ODATA = { 'content-type': ODATA_JSON };
const PLAIN = { 'content-type': 'application/json; charset=utf-8' };

/** Serialises a handler's result as the operation declares it. `status` overrides the declared one. */
export function answerOf(
  operation: Operation,
  ctx: Context,
  result: unknown,
  status = operation.answer.status,
): Reply {
  if (result instanceof Reply) return result;
  const { answer } = operation;
  if (
    'emptyStatus' in answer &&
    answer.emptyStatus !== undefined &&
    (result === undefined || result === null)
  ) {
    return new Reply(answer.emptyStatus);
  }
  switch (answer.kind) {
    case 'nothing':
      return new Reply(status);
    case 'file':
    case 'stream':
      return fileReply(status, answer.type, result as FileAnswer);
    case 'plain':
      return new Reply(
        status,
        'kind' in answer.of ? fieldText(answer.of, result) : objectText(answer.of, result),
        PLAIN,
      );
    case 'value':
      return odata(status, ctx, answer, `"value":${fieldText(answer.of, result)}`);
    case 'one':
      return odata(status, ctx, answer, membersText(answer.of, result, ctx.options.select !== undefined));
    case 'many':
      return manyOf(answer, ctx, result, status);
  }
}

function manyOf(answer: Answer & { kind: 'many' }, ctx: Context, result: unknown, status: number): Reply {
  const page = pageOf(result);
  const { of } = answer;
  const isPartial = ctx.options.select !== undefined;
  const rows = listText(
    page.rows,
    'kind' in of ? (row) => fieldText(of, row) : (row) => objectText(of, row, isPartial),
  );
  const count = page.count === undefined ? '' : `"@odata.count":${page.count},`;
  const about = page.estimate === undefined ? '' : `"@baton.estimatedCount":${page.estimate},`;
  const next = page.next === undefined ? '' : `,"@odata.nextLink":${JSON.stringify(nextLink(ctx, page))}`;
  const reply = odata(status, ctx, answer, `${count}${about}"value":${rows}${next}`);
  if (!(result instanceof Page)) return reply;
  const applied = [
    ...(ctx.isPreferredSize ? [`odata.maxpagesize=${ctx.pageRows}`] : []),
    ...(page.estimate === undefined ? [] : ['odata.include-annotations="baton.estimatedCount"']),
  ];
  if (applied.length === 0) return reply;
  return new Reply(status, reply.body, { ...ODATA, 'preference-applied': applied.join(', ') });
}

const pageOf = (result: unknown): Page<unknown> =>
  result instanceof Page ? result : new Page(result as unknown[], (result as unknown[]).length);

/**
 * The call's own address with where the next page begins. A smaller page that the client preferred
 * leaves the rest of its `$top`.
 */
function nextLink({ url, options: { top } }: Context, { rows, next }: Page<unknown>): string {
  const [path, query = ''] = url.split('?', 2) as [string, string?];
  const kept = query
    .split('&')
    .filter((part) => part !== '' && !/^(\$|%24)(skip|skiptoken|top)=/i.test(part));
  const rest = top === undefined ? [] : [`$top=${top - rows.length}`];
  return `${path}?${[...kept, ...rest, `$skiptoken=${next}`].join('&')}`;
}

/** What `/$count` answers, from what its list answers. */
export function countReply(result: unknown): Reply {
  const page = pageOf(result);
  return new Reply(200, String(page.count ?? page.rows.length), {
    'content-type': 'text/plain; charset=utf-8',
  });
}

/** A JSON object that begins with its context, as OData has it. */
function odata(status: number, ctx: Context, answer: Answer, members: string): Reply {
  const context = JSON.stringify(`${ctx.baseUrl}/odata/$metadata#${fragmentOf(answer)}`);
  return new Reply(
    status,
    members === '' ? `{"@odata.context":${context}}` : `{"@odata.context":${context},${members}}`,
    ODATA,
  );
}

function fragmentOf(answer: Answer): string {
  let fragment = fragments.get(answer);
  if (fragment === undefined) fragments.set(answer, (fragment = contextOf(answer) ?? ''));
  return fragment;
}
const fragments = new WeakMap<Answer, string>();

/** For handlers whose status depends on what happened, e.g. 207 where some items failed. */
export const withStatus = <O extends Operation>(
  operation: O,
  ctx: Context,
  status: number,
  result: AnswerFor<O>,
): Reply => answerOf(operation, ctx, result, status);

function fileReply(
  status: number,
  type: string,
  { body, contentType = type, fileName, size, ...more }: FileAnswer,
): Reply {
  const headers: Record<string, string> = { ...more.headers, 'content-type': contentType };
  if (size !== undefined) headers['content-length'] = String(size);
  if (fileName !== undefined) {
    const ascii = fileName.replace(/[^\x20-\x7e]|["\\]/g, '_');
    headers['content-disposition'] =
      `attachment; filename="${ascii}"; filename*=UTF-8''${encodeName(fileName)}`;
  }
  return new Reply(status, body, headers);
}

/** As RFC 8187 has it: quotes end its parts, and these four are no letters of it. */
const encodeName = (name: string): string =>
  encodeURIComponent(name).replace(
    /['()*]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  );

export function send(
  reply: FastifyReply,
  { status, body, headers }: Reply,
): FastifyReply | Promise<FastifyReply> {
  reply.code(status).headers(headers);
  // An empty text would have a type, and clients would read what is not there.
  if (body === null) return reply.send();
  if (!headers['content-type']) reply.type(ODATA_JSON);
  if (typeof body === 'string' && body.length >= WORTH_PACKING) return sendPacked(reply, body);
  if (body instanceof Readable && reply.request.method === 'HEAD') {
    body.destroy();
    return reply.send();
  }
  return reply.send(body);
}
