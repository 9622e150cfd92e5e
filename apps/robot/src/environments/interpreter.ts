import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { CannotRun } from '../runtimes/host.ts';
import { isRecord } from '../wire.ts';

/** A Python, as it describes itself. */
export type Interpreter = {
  /** The interpreter itself, not a launcher of some version manager. */
  readonly path: string;
  /** `3.11.7` */
  readonly version: string;
  /** What its compiled packages are built for: `cpython-311-x86_64-linux-gnu linux-x86_64`. */
  readonly platform: string;
  /** The version of its pip; null without one. */
  readonly pip: string | null;
  readonly hasEnsurepip: boolean;
};

const QUESTION = `
import importlib.util, json, platform, sys, sysconfig
try:
    import importlib.metadata
    pip = importlib.metadata.version('pip')
except Exception:
    pip = None
print(json.dumps({
    'path': sys.executable, 'version': platform.python_version(), 'pip': pip,
    'platform': '%s %s' % (sysconfig.get_config_var('SOABI') or sys.implementation.cache_tag, sysconfig.get_platform()),
    'ensurepip': importlib.util.find_spec('ensurepip') is not None}))
`;

/**
 * Asks in the environment that jobs get, so that the answer is true for them.
 * @throws CannotRun where there is no such Python
 */
export async function askInterpreter(
  python: string,
  environment: Readonly<Record<string, string>>,
): Promise<Interpreter> {
  try {
    const options = { timeout: 60_000, windowsHide: true, env: { ...environment } };
    const { stdout } = await promisify(execFile)(python, ['-c', QUESTION], options);
    const answer: unknown = JSON.parse(stdout);
    if (!isRecord(answer)) throw new Error('it answers nothing useful');
    return {
      path: String(answer['path']) || python,
      version: String(answer['version']),
      platform: String(answer['platform']),
      pip: typeof answer['pip'] === 'string' ? answer['pip'] : null,
      hasEnsurepip: answer['ensurepip'] === true,
    };
  } catch (error) {
    const [why] = String(error instanceof Error ? error.message : error).split('\n');
    throw new CannotRun(
      `The Python of this host does not answer: ${python} (${why}); BATON_PYTHON of the robot names another one`,
    );
  }
}
