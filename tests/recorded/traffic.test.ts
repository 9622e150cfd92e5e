import assert from 'node:assert/strict';
import { createReadStream } from 'node:fs';
import { after, it } from 'node:test';
import { testServer } from '../../apps/server/src/server.fixture.ts';
import {
  type Check,
  checkOf,
  type Described,
  DOCUMENTS,
  documentAt,
  type OpenApi,
  operationsOf,
  responseOf,
} from '../documents.fixture.ts';

// Runs when all other files of a run have ended (scripts/test.ts): whatever their servers answered is held
// against the documents, by status, media type and schema.
const { BATON_TRAFFIC: file, BATON_TRAFFIC_FROM: from = '0' } = process.env;

interface Call {
  readonly operation?: string;
  readonly method: string;
  readonly url: string;
  readonly status: number;
  readonly type?: string;
  readonly response?: unknown;
}

interface Known {
  readonly document: OpenApi;
  readonly check: Check;
  readonly operation: Described;
}

it('answers what the documents describe', async () => {
  assert.ok(file, 'BATON_TRAFFIC names the recorded calls: run npm test');
  // Its own calls are not recorded twice.
  const server = await testServer({ after }, { BATON_TRAFFIC: '', BATON_TEST_CLOCK: 'true' });
  const known = new Map<string, Known>();
  for (const path of Object.values(DOCUMENTS)) {
    const document = await documentAt(server, path);
    const check = checkOf(document);
    for (const { operation } of operationsOf(document))
      known.set(operation.operationId, { document, check, operation });
  }
  const faults = new Map<string, { times: number; readonly url: string }>();
  for await (const call of callsIn(file, Number(from))) {
    const found = call.operation === undefined ? undefined : known.get(call.operation);
    if (!found || call.method === 'HEAD') continue;
    for (const fault of faultsOf(call, found)) {
      const name = `${call.operation} ${call.status}: ${fault}`;
      const entry = faults.get(name) ?? { times: 0, url: call.url.slice(0, 200) };
      entry.times++;
      faults.set(name, entry);
    }
  }
  const told = [...faults].map(([name, { times, url }]) => `${name} (${times} times, ${url})`);
  assert.deepEqual(told.sort(), []);
});

/** Line by line at \n alone: what is recorded holds other line ends, too. */
async function* callsIn(path: string, start: number): AsyncGenerator<Call> {
  let rest = '';
  for await (const chunk of createReadStream(path, { start, encoding: 'utf8' })) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop()!;
    for (const line of lines) yield JSON.parse(line) as Call;
  }
}

function faultsOf({ status, type, url, response }: Call, { document, check, operation }: Known) {
  if (status >= 500) return [];
  if (!(status in operation.responses)) return ['the status is not described'];
  const { content } = responseOf(document, operation, status);
  const hasBody = type !== undefined;
  if (!hasBody) return [];
  const media = content && (content[type.split(';')[0]!.trim()] ?? content['*/*']);
  if (!media) return [`the type ${type} is not described`];
  if (response === undefined || media.schema.format === 'binary') return [];
  const isPartial = /(?:\$|%24)select/i.test(url);
  return check(media.schema, response).filter(
    (fault) => !(isPartial && fault.includes('must have required property')),
  );
}
