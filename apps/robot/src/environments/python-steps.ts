import { join } from 'node:path';
import { CannotRun } from '../runtimes/host.ts';
import type { Interpreter } from './interpreter.ts';
import type { PythonWanted } from './wanted.ts';

/** One program of a build. It runs in the folder `source` of the environment. */
export type Step = {
  /** For people: `pip install`. */
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
};

export const SOURCE = 'source';
export const VENV = 'venv';
/** What the build writes for the installer, beside the files of the package. */
export const REQUIREMENTS = '.baton-requirements.txt';
export const CONSTRAINTS = '.baton-constraints.txt';

/** `pip --python` needs this version. */
const PIP = [22, 3] as const;

export function pythonOf(folder: string): string {
  const windows = process.platform === 'win32';
  return windows ? join(folder, VENV, 'Scripts', 'python.exe') : join(folder, VENV, 'bin', 'python');
}

export function binOf(folder: string): string {
  return join(folder, VENV, process.platform === 'win32' ? 'Scripts' : 'bin');
}

/** The tool that installs, for people: `uv`, `pip`. */
export const installerOf = (uv: string | null): string => (uv === null ? 'pip' : 'uv');

/**
 * How to make the environment in `folder`: with uv where the machine has it, else with the interpreter's pip,
 * else with the pip that comes with Python.
 * @throws CannotRun where the machine has no installer, or none that can do it
 */
export function pythonSteps(
  wanted: PythonWanted,
  folder: string,
  interpreter: Interpreter,
  uv: string | null,
): Step[] {
  const python = pythonOf(folder);
  const venv = (...more: string[]): Step => ({
    name: 'python -m venv',
    program: interpreter.path,
    args: [
      '-m',
      'venv',
      ...more,
      ...(wanted.seesMachine ? ['--system-site-packages'] : []),
      join(folder, VENV),
    ],
  });
  if (uv !== null) return [venv('--without-pip'), uvStep(wanted, folder, uv)];
  if (wanted.elsewhere.length > 0) {
    throw new CannotRun(
      `uv.lock takes ${listed(wanted.elsewhere)} from elsewhere than a package index, which needs uv; this host has none (BATON_UV names it)`,
    );
  }
  const install = ['install', '--prefer-binary', ...sources(wanted)];
  const name = 'pip install';
  if (isAtLeast(interpreter.pip, PIP)) {
    const args = ['-m', 'pip', '--python', python, ...install];
    return [venv('--without-pip'), { name, program: interpreter.path, args }];
  }
  if (interpreter.hasEnsurepip) return [venv(), { name, program: python, args: ['-m', 'pip', ...install] }];
  throw new CannotRun(
    `This host cannot install Python packages: its Python ${interpreter.version} (${interpreter.path}) has neither ` +
      'pip 22.3 or newer nor the module ensurepip, and there is no uv. Install one of them, e.g. python3-pip or python3-venv',
  );
}

function uvStep(wanted: PythonWanted, folder: string, uv: string): Step {
  const python = pythonOf(folder);
  if (wanted.source === 'uv.lock' && !wanted.hasWheels) {
    const args = ['sync', '--frozen', '--no-dev', '--no-editable', '--python', python];
    // The project itself is what the job runs from its own folder.
    return {
      name: 'uv sync',
      program: uv,
      args: [...args, '--no-install-project'],
      env: { UV_PROJECT_ENVIRONMENT: join(folder, VENV) },
    };
  }
  return {
    name: 'uv pip install',
    program: uv,
    args: ['pip', 'install', '--python', python, ...sources(wanted, 'uv')],
  };
}

/** What to install, from where. uv reads `pyproject.toml` itself, with its own settings for sources. */
function sources(wanted: PythonWanted, tool?: 'uv'): string[] {
  const ownFile = wanted.source === 'requirements.txt' ? 'requirements.txt' : null;
  const project = tool === 'uv' && wanted.source === 'pyproject.toml' ? 'pyproject.toml' : null;
  return [
    ...(wanted.hasWheels ? ['--no-index', '--find-links', 'wheels'] : []),
    ...(wanted.constraints.length > 0 ? ['-c', CONSTRAINTS] : []),
    '-r',
    ownFile ?? project ?? REQUIREMENTS,
  ];
}

function isAtLeast(version: string | null, [major, minor]: readonly [number, number]): boolean {
  const [own = 0, ownMinor = 0] = (version ?? '').split('.').map((part) => Number.parseInt(part, 10) || 0);
  return own > major || (own === major && ownMinor >= minor);
}

function listed(names: readonly string[]): string {
  return names.length > 3 ? `${names.slice(0, 3).join(', ')} and others` : names.join(', ');
}
