import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sql from 'sql-template-tag';
import { isFinal } from '../apps/cli/src/api/jobs.ts';
import { upload } from '../apps/cli/src/api/packages.ts';
import { itemsBelow, type QueueItem } from '../apps/cli/src/api/queue-items.ts';
import { findRelease, saveRelease } from '../apps/cli/src/api/releases.ts';
import { fromJobs, fromQueue } from '../apps/cli/src/demo/collect.ts';
import { compare } from '../apps/cli/src/demo/figures.ts';
import { recount } from '../apps/cli/src/demo/recount.ts';
import type { Client } from '../packages/client/src/client.ts';
import { getJobs, type JobDto, startJobs } from '../packages/contract/src/jobs.ts';
import { getQueueItems } from '../packages/contract/src/queue-items.ts';
import { getRobotLogs } from '../packages/contract/src/robot-logs.ts';
import { packFolder } from '../packages/nupkg/src/pack.ts';
import type { Installation } from './chaos-installation.fixture.ts';
import { invoices } from './chaos-invoices.fixture.ts';
import { until } from './until.fixture.ts';

/** Several CSVs at once: a dispatcher for each, then two performers for each. */
export interface Round {
  readonly batches: readonly Batch[];
}

interface Batch {
  readonly run: string;
  readonly csv: string;
  readonly dispatcher: JobDto;
  readonly performers: readonly JobDto[];
}

/** Of different sizes, so that jobs begin and end while others work. */
const ROWS = [20, 35, 50];
const PACE_MS = 20;
const JOBS_MS = 300_000;

/** Does a round of work from the beginning to the end, whatever happens to the installation meanwhile. */
export async function work(installation: Installation, name: string, random: () => number): Promise<Round> {
  const { client } = installation;
  const batches = ROWS.map(async (rows, i) => {
    const run = `${name}.${i}`;
    const csv = invoices(random, rows);
    const dispatching = await start(installation, 'InvoiceDispatcher', { run, csv, pace: PACE_MS });
    const [dispatcher] = await ended(client, [dispatching]);
    const input = { run, pace: PACE_MS };
    const performing = [
      await start(installation, 'InvoicePerformer', input),
      await start(installation, 'InvoicePerformer', input),
    ];
    return { run, csv, dispatcher: dispatcher!, performers: await ended(client, performing) };
  });
  return { batches: await Promise.all(batches) };
}

/** Makes a process of a few files. */
export async function publish(
  client: Client,
  folder: string,
  name: string,
  files: Readonly<Record<string, string>>,
  main: string,
): Promise<void> {
  mkdirSync(folder);
  const runtime = main.includes('.py') ? 'python' : 'node';
  writeFileSync(join(folder, 'baton.json'), JSON.stringify({ name, version: '1.0.0', runtime, main }));
  for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
  const { id, version, fileName, bytes } = await packFolder(folder);
  await upload(client, { fileName, bytes: Buffer.from(bytes) });
  await saveRelease(client, { name, packageId: id, version });
}

/** Starts a job of which each process leaves a mark, made without Baton, before its own code begins. */
export async function start(
  { client, folder }: Installation,
  process: string,
  input: object,
): Promise<JobDto> {
  const release = await findRelease(client, process);
  assert.ok(release, process);
  const startInfo = {
    ReleaseKey: release.Key,
    InputArguments: JSON.stringify(input),
    EnvironmentVariables: marking(folder),
  };
  const { value } = await client.call(startJobs, { body: { startInfo } });
  assert.equal(value.length, 1);
  return value[0]!;
}

const marks = (folder: string): string => join(folder, 'marks');

const NODE_MARK = `
import { appendFileSync } from 'node:fs';
appendFileSync(process.env.MARKS, process.env.UIPATH_JOB_KEY + '\\n');
`;
const PYTHON_MARK = `
import os
with open(os.environ['MARKS'], 'a') as file:
    file.write(os.environ['UIPATH_JOB_KEY'] + '\\n')
`;

/** Both interpreters read a file of ours before anything else when their environment says so. */
function marking(folder: string): string {
  // Before the first job, and never again: one that starts just then would read half a file, and
  // leave no mark.
  if (!existsSync(join(folder, 'mark.mjs'))) {
    writeFileSync(join(folder, 'sitecustomize.py'), PYTHON_MARK);
    writeFileSync(join(folder, 'mark.mjs'), NODE_MARK);
  }
  return [
    `MARKS=${marks(folder)}`,
    `NODE_OPTIONS=--import=${join(folder, 'mark.mjs')}`,
    `PYTHONPATH=${folder}`,
  ].join('\n');
}

/** How many processes were started for a job. */
export function startsOf({ folder }: Installation, { Key }: JobDto): number {
  return readFileSync(marks(folder), 'utf8')
    .split('\n')
    .filter((key) => key === Key).length;
}

/** Waits until all are final. Answers them as they are then, in the same order. */
export async function ended(client: Client, jobs: readonly JobDto[]): Promise<JobDto[]> {
  let latest: readonly JobDto[] = jobs;
  const options = { $filter: `Id in (${jobs.map(({ Id }) => Id).join()})`, $top: 1000 };
  const look = async (): Promise<boolean> => {
    latest = (await client.call(getJobs, {}, { options })).value;
    return latest.every(isFinal);
  };
  await until('all jobs have ended', look, JOBS_MS).catch((error: unknown) => {
    const states = latest.map(({ Id, ReleaseName, State }) => `${Id} ${ReleaseName} ${State}`);
    throw new Error(`There are jobs without an end: ${states.join(', ')}`, { cause: error });
  });
  return jobs.map(({ Id }) => latest.find((job) => job.Id === Id)!);
}

/**
 * How much has been done of what has that name: grows with each item that is added and each that
 * gets a result.
 */
export async function progressOf(client: Client, name: string): Promise<number> {
  const count = async (condition: string): Promise<number> => {
    const options = {
      $filter: `startswith(Reference, '${name}.')${condition}`,
      $top: 1,
      $select: ['Id'] as const,
      $count: true,
    };
    return (await client.call(getQueueItems, {}, { options }))['@odata.count'] ?? 0;
  };
  const [added, open] = await Promise.all([count(''), count(` and Status in ('New', 'InProgress')`)]);
  return 2 * added - open;
}

/**
 * What must hold after any work: sums, one result for each item, one process and one end for each job, each
 * log line once.
 */
export async function verify(installation: Installation, round: Round): Promise<void> {
  const { client } = installation;
  for (const { run, csv, dispatcher, performers } of round.batches) {
    const items = await itemsBelow(client, `${run}/`);
    const sources = [recount(csv), fromJobs(dispatcher, performers), fromQueue(items)];
    const differing = compare(sources).filter(({ agrees }) => !agrees);
    assert.deepEqual(differing, [], `${run}: CSV, jobs and queue agree`);
    for (const [reference, attempts] of Map.groupBy(items, ({ Reference }) => Reference ?? ''))
      oneResult(reference, attempts);
    await eachOnce(installation, items);
    for (const job of [dispatcher, ...performers]) await oneRun(installation, job);
  }
}

/** Retried any number of times, then one result; the numbers of the attempts have no gap. */
function oneResult(reference: string, attempts: readonly QueueItem[]): void {
  const inOrder = attempts.toSorted((a, b) => a.RetryNumber - b.RetryNumber);
  assert.deepEqual(
    inOrder.map(({ RetryNumber }) => RetryNumber),
    inOrder.map((_, i) => i),
    reference,
  );
  const states = inOrder.map(({ Status }) => Status);
  assert.match(states.join(), /^(Retried,)*(Successful|Failed)$/, reference);
}

/** By the events: each attempt was taken once and got one result. */
async function eachOnce(installation: Installation, items: readonly QueueItem[]): Promise<void> {
  const ids = items.map(({ Id }) => String(Id));
  const wrong = await installation.look((db) =>
    db.query(sql`
      select key, count(e.id) filter (where e.type = 'queueItem.transactionStarted')::int as taken,
             count(e.id) filter (where e.type in ('queueItem.transactionCompleted', 'queueItem.transactionFailed', 'queueItem.retried'))::int as ended
        from unnest(${ids}::text[]) as key left join events e on e.entity = 'QueueItem' and e.entity_key = key
       group by key
      having count(e.id) filter (where e.type = 'queueItem.transactionStarted') <> 1
          or count(e.id) filter (where e.type in ('queueItem.transactionCompleted', 'queueItem.transactionFailed', 'queueItem.retried')) <> 1`),
  );
  assert.deepEqual(wrong, []);
}

async function oneRun(installation: Installation, job: JobDto): Promise<void> {
  const name = `${job.ReleaseName} ${job.Id}`;
  assert.equal(job.State, 'Successful', `${name}: ${job.Info}`);
  assert.deepEqual(await eventsOf(installation, job), ['job.created', 'job.started', 'job.completed'], name);
  assert.equal(startsOf(installation, job), 1, name);
  const messages = await logOf(installation.client, job);
  for (const what of [/ execution started$/, / execution ended$/, /^Done: /])
    assert.equal(messages.filter((message) => what.test(message)).length, 1, `${name}: ${what}`);
}

/** In the order in which they happened. */
export async function eventsOf(installation: Installation, { Key }: JobDto): Promise<string[]> {
  const rows = await installation.look((db) =>
    db.query<{ type: string }>(
      sql`select type from events where entity = 'Job' and entity_key = ${Key} order by id`,
    ),
  );
  return rows.map(({ type }) => type);
}

/** The messages of a job in the order of their arrival. */
export async function logOf(client: Client, { Key }: JobDto): Promise<string[]> {
  const messages: string[] = [];
  for (;;) {
    const options = {
      $filter: `JobKey eq ${Key}`,
      $orderby: 'Id',
      $skip: messages.length,
      $top: 1000,
      $select: ['Id', 'Message'] as const,
    };
    const { value } = await client.call(getRobotLogs, {}, { options });
    messages.push(...value.map(({ Message }) => Message));
    if (value.length < 1000) return messages;
  }
}
