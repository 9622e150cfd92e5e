import { createHash } from 'node:crypto';
import type { FastifyReply } from 'fastify';
import { BoundedMap } from '../bounded-map.ts';
import { isKnown } from './etag.ts';
import { type Coding, chooseCoding, pack } from './pack.ts';

/** A document that is the same for all who ask at one address, for as long as the server runs. */
export interface Document {
  /** Media type. */
  readonly type: string;
  readonly content: string | Buffer;
}

interface Known extends Document {
  readonly tag: string;
  readonly packed: Map<Coding, Promise<Buffer>>;
}

/** A server has a few names. Clients can make up any number more, and must not fill the memory by it. */
const MOST_KEPT = 32;

export type SendDocument = (
  reply: FastifyReply,
  key: string,
  make: () => Document | Promise<Document>,
) => Promise<FastifyReply>;

/**
 * Documents are made at the first request for their `key`, and packed at the first for a coding. Clients ask
 * for them each time, since the next version of the server says something else; who has the same already, by
 * its tag, is answered 304.
 */
export function documents(): SendDocument {
  const kept = new BoundedMap<string, Known>(MOST_KEPT);
  const find = async (key: string, make: () => Document | Promise<Document>): Promise<Known> => {
    const known = kept.get(key);
    if (known) return known;
    const made = await make();
    const hash = createHash('sha256').update(made.content).digest('base64url').slice(0, 22);
    // A weak tag, because packed and plain are the same to readers.
    const document = { ...made, tag: `W/"${hash}"`, packed: new Map() };
    kept.set(key, document);
    return document;
  };
  return async (reply, key, make) => {
    const { headers } = reply.request;
    const { type, content, tag, packed } = await find(key, make);
    reply.headers({ etag: tag, 'cache-control': 'public, no-cache', vary: 'accept-encoding' });
    if (isKnown(headers['if-none-match'], tag)) return reply.code(304).send();
    reply.type(type);
    const coding = chooseCoding(headers['accept-encoding']);
    if (coding === undefined) return reply.send(content);
    if (!packed.has(coding)) packed.set(coding, pack(coding, content, 'small'));
    return reply.header('content-encoding', coding).send(await packed.get(coding)!);
  };
}
