import { createWriteStream, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parseExactly } from '@baton/nupkg/exact-json';
import { files, type JobFolder } from './journal.ts';
import type { Link } from './link.ts';
import { isRecord } from './wire.ts';

/**
 * Writes the arguments of a job to its folder. Those that are a file of the server stream to the disk. Its
 * members take precedence over the defaults of the process.
 */
export async function fetchInput({ order, path }: JobFolder, link: Link, signal: AbortSignal): Promise<void> {
  const input = join(path, files.input);
  const given = order.inputArguments || '{}';
  if (!order.inputFileUrl) return writeFileSync(input, given, { mode: 0o600 });
  const response = await link.get(order.inputFileUrl, 'application/json', signal);
  if (!response.body) throw new Error('The server answered without the input file');
  await pipeline(Readable.fromWeb(response.body), createWriteStream(input, { mode: 0o600 }), { signal });
  const defaults = parseExactly(given);
  if (!isRecord(defaults) || Object.keys(defaults).length === 0) return;
  const own = parseInput(await readFile(input, 'utf8'));
  writeFileSync(input, JSON.stringify({ ...defaults, ...own }), { mode: 0o600 });
}

function parseInput(text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = parseExactly(text);
  } catch (error) {
    throw new Error(`The input file is not JSON: ${(error as Error).message}`, { cause: error });
  }
  if (!isRecord(value)) throw new Error('The input file is not a JSON object');
  return value;
}
