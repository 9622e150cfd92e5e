import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

/** Programs that write a picture of the whole screen to a file, and the kind of display that they need. */
const PROGRAMS: readonly { name: string; needs: string | null; args: (file: string) => string[] }[] = [
  { name: 'grim', needs: 'WAYLAND_DISPLAY', args: (file) => [file] },
  { name: 'scrot', needs: 'DISPLAY', args: (file) => ['--overwrite', file] },
  { name: 'import', needs: 'DISPLAY', args: (file) => ['-window', 'root', file] },
  { name: 'gnome-screenshot', needs: 'DISPLAY', args: (file) => ['-f', file] },
  { name: 'screencapture', needs: null, args: (file) => ['-x', file] },
];

const PATIENCE_MS = 10_000;

/** Takes a picture of the screen. Null where there is no display, or no program that can do it. */
export async function takeScreenshot(folder: string, environment: NodeJS.ProcessEnv): Promise<string | null> {
  const file = join(folder, 'screen.png');
  for (const { name, needs, args } of PROGRAMS) {
    if (needs === null ? process.platform !== 'darwin' : !environment[needs]) continue;
    const program = await find(name, environment);
    if (!program) continue;
    try {
      await promisify(execFile)(program, args(file), { timeout: PATIENCE_MS, env: environment });
      await access(file);
      return file;
    } catch {
      // The display may refuse this program. Another one may do.
    }
  }
  return null;
}

async function find(name: string, environment: NodeJS.ProcessEnv): Promise<string | null> {
  for (const folder of (environment['PATH'] ?? '').split(delimiter).filter(Boolean)) {
    const path = join(folder, name);
    if (
      await access(path, constants.X_OK).then(
        () => true,
        () => false,
      )
    )
      return path;
  }
  return null;
}
