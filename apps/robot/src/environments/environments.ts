import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, stat, utimes } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Runtime } from '@baton/nupkg/runtime';
import { writeDurably } from '../durable.ts';
import { inherited } from '../environment.ts';
import { HostTrouble } from '../host-trouble.ts';
import { type Log, messageOf } from '../log.ts';
import { isAlive, isIdentity } from '../process-identity.ts';
import { killTree } from '../process-tree.ts';
import { CannotRun, type Host } from '../runtimes/host.ts';
import type { Level } from '../spool.ts';
import { isRecord } from '../wire.ts';
import { type BuildPlan, planNode, planPython, stage, unstage } from './build.ts';
import { buildEnvironment } from './build-environment.ts';
import { askInterpreter, type Interpreter } from './interpreter.ts';
import { maskFor } from './masking.ts';
import { SOURCE } from './python-steps.ts';
import { BuildFailed, markOfBuild, PROCESS, runStep } from './run-step.ts';
import { removeSealed, seal } from './tree.ts';
import { type Wanted, wantedBy } from './wanted.ts';

/*
 * One folder for each environment, named by a hash of what it was made from. Jobs share it and only read it.
 *
 *   whole.json     the environment is complete: without it nobody uses the folder. Its time is the last use.
 *   process.json   the process that builds it, or built it
 *   source/        what the installer reads; for npm also `node_modules`
 *   venv/          Python's environment
 */

const WHOLE = 'whole.json';
/** Lines of a build that a job which joins it late still gets. */
const MAX_LINES = 5000;
const TAIL_LINES = 40;
const REMEMBERED = 500;

export type EnvironmentsOptions = {
  readonly dataFolder: string;
  /** The interpreters, as they are now. */
  host(): Host;
  readonly environment: NodeJS.ProcessEnv;
  readonly log: Log;
  readonly hostMachineName: string;
  /** Environments that nobody uses go, the least recently used first, when all take more than this. */
  readonly maxBytes: number;
  /** A build that takes longer is ended. */
  readonly maxSeconds: number;
  /** The environments that jobs on this host use, besides those that are just being prepared. */
  inUse(): ReadonlySet<string>;
  /** Fires when the robot ends. */
  readonly signal: AbortSignal;
};

export type BuildLine = { readonly message: string; readonly level: Level };

export type Environments = {
  readonly folder: string;
  interpreter(): Promise<Interpreter>;
  wantedBy(runtime: Runtime, content: string, identity: string): Promise<readonly Wanted[]>;
  /**
   * Answers the folder of a whole environment, which is built if it is not there. All who ask for one while
   * it is built wait for the same build. It stays until `release`, and then as long as `inUse` names it.
   * @param content the files of the package
   * @param tell gets the lines of the build, from its beginning; not called where there is nothing to build
   * @param signal ends the waiting; a build that nobody waits for is ended
   * @throws CannotRun, BuildFailed, HostTrouble, or the reason of the signal
   */
  get(
    wanted: Wanted,
    content: string,
    tell: (line: BuildLine) => void,
    signal: AbortSignal,
  ): Promise<{ name: string; folder: string; release(): void }>;
};

type Build = {
  readonly done: Promise<void>;
  readonly staged: Promise<void>;
  readonly lines: BuildLine[];
  readonly tellers: Set<(line: BuildLine) => void>;
  readonly ending: AbortController;
};

export function openEnvironments(options: EnvironmentsOptions): Environments {
  const { log, host, environment, signal } = options;
  const root = join(options.dataFolder, 'environments');
  const builds = new Map<string, Build>();
  const holds = new Map<string, number>();
  const sizes = new Map<string, number>();
  const removing = new Map<string, Promise<void>>();
  const known = new Map<string, Promise<readonly Wanted[]>>();
  const turns = takeTurns(Math.max(2, availableParallelism()));
  let asked: { of: string; answer: Promise<Interpreter> } | null = null;
  let evicted = Promise.resolve();

  const interpreter = () => {
    const { python, pythonVersion } = host();
    const of = `${python} ${pythonVersion}`;
    if (asked?.of === of) return asked.answer;
    const answer = askInterpreter(python, inherited(environment));
    asked = { of, answer };
    const forget = () => (asked = null);
    // Somebody may install what is missing.
    answer.then(({ pip }) => pip ?? forget(), forget);
    return answer;
  };

  const clean = async () => {
    await mkdir(root, { recursive: true, mode: 0o755 });
    for (const name of await readdir(root)) {
      const folder = join(root, name);
      const whole = await readWhole(folder);
      if (whole !== null) sizes.set(name, whole);
      else await clear(folder);
    }
  };
  const cleaned = clean().catch((error: unknown) => {
    log.warn({ error: messageOf(error) }, 'the environments could not be looked through');
  });

  const nameOf = async (wanted: Wanted) => {
    const identity =
      wanted.kind === 'python'
        ? await interpreter().then(({ path, version, platform }) => [path, version, platform])
        : [host().node, host().nodeVersion, process.platform, process.arch];
    const text = JSON.stringify([1, wanted.kind, wanted.digest, ...identity]);
    return createHash('sha256').update(text).digest('hex').slice(0, 32);
  };

  const build = async (name: string, wanted: Wanted, content: string, own: Build, staged: () => void) => {
    const folder = join(root, name);
    const mask = await maskFor(await buildEnvironment(environment));
    const tail: string[] = [];
    const tell = (message: string, level: Level = 'Information') => {
      const line = { message: mask(message), level };
      if (own.lines.length < MAX_LINES) own.lines.push(line);
      for (const teller of own.tellers) teller(line);
    };
    const limit = AbortSignal.timeout(Math.min(options.maxSeconds * 1000, 2 ** 31 - 1));
    const ends = AbortSignal.any([signal, own.ending.signal, limit]);
    const begun = Date.now();
    try {
      await cleaned;
      await removing.get(name);
      await clear(folder);
      await mkdir(folder, { recursive: true, mode: 0o755 });
      await stage(wanted, content, folder);
      staged();
      const plan: BuildPlan =
        wanted.kind === 'python'
          ? await planPython(wanted, folder, await interpreter(), environment)
          : await planNode(wanted, host(), environment);
      if (turns.areTaken()) tell('Waits until other environments are built on this host');
      await turns.take(ends);
      try {
        tell(`Builds the environment ${name}: ${plan.title}`);
        const variables = await buildEnvironment(environment);
        for (const step of plan.steps) {
          const heard = (line: string, isError: boolean) => {
            if (line.trim() === '') return;
            tail.push(mask(line));
            if (tail.length > TAIL_LINES) tail.shift();
            tell(line, isError ? 'Warning' : 'Information');
          };
          await runStep(step, folder, join(folder, SOURCE), variables, heard, ends);
        }
      } finally {
        turns.give();
      }
      await unstage(wanted, folder);
      const bytes = await seal(folder);
      const seconds = Math.round((Date.now() - begun) / 100) / 10;
      writeDurably(join(folder, WHOLE), JSON.stringify({ bytes, seconds, title: plan.title }));
      sizes.set(name, bytes);
      for (const warning of plan.warnings) tell(warning, 'Warning');
      tell(`The environment is ready after ${seconds} s, ${Math.ceil(bytes / 1e6)} MB`);
      log.info({ environment: name, seconds, bytes }, 'built an environment');
    } catch (error) {
      await clear(folder).catch(() => {});
      signal.throwIfAborted();
      own.ending.signal.throwIfAborted();
      const why = limit.aborted
        ? new BuildFailed(`it took more than ${options.maxSeconds} s, the limit of this robot`)
        : error;
      if (why instanceof CannotRun) tell(why.message, 'Error');
      if (!(why instanceof BuildFailed)) throw error;
      const said = mask(`The environment of the package could not be built: ${why.message}`);
      tell(said, 'Error');
      log.warn({ environment: name, error: said }, 'an environment could not be built');
      const last = tail.join('\n');
      if (/No space left on device|ENOSPC|Errno 28\b|EDQUOT/.test(last))
        throw new HostTrouble(`On the host ${options.hostMachineName}: The disk is full (${said})`);
      throw new BuildFailed(`${said}\n${last}`);
    }
  };

  const begin = (name: string, wanted: Wanted, content: string): Build => {
    const staging = Promise.withResolvers<void>();
    const ending = new AbortController();
    const running: { done: Promise<void> } & Omit<Build, 'done'> = {
      done: Promise.resolve(),
      staged: staging.promise,
      lines: [],
      tellers: new Set(),
      ending,
    };
    builds.set(name, running);
    running.done = build(name, wanted, content, running, staging.resolve).finally(() => {
      builds.delete(name);
      staging.resolve();
      evicted = evicted.then(evict);
    });
    running.done.catch(() => {}); // told to those who wait
    return running;
  };

  /** Waits with others. The one whose files are read stays until they are. */
  const wait = async (own: Build, tell: (line: BuildLine) => void, stops: AbortSignal) => {
    own.lines.forEach(tell);
    own.tellers.add(tell);
    const left = Promise.withResolvers<never>();
    left.promise.catch(() => {});
    const leave = () => left.reject(stops.reason);
    if (stops.aborted) leave();
    stops.addEventListener('abort', leave, { once: true });
    try {
      await own.staged;
      await Promise.race([own.done, left.promise]);
    } catch (error) {
      own.tellers.delete(tell);
      if (own.tellers.size === 0) {
        own.ending.abort(new Error('nobody waits for the environment any more'));
        await own.done.catch(() => {});
      }
      throw error;
    } finally {
      own.tellers.delete(tell);
      stops.removeEventListener('abort', leave);
    }
  };

  const evict = async () => {
    try {
      const isFree = (name: string) => !holds.has(name) && !builds.has(name) && !options.inUse().has(name);
      let total = [...sizes.values()].reduce((sum, bytes) => sum + bytes, 0);
      if (total <= options.maxBytes) return;
      const used = await Promise.all(
        [...sizes.keys()].map(async (name) => {
          const found = await stat(join(root, name, WHOLE)).catch(() => null);
          return { name, at: found?.mtimeMs ?? 0 };
        }),
      );
      for (const { name } of used.sort((a, b) => a.at - b.at)) {
        if (total <= options.maxBytes) return;
        if (!isFree(name)) continue;
        total -= sizes.get(name) ?? 0;
        sizes.delete(name);
        const gone = discard(join(root, name)).finally(() => removing.delete(name));
        removing.set(name, gone);
        await gone;
        log.info({ environment: name }, 'removed an environment');
      }
    } catch (error) {
      log.warn({ error: messageOf(error) }, 'an environment could not be removed');
    }
  };

  return {
    folder: root,
    interpreter,
    wantedBy(runtime, content, identity) {
      const python = runtime.kind === 'python' ? runtime.python.launcher : '';
      const key = `${identity} ${runtime.kind} ${python}`;
      const found = known.get(key);
      if (found) return found;
      const asking = wantedBy(runtime, content, identity);
      known.set(key, asking);
      asking.catch(() => known.delete(key));
      for (const oldest of known.keys()) {
        if (known.size <= REMEMBERED) break;
        known.delete(oldest);
      }
      return asking;
    },
    async get(wanted, content, tell, stops) {
      const name = await nameOf(wanted);
      const folder = join(root, name);
      holds.set(name, (holds.get(name) ?? 0) + 1);
      const release = () => {
        const left = (holds.get(name) ?? 1) - 1;
        if (left > 0) holds.set(name, left);
        else holds.delete(name);
      };
      try {
        while (!(await isWhole(folder, removing.get(name)))) {
          stops.throwIfAborted();
          // A build that ends because nobody waits any more is not joined.
          const running = builds.get(name);
          if (running?.ending.signal.aborted) await running.done.catch(() => {});
          else await wait(running ?? begin(name, wanted, content), tell, stops);
        }
        const now = new Date();
        await utimes(join(folder, WHOLE), now, now);
        return { name, folder, release };
      } catch (error) {
        release();
        throw error;
      }
    },
  };
}

async function isWhole(folder: string, removing: Promise<void> | undefined): Promise<boolean> {
  await removing;
  return (await readWhole(folder)) !== null;
}

/** Its size; null for one that is not complete. */
async function readWhole(folder: string): Promise<number | null> {
  const whole = parsed(await readFile(join(folder, WHOLE), 'utf8').catch(() => 'null'));
  return isRecord(whole) && typeof whole['bytes'] === 'number' ? whole['bytes'] : null;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Removes an environment. First what makes it usable, so that half of it is never used. */
async function discard(folder: string): Promise<void> {
  await rm(join(folder, WHOLE), { force: true });
  await removeSealed(folder);
}

/** Removes what a build left, and ends it if it still runs: the robot that began it may have been killed. */
async function clear(folder: string): Promise<void> {
  if (!(await stat(folder).catch(() => null))) return;
  const text = await readFile(join(folder, PROCESS), 'utf8').catch(() => 'null');
  const builder = parsed(text);
  const pid = isIdentity(builder) && isAlive(builder) ? builder.pid : null;
  await killTree({ pid, marks: [markOfBuild(folder)], folder: join(folder, SOURCE) });
  await discard(folder);
}

/** Lets so many work at a time. */
function takeTurns(most: number) {
  let working = 0;
  const waiting = new Set<() => void>();
  return {
    areTaken: () => working >= most,
    async take(signal: AbortSignal): Promise<void> {
      signal.throwIfAborted();
      while (working >= most) {
        const turn = Promise.withResolvers<void>();
        waiting.add(turn.resolve);
        signal.addEventListener('abort', () => turn.resolve(), { once: true });
        await turn.promise;
        waiting.delete(turn.resolve);
        signal.throwIfAborted();
      }
      working++;
    },
    give(): void {
      working--;
      // All look again. Who came first is first in the set.
      for (const look of waiting) look();
    },
  };
}
