import type { ChildProcess } from 'node:child_process';
import { existsSync, watch, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { claimDurably, readJson, readText, remove, writeDurably } from './durable.ts';
import { type Exit, files } from './journal.ts';
import { watchUse } from './limits/watch-use.ts';
import { cutLines } from './lines.ts';
import { messageOf } from './log.ts';
import { hideInJson } from './masks.ts';
import type { Plan } from './plan.ts';
import { identityOf } from './process-identity.ts';
import { findTree, type Tree } from './process-tree.ts';
import { followRecords } from './records.ts';
import { killAs, stopAs } from './run-as/call-as.ts';
import { takeBack } from './run-as/take-back.ts';
import { followTool } from './runtimes/tool-run.ts';
import { openSpool, type Spool } from './spool.ts';
import { type Starter, startAhead, startNow } from './start-ahead.ts';
import { isRecord } from './wire.ts';

/*
 * Each job has a process of its own: `node runner.ts <job folder>`. The process outlives the robot: it
 * collects the job's output, enforces its time limits and records how it ended, whatever happens to the
 * robot. It exchanges only files with the robot. `node runner.ts --wait` reads the folder from its standard
 * input. The robot keeps such a runner ready, so that a job does not wait for Node to start. A further
 * argument says which interpreter the runner is to keep ready.
 */

/**
 * How often to look at files: some file systems (network, containers on other systems) have no file watch.
 */
const LOOK_MS = 500;
/** How long the children of a process may go on printing after it has ended. Then they are killed. */
const GRACE_MS = 1000;
const TAIL = 10_000;
/** The most that `exit.json` may take: the tail with escapes. */
const RESERVE_BYTES = 64 * 1024;

const [argument, ahead] = process.argv.slice(2);
if (argument === '--wait') {
  const start = ahead ? startAhead(ahead) : startNow;
  const lines = createInterface({ input: process.stdin });
  // Without a line the robot has ended.
  const nothingToDo = () => process.exit(0);
  lines.once('close', nothingToDo);
  lines.once('line', (folder) => {
    lines.off('close', nothingToDo);
    void run(folder, start).then(() => process.exit(0));
  });
} else if (argument) {
  void run(argument, startNow);
}

async function run(folder: string, start: Starter): Promise<void> {
  const at = (name: keyof typeof files) => join(folder, files[name]);
  if (!claimDurably(at('runner'), JSON.stringify(identityOf(process.pid)))) return;
  const plan = readJson(at('plan')) as Plan | null;
  if (!plan) return; // the robot has given the job up
  const reserve = join(folder, 'reserve');
  // Reserves space, because the disk may be full when the job ends, perhaps through the job itself. Not
  // flushed: it only has to take the space.
  writeFileSync(reserve, ' '.repeat(RESERVE_BYTES));
  const spool = openSpool(at('log'), plan.executionId, plan.secret, () => new Date());
  const exit = await supervise(plan, start, spool, at).catch(
    (error: unknown): Exit => ({ ...nothing, error: `The runner failed: ${String(error)}` }),
  );
  spool.close();
  remove(reserve);
  await writeAtLast(at('exit'), JSON.stringify(exit));
  process.exit(0);
}

/**
 * Tries until it succeeds, because only the runner knows how the job ended. Meanwhile the robot reports what
 * is wrong with this host.
 */
async function writeAtLast(file: string, content: string): Promise<void> {
  for (;;) {
    try {
      return writeDurably(file, content);
    } catch {
      await delay(1000);
    }
  }
}

const nothing: Exit = {
  exitCode: null,
  signal: null,
  error: null,
  stopAsked: false,
  killed: false,
  reason: null,
  fault: null,
  stderrTail: '',
  endedAt: null,
};

async function supervise(
  plan: Plan,
  start: Starter,
  spool: Spool,
  at: (name: keyof typeof files) => string,
): Promise<Exit> {
  const asked = { stop: false, kill: false, reason: null as string | null, down: false };
  if (existsSync(at('kill'))) return { ...nothing, killed: true };
  if (existsSync(at('stop'))) return { ...nothing, killed: true, stopAsked: true };

  const records = followRecords(at('records'), (line) => spool.addRecord(line));
  const tool = plan.isToolRun ? followTool(plan.cwd, spool, () => records.read()) : null;
  const user = plan.user ?? null;
  const { child, marks, begin } = start(plan);
  const ended = endOf(child, plan);
  spool.add(`${plan.name} execution started`, 'Information', { logType: 'Default' });
  const tree: Tree = { pid: child.pid ?? null, marks, folder: plan.cwd };
  const tail = pump(child, spool, () => records.read());
  const use =
    child.pid === undefined
      ? null
      : watchUse(plan.folder, plan.executionId, child.pid, () => void killAs(user, tree));
  if (child.pid !== undefined) {
    try {
      // Not flushed: a power cut ends the process, too.
      writeFileSync(at('process'), JSON.stringify({ ...identityOf(child.pid), marks }), { mode: 0o600 });
    } catch (error) {
      // Without this file the next robot could not find the process.
      await killAs(user, tree);
      use?.end();
      return { ...nothing, error: `The job was ended at its start: ${messageOf(error)}` };
    }
  }
  // Only now: whoever comes after this runner finds all of the job, whatever it does first.
  begin();

  const stop = (reason: string | null) => {
    if (asked.stop || asked.kill) return;
    asked.stop = true;
    asked.reason = reason;
    ask(at('stop'));
    if (child.pid !== undefined && process.platform !== 'win32') stopAs(user, child.pid, tree);
    if (plan.killAfterSeconds)
      timers.push(after(plan.killAfterSeconds, () => kill(limitText('killed', plan))));
  };
  const kill = (reason: string | null) => {
    if (asked.kill) return;
    asked.kill = true;
    asked.reason = reason ?? asked.reason;
    void killAs(user, tree);
  };
  const look = () => {
    if (existsSync(at('kill'))) kill(null);
    else if (existsSync(at('stop'))) stop(null);
  };
  const timers = [setInterval(look, LOOK_MS), setInterval(() => spool.flush(), 1000)];
  const watcher = watch(at('asked'), look);
  watcher.on('error', () => watcher.close());
  if (plan.stopAfterSeconds)
    timers.push(after(plan.stopAfterSeconds, () => stop(limitText('stopped', plan))));
  for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
    process.on(name, () => {
      asked.down = true;
      void killAs(user, tree);
    });
  }

  const end = await ended.exit;
  // A job leaves nothing running behind. Children that hold the pipes open would keep it from ending.
  await Promise.race([ended.close, delay(GRACE_MS)]);
  if (user?.bySudo || findTree(tree).length > 0) await killAs(user, tree);
  await Promise.race([ended.close, delay(GRACE_MS)]);
  if (user) await takeBack(plan.folder, user);
  const overMemory = use?.end() ?? null;
  for (const timer of timers) clearInterval(timer);
  watcher.close();
  records.read();
  tail.end();
  const told = tool?.end();
  records.end();
  if (told?.output && !existsSync(at('output'))) writeDurably(at('output'), told.output);
  await hideOutput(at('output'), spool);
  spool.add(`${plan.name} execution ended`, 'Information', { logType: 'Default' });
  return {
    ...nothing,
    ...end,
    error: asked.down ? 'The runner was told to end: the host goes down' : (overMemory ?? end.error),
    stopAsked: asked.stop,
    killed: asked.kill,
    reason: asked.reason,
    fault: spool.hide(told?.fault ?? readFault(at('fault')) ?? '').slice(0, TAIL) || null,
    stderrTail: tail.stderr(),
  };
}

/** The output arguments are shown to whoever sees the job, as its log is. */
async function hideOutput(file: string, spool: Spool): Promise<void> {
  let written: string | null;
  try {
    written = readText(file);
  } catch {
    return; // The robot meets the same when it reads the output, and says so.
  }
  if (written === null) return;
  const hidden = hideInJson(written, spool);
  if (hidden !== written) await writeAtLast(file, hidden);
}

/** A process may say so itself why it fails: see PROTOCOL.md, "What the process finds". */
function readFault(file: string): string | null {
  const told = readJson(file);
  return isRecord(told) && typeof told['fault'] === 'string' ? told['fault'] || null : null;
}

type End = Pick<Exit, 'exitCode' | 'signal' | 'error' | 'endedAt'>;

function endOf(child: ChildProcess, plan: Plan): { exit: Promise<End>; close: Promise<void> } {
  const exit = Promise.withResolvers<End>();
  const close = Promise.withResolvers<void>();
  const now = () => new Date().toISOString();
  child.once('error', (error) => {
    exit.resolve({ exitCode: null, signal: null, error: startFault(plan, error), endedAt: now() });
    close.resolve();
  });
  child.once('exit', (exitCode, name) =>
    exit.resolve({ exitCode, signal: name, error: null, endedAt: now() }),
  );
  child.once('close', () => close.resolve());
  return { exit: exit.promise, close: close.promise };
}

const START_FAULTS: Readonly<Record<string, string>> = {
  ENOENT: 'is not there',
  EACCES: 'may not be executed',
  ENOEXEC: 'is no program of this system',
};

/** For Python, which most jobs need, the message names the setting that chooses it. */
function startFault(plan: Plan, error: NodeJS.ErrnoException): string {
  const program = plan.user?.bySudo ? 'sudo' : plan.program;
  const why = START_FAULTS[error.code ?? ''];
  const setting = /python[^/\\]*$/i.test(program) ? '; BATON_PYTHON of the robot names another one' : '';
  return why
    ? `The process did not start: the program ${program} ${why}${setting} (${error.message})`
    : `The process did not start: ${error.message}`;
}

/**
 * @param before called before each piece: a secret that the process named before it printed must be known
 */
function pump(child: ChildProcess, spool: Spool, before: () => void): { end(): void; stderr(): string } {
  let tail = '';
  const out = cutLines();
  const err = cutLines();
  const printed = (line: string) => spool.add(line, 'Information');
  const complained = (line: string) => {
    tail = `${tail}${line}\n`.slice(-2 * TAIL);
    spool.add(line, 'Error');
  };
  child.stdout?.on('data', (chunk: Buffer) => {
    before();
    out.push(chunk).forEach(printed);
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    before();
    err.push(chunk).forEach(complained);
  });
  return {
    end() {
      child.stdout?.destroy();
      child.stderr?.destroy();
      out.end().forEach(printed);
      err.end().forEach(complained);
    },
    stderr: () => spool.hide(tail).trimEnd().slice(-TAIL),
  };
}

function ask(file: string): void {
  try {
    if (!existsSync(file)) writeDurably(file, '');
  } catch {
    // SIGTERM asks as well
  }
}

function after(seconds: number, act: () => void): NodeJS.Timeout {
  // Beyond 2^31 ms setTimeout would fire at once. Nobody waits 24 days for a limit.
  return setTimeout(act, Math.min(seconds * 1000, 2 ** 31 - 1));
}

function limitText(what: 'stopped' | 'killed', plan: Plan): string {
  return what === 'stopped'
    ? `Stopped after ${plan.stopAfterSeconds} seconds, as the job was started with`
    : `Killed ${plan.killAfterSeconds} seconds after it was asked to stop, as the job was started with`;
}
