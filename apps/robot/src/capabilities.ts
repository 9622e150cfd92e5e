import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Host } from './runtimes/host.ts';

const QUESTION = `
import sys, importlib.util
print('python' if sys.version_info >= (3, 9) else '', 'robot' if importlib.util.find_spec('robot') else '')
`;

/** The kinds of package that this machine can run. The programs themselves are asked. */
export async function capabilitiesOf(host: Host): Promise<string[]> {
  const found = ['node', 'command'];
  try {
    const { stdout } = await promisify(execFile)(host.python, ['-c', QUESTION], {
      timeout: 10_000,
      windowsHide: true,
    });
    found.push(...stdout.trim().split(/\s+/).filter(Boolean));
  } catch {
    // no Python here
  }
  return found;
}
