import type { IncomingMessage } from 'node:http';
import { badRequest, invalid, unsupportedType } from '../errors.ts';
import { explainJson } from '../json/explain-json.ts';
import { parseJson, TooDeep } from '../json/parse-json.ts';
import { decodeText } from './decode-text.ts';
import { type BodyLimit, readBytes } from './read-bytes.ts';

/** Clients send JSON under several names. */
const JSON_TYPE = /^\s*(application|text)\/([\w.+-]+\+)?json/i;

/**
 * The text of a JSON body. Undefined if there is none, which some clients send with a type
 * and others without.
 */
export async function readJsonText(
  request: IncomingMessage,
  contentType: string | undefined,
  limit: BodyLimit,
): Promise<string | undefined> {
  const bytes = await readBytes(request, limit);
  if (bytes.length === 0) return undefined;
  if (contentType === undefined || !JSON_TYPE.test(contentType))
    throw unsupportedType(contentType, 'application/json');
  return decodeText(bytes, contentType);
}

/** The value of a body's text. Undefined for blanks. */
export function parseJsonBody(text: string | undefined): unknown {
  if (text === undefined || text.trim() === '') return undefined;
  try {
    return parseJson(text);
  } catch (error) {
    if (error instanceof TooDeep) throw invalid(placeOf(text), error.message);
    throw badRequest(0, `The body is not JSON: ${(error as Error).message}`);
  }
}

const MOST_SHOWN = 100;

/** Where the text becomes too deep. The whole path would have as many steps. */
function placeOf(text: string): string {
  const path = explainJson(text)[0]?.path ?? '';
  return path.length > MOST_SHOWN ? `${path.slice(0, MOST_SHOWN)}…` : path || 'body';
}
