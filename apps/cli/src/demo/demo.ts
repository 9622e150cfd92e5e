import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from '@baton/client/client';
import type { JobDto } from '@baton/contract/jobs';
import { startJob } from '../api/jobs.ts';
import { itemsBelow } from '../api/queue-items.ts';
import { findRelease, type Release } from '../api/releases.ts';
import type { Execute } from '../command.ts';
import { connect } from '../connect.ts';
import { EXIT, Failure } from '../failure.ts';
import { sampleFolder } from '../folders.ts';
import { followJob } from '../follow-job.ts';
import { clock, lineOf, paintState } from '../print-job.ts';
import { stopSignal } from '../stop-signals.ts';
import type { Terminal } from '../terminal.ts';
import { countByStatus, fromJobs, fromQueue } from './collect.ts';
import { type Comparison, compare, type Figures } from './figures.ts';
import { recount } from './recount.ts';
import { tableOf } from './table.ts';

interface Demo {
  readonly client: Client;
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
  /** The prefix of the references of all its items, which keeps other runs on the same data apart. */
  readonly run: string;
  readonly performers: number;
  /** Milliseconds that each invoice takes. */
  readonly pace: number;
}

interface Outcome {
  readonly jobs: readonly JobDto[];
  readonly counted: Figures;
  readonly told: Figures;
  readonly found: Figures;
}

export const execute: Execute = async (call) => {
  const { terminal, whole } = call;
  const signal = stopSignal();
  const { client, url } = await connect(call, {
    local: true,
    patienceMs: (whole('patience', 0, 86_400) ?? 300) * 1000,
    onAway: (isAway) =>
      terminal.note(isAway ? 'The server is away, waiting for it …' : 'The server is back.'),
  });
  const run = `${new Date().toISOString().slice(0, 19).replace(/[-:]/g, '').replace('T', '-')}-${randomBytes(2).toString('hex')}`;
  const demo = {
    client,
    terminal,
    signal,
    run,
    performers: whole('jobs', 1, 100) ?? 2,
    pace: whole('pace', 0, 60_000) ?? 50,
  };
  terminal.say(`Run ${terminal.paint('bold', run)} on ${url}`);
  try {
    return tellOutcome(demo, await perform(demo));
  } catch (error) {
    if (!signal.aborted) throw error;
    if (!terminal.json) terminal.note('Interrupted. Jobs that are started go on.');
    terminal.data({ error: { message: 'Interrupted' }, run });
    return EXIT.interrupted;
  }
};

async function perform(demo: Demo): Promise<Outcome> {
  const { client, run, pace, performers } = demo;
  const csv = await readFile(join(sampleFolder(), 'dispatcher', 'invoices.csv'), 'utf8');
  const [dispatcher, performer] = await Promise.all([
    need(client, 'InvoiceDispatcher'),
    need(client, 'InvoicePerformer'),
  ]);
  const input = { run, pace };
  const [dispatched] = await watchQueue(demo, [runJob(demo, 'dispatcher', dispatcher, input)]);
  const names = Array.from({ length: performers }, (_, i) =>
    performers === 1 ? 'performer' : `performer ${i + 1}`,
  );
  const performed = await watchQueue(
    demo,
    names.map((name) => runJob(demo, name, performer, input)),
  );
  const items = await itemsBelow(client, `${run}/`);
  return {
    jobs: [dispatched!, ...performed],
    counted: recount(csv),
    told: fromJobs(dispatched!, performed),
    found: fromQueue(items),
  };
}

async function need(client: Client, name: string): Promise<Release> {
  const release = await findRelease(client, name);
  if (!release) throw new Failure(`The server has no process '${name}': 'baton start' brings the sample.`);
  return release;
}

const NAME_WIDTH = 11;

async function runJob(
  { client, terminal, signal }: Demo,
  name: string,
  release: Release,
  input: object,
): Promise<JobDto> {
  const title = terminal.paint('bold', name.padEnd(NAME_WIDTH));
  const job = await startJob(client, release.Key, input);
  return followJob(
    client,
    job,
    {
      onState: ({ State, Info }) => {
        const why = State === 'Faulted' && Info ? `: ${Info.split('\n', 1)[0]}` : '';
        terminal.say(
          `${terminal.paint('dim', clock(new Date()))}  ${title}  ${paintState(terminal, State)}${why}`,
        );
      },
      onLine(line) {
        const [time, ...rest] = lineOf(terminal, line).split('  ');
        terminal.say([time, title, ...rest].join('  '));
      },
    },
    signal,
  );
}

const QUEUE_EVERY_MS = 500;

/** Prints the counts by status whenever they change until the jobs have ended, and once more at the end. */
async function watchQueue(
  { client, terminal, run, signal }: Demo,
  jobs: readonly Promise<JobDto>[],
): Promise<JobDto[]> {
  const ended = Promise.all(jobs);
  const over = new AbortController();
  ended.then(
    () => over.abort(),
    () => over.abort(),
  );
  const either = AbortSignal.any([signal, over.signal]);
  let last = '';
  const tell = async (): Promise<void> => {
    const counts = Object.entries(countByStatus(await itemsBelow(client, `${run}/`, signal)));
    const text = counts.map(([status, count]) => `${status} ${count}`).join(', ');
    if (text !== last)
      terminal.say(
        `${terminal.paint('dim', clock(new Date()))}  ${terminal.paint('bold', 'queue'.padEnd(NAME_WIDTH))}  ${text}`,
      );
    last = text;
  };
  const watching = (async () => {
    while (!either.aborted) {
      await tell();
      await delay(QUEUE_EVERY_MS, undefined, { signal: either }).catch(() => {});
    }
  })();
  const [done] = await Promise.all([ended, watching]);
  await tell();
  return done;
}

function tellOutcome({ terminal, run }: Demo, { jobs, counted, told, found }: Outcome): number {
  const comparisons: Comparison[] = compare([counted, told, found]);
  const unsuccessful = jobs.filter(({ State }) => State !== 'Successful');
  const agrees = comparisons.every((comparison) => comparison.agrees) && unsuccessful.length === 0;
  terminal.say();
  for (const line of tableOf(comparisons, ['CSV', 'jobs', 'queue'], terminal.paint)) terminal.say(line);
  terminal.say();
  for (const { ReleaseName, Id, State } of unsuccessful)
    terminal.say(`${ReleaseName}, job ${Id}, is ${paintState(terminal, State)}.`);
  terminal.say(
    agrees
      ? terminal.paint(
          'green',
          'All agree: the CSV counted here, what the jobs say, and what the queue holds.',
        )
      : terminal.paint('red', 'They do not agree.'),
  );
  terminal.data({
    run,
    agrees,
    csv: counted,
    jobs: told,
    queue: found,
    runs: jobs.map(({ Id: id, Key: key, ReleaseName: process, State: state }) => ({
      id,
      key,
      process,
      state,
    })),
  });
  return agrees ? EXIT.success : EXIT.failed;
}
