import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdir, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, afterEach, before, it, type TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { outputOf } from '../apps/cli/src/api/jobs.ts';
import { folderStore } from '../apps/server/src/kernel/files/folder-store.ts';
import { removeUnused } from '../apps/server/src/kernel/files/unused-files.ts';
import { getAttachment, getJobAttachments } from '../packages/contract/src/attachments.ts';
import { type Installation, startInstallation } from './chaos-installation.fixture.ts';
import { seeded } from './chaos-invoices.fixture.ts';
import { openNetwork } from './chaos-network.fixture.ts';
import {
  ended,
  eventsOf,
  logOf,
  progressOf,
  publish,
  type Round,
  start,
  startsOf,
  verify,
  work,
} from './chaos-work.fixture.ts';
import { until } from './until.fixture.ts';

// Whatever dies, in the middle of the work, ten times: nothing is lost and nothing is done twice.
// BATON_SEED=n for other moments.
const SEED = Number(process.env.BATON_SEED ?? 20261);
const KILLS = 10;
const SLOTS = 3;

let installation: Installation;
before(async () => {
  installation = await startInstallation(SLOTS);
});
after(() => installation?.stop());
afterEach((t) => {
  if ('error' in t && t.error) console.error(installation.lastWords());
});

for (const [index, victim] of (['Server', 'Robot', 'Database'] as const).entries()) {
  it(`kill -9 of the ${victim.toLowerCase()}, ten times in the middle of the work`, async (t) => {
    const failed = new AbortController();
    const killing = killAgainAndAgain(t, victim, seeded(SEED + index), failed.signal);
    const working = roundsUntil(victim, killing, seeded(SEED + index + 100));
    working.catch(() => failed.abort());
    const [rounds] = await Promise.all([working, killing]);
    for (const round of rounds) await verify(installation, round);
  });
}

/** Each time after some more has been done than before, at a moment of its own. */
async function killAgainAndAgain(
  t: TestContext,
  victim: 'Server' | 'Robot' | 'Database',
  random: () => number,
  signal: AbortSignal,
): Promise<void> {
  let done = 0;
  for (let kill = 1; kill <= KILLS; kill++) {
    signal.throwIfAborted();
    const least = done + 1 + Math.floor(random() * 25);
    await until(`work gets on before kill ${kill}`, async () => {
      done = await progressOf(installation.client, victim);
      return done >= least;
    });
    await delay(random() * 200); // not for truth: it strikes at any moment between two items
    const begun = performance.now();
    await installation[`kill${victim}`]();
    t.diagnostic(`kill ${kill} after ${done} steps, back in ${Math.round(performance.now() - begun)} ms`);
  }
}

/** One round of work after the other, until the trouble is over. */
async function roundsUntil(name: string, trouble: Promise<void>, random: () => number): Promise<Round[]> {
  let isOver = false;
  const over = (): void => {
    isOver = true;
  };
  trouble.then(over, over);
  const rounds: Round[] = [];
  while (!isOver) rounds.push(await work(installation, `${name}.${rounds.length}`, random));
  return rounds;
}

it('a host that dies with its jobs leaves them Faulted, once, and nobody starts them again', async () => {
  const csv = ['INV-1', 'INV-2', 'INV-3'].map(
    (number) => `${number},A,2026-01-01,2026-01-31,EUR,1.00,0.20,1.20`,
  );
  const slow = { run: 'host', csv: csv.join('\n'), pace: 60_000 };
  const jobs = [
    await start(installation, 'InvoiceDispatcher', { ...slow, run: 'host.a' }),
    await start(installation, 'InvoiceDispatcher', { ...slow, run: 'host.b' }),
  ];
  await until('both have begun', async () => (await progressOf(installation.client, 'host')) >= 2);
  await installation.killHost();
  await installation.startRobot();
  for (const job of await ended(installation.client, jobs)) {
    assert.equal(job.State, 'Faulted');
    assert.match(job.Info ?? '', /runner/);
  }
  // Whatever the robot would start again, it would before it has room for this.
  await verify(installation, await work(installation, 'afterwards', seeded(SEED)));
  for (const job of jobs) {
    assert.deepEqual(await eventsOf(installation, job), ['job.created', 'job.started', 'job.faulted']);
    assert.equal(startsOf(installation, job), 1);
  }
});

/** Prints lines without pause until its file is there, and says how many. */
const TALKER = `
import os, time
def talk(until):
    lines = 0
    while not os.path.exists(until):
        print('line %d' % lines)
        lines += 1
        time.sleep(0.01)
    return {'lines': lines}
`;

const WAYS = ['gone', 'deaf', 'stuck', 'deaf', 'deaf'] as const;

it('with a network that comes and goes, a job ends once and each of its log lines arrives once', async (t) => {
  const { client, folder, url } = installation;
  const network = await openNetwork(url);
  t.after(() => network.close());
  await publish(client, join(folder, 'talker'), 'Talker', { 'talker.py': TALKER }, 'talker.py:talk');
  await installation.stopRobot();
  await installation.startRobot(network.url);
  const random = seeded(SEED + 3);
  const enough = join(folder, 'enough');
  const talker = await start(installation, 'Talker', { until: enough });
  let lines = 0;
  const heard = () =>
    until('more lines arrive', async () => {
      const now = (await logOf(client, talker)).length;
      const isMore = now > lines + 60;
      if (isMore) lines = now;
      return isMore;
    });
  await heard();
  // Beside it jobs begin, work and end, and have trouble all the time.
  const working = work(installation, 'network', random);
  let isOver = false;
  const over = (): void => {
    isOver = true;
  };
  working.then(over, over);
  for (let turn = 0; turn < WAYS.length || !isOver; turn++) {
    network.turn(WAYS[turn % WAYS.length]!);
    await delay(100 + random() * 500); // so long it is like that
    network.turn('open');
    await heard();
  }
  await writeFile(enough, '');
  const [job] = await ended(client, [talker]);
  assert.equal(job!.State, 'Successful', job!.Info ?? '');
  const said = (JSON.parse(job!.OutputArguments!) as { lines: number }).lines;
  const expected = Array.from({ length: said }, (_, i) => `line ${i}`);
  const messages = await logOf(client, talker);
  assert.deepEqual(messages, ['Talker execution started', ...expected, 'Talker execution ended']);
  assert.deepEqual(await eventsOf(installation, talker), ['job.created', 'job.started', 'job.completed']);
  assert.equal(startsOf(installation, talker), 1);
  await verify(installation, await working);
});

const LEAVER = `
import hashlib, os
def leave():
    content = os.urandom(3 << 20)
    with open('large.bin', 'wb') as file:
        file.write(content)
    return {'sha256': hashlib.sha256(content).hexdigest()}
`;

it('a file whose server is killed while it goes up is seen by nobody, and arrives once', async (t) => {
  const { client, folder, url } = installation;
  const network = await openNetwork(url);
  t.after(() => network.close());
  const project = { name: 'Leaver', version: '1.0.0', main: 'leaver.py:leave', artifacts: ['large.bin'] };
  const sources = { 'leaver.py': LEAVER, 'baton.json': JSON.stringify({ ...project, runtime: 'python' }) };
  await publish(client, join(folder, 'leaver'), project.name, sources, project.main);
  await installation.stopRobot();
  await installation.startRobot(network.url);
  const root = join(folder, 'data', 'files');
  const unfinished = async () => {
    const paths = (await readdir(join(root, '.unfinished'))).map((name) => join(root, '.unfinished', name));
    return Promise.all(paths.map(async (path) => ({ path, size: (await stat(path)).size })));
  };
  network.turn('narrow');
  const job = await start(installation, project.name, {});
  const seen = () => client.call(getJobAttachments, { jobKey: job.Key });
  const half = await until('a part of the file is there', async () =>
    (await unfinished()).find(({ size }) => size > 500_000),
  );
  assert.deepEqual(await seen(), []);
  await installation.killServer();
  assert.deepEqual(await seen(), []);
  network.turn('open');
  const [done] = await ended(client, [job]);
  assert.equal(done!.State, 'Successful', done!.Info ?? '');
  const [file, ...others] = await seen();
  assert.deepEqual([file?.attachmentName, others], ['large.bin', []]);
  const { BlobFileAccess: access } = await client.call(getAttachment, { key: file!.attachmentId });
  const content = Buffer.from(await (await fetch(access!.Uri!)).arrayBuffer());
  assert.equal(createHash('sha256').update(content).digest('hex'), outputOf(done!)!['sha256']);
  // What the dead server has left goes as soon as nobody can be writing to it.
  const sweep = () => installation.look((db) => removeUnused(db, folderStore(root)));
  await sweep();
  assert.deepEqual(
    (await unfinished()).map(({ path }) => path),
    [half.path],
  );
  const then = Date.now() / 1000 - 2 * 3600 - 60;
  await utimes(half.path, then, then);
  await sweep();
  assert.deepEqual(await unfinished(), []);
});
