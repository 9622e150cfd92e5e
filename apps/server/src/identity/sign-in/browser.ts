import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Queryable } from '../../kernel/db/sql.ts';
import { chooseLanguage, cookieIn, type Reader } from './choose-language.ts';
import { type Page, render } from './pages/layout.ts';

/** The fields of a form. */
export type Form = Readonly<Record<string, string | undefined>>;

/** Answers with a page, in the reader's language. */
export async function send(
  db: Queryable,
  reply: FastifyReply,
  page: Page,
  reader: Reader = {},
): Promise<FastifyReply> {
  const { headers: sent, url } = reply.request;
  const language = await chooseLanguage(db, sent, reader);
  const { status, headers, text } = render(page, { language, address: url });
  return reply.code(status).headers(headers).send(text);
}

/** 303: a POST is followed by a page that can be reloaded. */
export const goTo = (reply: FastifyReply, path: string): FastifyReply =>
  reply.code(303).header('location', path).header('cache-control', 'no-store').send();

export const readCookie = (request: FastifyRequest, name: string): string | undefined =>
  cookieIn(request.headers.cookie, name);

export interface Cookie {
  readonly name: string;
  readonly value: string;
  readonly path: string;
  readonly maxAgeSeconds: number;
  readonly secure: boolean;
}

export function setCookie(reply: FastifyReply, { name, value, path, maxAgeSeconds, secure }: Cookie): void {
  const parts = [`${name}=${value}`, `Path=${path}`, `Max-Age=${maxAgeSeconds}`, 'HttpOnly', 'SameSite=Lax'];
  // A raw header, because reply.header would join it with what oidc-provider sets on the same answer.
  reply.header('set-cookie', [...parts, ...(secure ? ['Secure'] : [])].join('; '));
}

/** Refuses a form that another site's page has sent. SameSite cookies do so too, if there are cookies. */
export function isForeign(request: FastifyRequest): boolean {
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined) return site !== 'same-origin' && site !== 'none';
  const { origin, host } = request.headers;
  return origin !== undefined && origin !== 'null' && URL.parse(origin)?.host !== host;
}
