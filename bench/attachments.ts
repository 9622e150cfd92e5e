import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { startStage } from './baton.ts';
import { memoryOf } from './processor-time.ts';

// node bench/attachments.ts [--megabytes 2048]
//
// One large attachment in and out of a server in a process of its own: seconds, and the most memory that the
// server had meanwhile, beside what it had before. Then an upload whose client goes in the middle.

const { values: flags } = parseArgs({ options: { megabytes: { type: 'string', default: '2048' } } });
const MEGABYTE = Buffer.alloc(2 ** 20, 'baton');
const megabytes = Number(flags.megabytes);
const stage = await startStage();

async function* content(until = megabytes): AsyncGenerator<Buffer> {
  for (let sent = 0; sent < until; sent++) yield MEGABYTE;
}

/** The most memory of the server while something runs, in megabytes. */
async function most<T>(work: Promise<T>): Promise<{ readonly result: T; readonly megabytes: number }> {
  let peak = 0;
  let isOver = false;
  const watching = (async () => {
    while (!isOver) {
      peak = Math.max(peak, memoryOf(stage.server.pid));
      await delay(200);
    }
  })();
  const result = await work.finally(() => (isOver = true));
  await watching;
  return { result, megabytes: Math.round(peak / 2 ** 20) };
}

async function create(): Promise<{ id: string; uri: string }> {
  const { body } = await stage.post('/odata/Attachments', { Name: 'large.bin' });
  return { id: String(body['Id']), uri: (body['BlobFileAccess'] as { Uri: string }).Uri };
}

const put = (uri: string, from: AsyncIterable<Buffer>, signal?: AbortSignal): Promise<Response> =>
  fetch(uri, {
    method: 'PUT',
    body: Readable.toWeb(Readable.from(from)),
    duplex: 'half',
    signal,
  } as RequestInit);

const show = (id: string): Promise<Response> =>
  fetch(`http://${stage.target.host}:${stage.target.port}/odata/Attachments(${id})`, {
    headers: stage.headers,
  });

async function hashOf(stream: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of stream) hash.update(chunk);
  return hash.digest('hex');
}

try {
  const before = Math.round(memoryOf(stage.server.pid) / 2 ** 20);
  const { id, uri } = await create();
  const began = performance.now();
  const sent = await most(put(uri, content()));
  const uploaded = performance.now();
  if (sent.result.status !== 201) throw new Error(`The upload answered ${sent.result.status}`);
  const { BlobFileAccess: access } = (await (await show(id)).json()) as { BlobFileAccess: { Uri: string } };
  const fetched = await most(fetch(access.Uri).then((answer) => hashOf(answer.body!)));
  const ended = performance.now();
  if (fetched.result !== (await hashOf(content()))) throw new Error('What came back is something else');
  const cut = await create();
  await put(cut.uri, content(megabytes / 2), AbortSignal.timeout(1000)).catch(() => undefined);
  const { status } = await show(cut.id);
  console.table({
    before: { megabytes: before },
    in: { megabytes: sent.megabytes, seconds: ((uploaded - began) / 1000).toFixed(1) },
    out: { megabytes: fetched.megabytes, seconds: ((ended - uploaded) / 1000).toFixed(1) },
  });
  console.log(`An upload that was cut is ${status === 404 ? 'seen by nobody' : `seen: ${status}`}.`);
} finally {
  await stage.stop();
}
