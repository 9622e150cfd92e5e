import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, openAsBlob } from 'node:fs';
import { open, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { isFinal, readJob } from '../apps/cli/src/api/jobs.ts';
import { findRelease } from '../apps/cli/src/api/releases.ts';
import { createAttachment, getAttachment, getJobAttachments } from '../packages/contract/src/attachments.ts';
import { type JobDto, startJobs } from '../packages/contract/src/jobs.ts';
import { startInstallation } from '../tests/chaos-installation.fixture.ts';
import { publish } from '../tests/chaos-work.fixture.ts';
import { until } from '../tests/until.fixture.ts';
import { atEnd, giveUpAfter } from './at-end.ts';
import { keep } from './history.ts';
import { median, table } from './measure.ts';
import { memoryOf } from './processor-time.ts';

// npm run bench:attachments -- [--megabytes 2048 --minutes 20 --growth 300 --record]
//
// One large file in and out of server and robot, each a process of its own, beside a bare copy: seconds, and
// the memory of both over time. In the end the server is killed in the middle of an upload. See README.md.

const { values: flags } = parseArgs({
  options: {
    megabytes: { type: 'string', default: '2048' },
    minutes: { type: 'string', default: '20' },
    growth: { type: 'string', default: '300' },
    record: { type: 'boolean', default: false },
  },
});
const MEGABYTE = 2 ** 20;
const megabytes = Number(flags.megabytes);
const mostGrowth = Number(flags.growth);
const PROCESSES = ['server', 'robot'] as const;
const LOOK_MS = 100;
/** Of `ln`: no file is written for it. */
const PROJECT = { name: 'Large', version: '1.0.0', runtime: 'command', artifacts: ['large.bin'] };
const SCRIPT = 'set -eu\nln "${SOURCE:-$BATON_INPUT}" large.bin\n';

interface Memory {
  /**
   * In megabytes, like the others: what it held before, at most, and by the median of the first and last
   * third.
   */
  readonly before: number;
  readonly most: number;
  readonly early: number;
  readonly late: number;
}

interface Step {
  readonly seconds: number;
  readonly memory: Readonly<Record<(typeof PROCESSES)[number], Memory>>;
}

const done = giveUpAfter(Number(flags.minutes));
const installation = await startInstallation(1);
const stop = atEnd(installation.stop);
const { client, folder } = installation;
const source = join(folder, 'source.bin');
const steps: Record<string, Step> = {};
const faults: string[] = [];

try {
  const hash = await writeSource();
  const copy = await bareCopy();
  await publish(
    client,
    join(folder, 'large'),
    PROJECT.name,
    { 'main.sh': SCRIPT, 'baton.json': JSON.stringify({ ...PROJECT, command: ['sh', 'main.sh'] }) },
    'main.sh',
  );
  const release = (await findRelease(client, PROJECT.name))!.Key;
  const startJob = async (more: object): Promise<JobDto> => {
    const startInfo = { ReleaseKey: release, ...more };
    return (await client.call(startJobs, { body: { startInfo } })).value[0]!;
  };
  const reach = async (job: JobDto, isThere: (job: JobDto) => boolean): Promise<JobDto> => {
    for (;;) {
      const found = await readJob(client, job.Id);
      if (isThere(found)) return found;
      await delay(LOOK_MS);
    }
  };

  const made = await client.call(createAttachment, { body: { Name: 'large.bin' } });
  await step('client to server', async () => {
    const answer = await fetch(made.BlobFileAccess!.Uri!, { method: 'PUT', body: await openAsBlob(source) });
    if (answer.status !== 201) throw new Error(`The upload answered ${answer.status}`);
  });
  await step('server to client', async () => check(await hashOf(made.Id), hash, 'What the client got'));
  const job = await startJob({ InputFile: made.Id });
  await step('server to robot', () => reach(job, ({ State }) => State !== 'Pending'));
  await step('robot to server', () => reach(job, isFinal));
  await checkFile(job, hash);

  // Once more, and the server dies in the middle of it.
  const again = await startJob({ EnvironmentVariables: `SOURCE=${source}` });
  await step('robot to server, which is killed', async () => {
    await until(
      'a third of the file is there',
      async () => (await unfinished()) > (megabytes / 3) * MEGABYTE,
    );
    await installation.killServer();
    const seen = await client.call(getJobAttachments, { jobKey: again.Key });
    if (seen.length > 0) faults.push('half a file is seen');
    await reach(again, isFinal);
  });
  await checkFile(again, hash);

  for (const [name, { memory }] of Object.entries(steps))
    for (const process of PROCESSES) {
      const { before, most } = memory[process];
      if (most - before > mostGrowth) faults.push(`${name}: the ${process} grew by ${most - before} MB`);
    }
  print(copy);
  if (flags.record) console.log(`Kept in ${await keep('attachments', { megabytes, copy, steps, faults })}`);
} finally {
  done();
  await stop();
}
console.log(
  faults.length === 0
    ? `Passed: no process grew by more than ${mostGrowth} MB, and the killed upload was seen by nobody and arrived.`
    : `Failed: ${faults.join('; ')}.`,
);
process.exit(faults.length === 0 ? 0 : 1);

/** Each megabyte is another one, so that a wrong order would be noticed. */
async function writeSource(): Promise<string> {
  const hash = createHash('sha256');
  const handle = await open(source, 'w');
  for (let i = 0; i < megabytes; i++) {
    const piece = Buffer.alloc(MEGABYTE, `megabyte ${i} `);
    hash.update(piece);
    await handle.write(piece);
  }
  await handle.close();
  return hash.digest('hex');
}

/** Seconds of a copy on this disk that is flushed, like that of a server. */
async function bareCopy(): Promise<number> {
  const target = join(folder, 'copy.bin');
  const began = performance.now();
  await pipeline(createReadStream(source), createWriteStream(target, { flush: true }));
  const seconds = (performance.now() - began) / 1000;
  await rm(target);
  return seconds;
}

async function step(name: string, work: () => Promise<unknown>): Promise<void> {
  const taken = { server: [] as number[], robot: [] as number[] };
  const look = (): void => {
    const pids = installation.pids();
    for (const process of PROCESSES) {
      const bytes = memoryOf(pids[process]);
      if (bytes > 0) taken[process].push(Math.round(bytes / MEGABYTE));
    }
  };
  look();
  const timer = setInterval(look, LOOK_MS);
  const began = performance.now();
  await work().finally(() => clearInterval(timer));
  look();
  const seconds = (performance.now() - began) / 1000;
  steps[name] = { seconds, memory: { server: summary(taken.server), robot: summary(taken.robot) } };
}

function summary(values: readonly number[]): Memory {
  const third = Math.max(1, Math.floor(values.length / 3));
  const [early, late] = [median(values.slice(0, third)), median(values.slice(-third))];
  return { before: values[0]!, most: Math.max(...values), early, late };
}

/** Bytes of the largest file that a server has begun to write. */
async function unfinished(): Promise<number> {
  const place = join(folder, 'data', 'files', '.unfinished');
  const names = await readdir(place);
  return Math.max(0, ...(await Promise.all(names.map(async (name) => (await stat(join(place, name))).size))));
}

async function checkFile(job: JobDto, hash: string): Promise<void> {
  const { State, Info } = await readJob(client, job.Id);
  if (State !== 'Successful') faults.push(`a job ended as ${State}: ${Info}`);
  const files = await client.call(getJobAttachments, { jobKey: job.Key });
  const kept = files.filter(({ category }) => category === 'Artifact');
  if (kept.length !== 1) return void faults.push(`a job has ${kept.length} files`);
  check(await hashOf(kept[0]!.attachmentId), hash, 'What a job left');
}

function check(found: string, hash: string, what: string): void {
  if (found !== hash) faults.push(`${what} is something else than was sent`);
}

async function hashOf(key: string): Promise<string> {
  const { BlobFileAccess: access } = await client.call(getAttachment, { key });
  const answer = await fetch(access!.Uri!);
  const hash = createHash('sha256');
  for await (const chunk of answer.body!) hash.update(chunk);
  return hash.digest('hex');
}

function print(copy: number): void {
  const memory = ({ before, most, early, late }: Memory): string => `${before} ${most} ${early} ${late}`;
  console.log(
    table([
      [`${megabytes} MB`, 'seconds', 'to a copy', 'server MB', 'robot MB'],
      ['bare copy, flushed', copy.toFixed(1), '1.0', '', ''],
      ...Object.entries(steps).map(
        ([
          name,
          {
            seconds,
            memory: { server, robot },
          },
        ]) => [name, seconds.toFixed(1), (seconds / copy).toFixed(1), memory(server), memory(robot)],
      ),
    ]),
  );
  console.log('Memory: before, at most, median of the first third, median of the last third.');
}
