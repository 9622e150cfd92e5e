import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { inherited } from './environment.ts';
import { type Log, messageOf } from './log.ts';
import { type Host, pythonHelpers } from './runtimes/host.ts';
import { isRecord } from './wire.ts';

/**
 * Asked in the environment that jobs inherit, without the `PYTHONPATH` that a package or the robot may have.
 * Whoever has Robot Framework only there has it for that package only. `watched` are places in which an
 * installation leaves traces.
 */
const QUESTION = `
import importlib.util, json, site, sys
from importlib import metadata
def robot():
    try:
        return importlib.util.find_spec('robot') and metadata.version('robotframework')
    except Exception:
        return None
paths = [path for path in sys.path if path.endswith('-packages')]
print(json.dumps({
    'program': sys.executable,
    'version': '%d.%d.%d' % sys.version_info[:3],
    'robotFramework': robot(),
    'watched': [sys.executable, site.getusersitepackages(), *paths],
}))
`;

/** A shim on a busy machine may take long. */
const PATIENCE_MS = 60_000;

export type HostWatch = {
  /** As it was when the programs were last asked. */
  current(): Host;
  /** The kinds of package that this machine can run. */
  capabilities(): string[];
  /** Asks the programs. */
  ask(signal: AbortSignal): Promise<void>;
  /** Whether something was installed or removed since they were asked. It costs a few looks at the disk. */
  isOutdated(): Promise<boolean>;
};

type Answer = Pick<Host, 'python' | 'pythonVersion' | 'robotFramework'> & { readonly watched: string[] };

/** @param python what the robot was given: a path, or a name that the system looks up */
export function watchHost(python: string, environment: NodeJS.ProcessEnv, log: Log): HostWatch {
  const watched = placesOf(python, environment);
  const unknown: Answer = { python, pythonVersion: null, robotFramework: null, watched };
  let answer = unknown;
  let traces = '';

  return {
    current: () => ({
      python: answer.python,
      pythonVersion: answer.pythonVersion,
      robotFramework: answer.robotFramework,
      node: process.execPath,
      nodeVersion: process.versions.node,
    }),
    capabilities() {
      const found = ['node', 'command'];
      if (!isSupported(answer.pythonVersion)) return found;
      found.push('python');
      if (answer.robotFramework) found.push('robot');
      return found;
    },
    async ask(signal) {
      answer = await askPython(python, environment, signal).catch((error: unknown) => {
        signal.throwIfAborted();
        log.warn({ python, error: messageOf(error) }, 'no Python here: the program does not answer');
        return unknown;
      });
      traces = await tracesOf(answer.watched);
      const { python: program, pythonVersion, robotFramework } = answer;
      if (pythonVersion)
        log.info({ python: program, version: pythonVersion, robotFramework }, 'found Python');
    },
    isOutdated: async () => (await tracesOf(answer.watched)) !== traces,
  };
}

async function askPython(
  python: string,
  environment: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<Answer> {
  const { stdout } = await promisify(execFile)(python, ['-c', QUESTION], {
    env: { ...inherited(environment), PYTHONIOENCODING: 'utf-8', PYTHONDONTWRITEBYTECODE: '1' },
    cwd: pythonHelpers, // Python looks for modules in the working folder too, and this one holds no others
    timeout: PATIENCE_MS,
    windowsHide: true,
    signal,
  });
  // A shim may print something before.
  const said: unknown = JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
  if (!isRecord(said) || typeof said['version'] !== 'string') throw new Error('it answered something else');
  const { program, version, robotFramework, watched } = said;
  return {
    python: typeof program === 'string' && program !== '' ? program : python,
    pythonVersion: version,
    robotFramework: typeof robotFramework === 'string' ? robotFramework : null,
    watched: Array.isArray(watched) ? watched.filter((path) => typeof path === 'string') : [],
  };
}

/** Where a program that is missing may appear. */
function placesOf(program: string, environment: NodeJS.ProcessEnv): string[] {
  if (/[/\\]/.test(program)) return [program];
  const folders = (environment['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders.map((folder) => join(folder, program));
}

function isSupported(version: string | null): boolean {
  const [major = 0, minor = 0] = (version ?? '').split('.').map(Number);
  return major > 3 || (major === 3 && minor >= 9);
}

async function tracesOf(paths: readonly string[]): Promise<string> {
  const found = await Promise.all(
    paths.map((path) =>
      stat(path).then(
        ({ ino, mtimeMs }) => `${ino} ${mtimeMs}`,
        () => 'missing',
      ),
    ),
  );
  return found.join('|');
}
