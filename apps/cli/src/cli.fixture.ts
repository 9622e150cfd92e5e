import { type ChildProcess, spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));

/** Keeps tests from using a profile of the person who runs them. */
const NOWHERE = '/nonexistent/baton';

export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
  /** The last line of standard output, parsed. */
  readonly json: Record<string, unknown>;
}

export type Env = Readonly<Record<string, string>>;

/**
 * Runs the command as a process of its own, as people do, but without the settings of the person
 * who runs the tests.
 */
function spawnBaton(args: readonly string[], env: Env, input?: string): ChildProcess {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(BATON_|DATABASE_URL|NODE_TEST)/.test(name),
  );
  const child = spawn(process.execPath, [MAIN, ...args], {
    env: { ...Object.fromEntries(inherited), BATON_CONFIG: NOWHERE, ...env },
    stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
  });
  child.stdin?.end(input);
  return child;
}

/** `input` is its standard input. */
export async function baton(args: readonly string[], env: Env, input?: string): Promise<Ran> {
  const child = spawnBaton(args, env, input);
  const texts = [child.stdout!, child.stderr!].map(async (stream) => (await stream.toArray()).join(''));
  const [[code], out, err] = await Promise.all([once(child, 'exit'), ...texts]);
  return { code, out: out!, err: err!, json: parseLast(out!) };
}

function parseLast(out: string): Record<string, unknown> {
  try {
    return JSON.parse(out.trimEnd().split('\n').at(-1) ?? '') as Record<string, unknown>;
  } catch {
    return {};
  }
}

/** A command that keeps running, and reports events with --json. */
export interface Live {
  /** The first event of that name, even if it is already past. Rejects if the process ends without one. */
  event(name: string): Promise<Record<string, unknown>>;
  /** The exit code, once it ends by itself. */
  ended(): Promise<number | null>;
  signal(name: NodeJS.Signals): void;
  /** All lines of its standard output. */
  output(): string;
  /** All that it has written to standard error. */
  errors(): string;
  /** Asks it to stop, as Ctrl-C does, and answers its exit code. */
  interrupt(): Promise<number | null>;
  /** The same with another signal. */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null>;
}

export function live(args: readonly string[], env: Env): Live {
  const child = spawnBaton([...args, '--json'], env);
  const events: Record<string, unknown>[] = [];
  const changed = new EventEmitter();
  let errors = '';
  child.stderr!.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  createInterface({ input: child.stdout! }).on('line', (line) => {
    events.push(JSON.parse(line) as Record<string, unknown>);
    changed.emit('change');
  });
  const closed = once(child, 'close').then(([code]) => {
    changed.emit('change');
    return code as number | null;
  });
  const end = (signal: NodeJS.Signals): Promise<number | null> => {
    child.kill(signal);
    return closed;
  };
  return {
    errors: () => errors,
    output: () => events.map((event) => JSON.stringify(event)).join('\n'),
    signal: (name) => void child.kill(name),
    ended: () => closed,
    async event(name) {
      for (;;) {
        const found = events.find(({ event }) => event === name);
        if (found) return found;
        if (child.exitCode !== null || child.signalCode !== null) {
          throw new Error(`It ended before '${name}': ${JSON.stringify(events)}\n${errors}`);
        }
        await once(changed, 'change');
      }
    },
    interrupt: () => end('SIGINT'),
    end,
  };
}
