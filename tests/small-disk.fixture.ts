import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder in which nothing can be written any more: really so, by the operating system. */
export interface SpoiltFolder {
  readonly folder: string;
  /** What the operating system says. */
  readonly code: 'ENOSPC' | 'EROFS' | 'EACCES';
  /** From now on nothing can be written. */
  spoil(): void;
  /** From now on it can again. */
  mend(): void;
}

/**
 * Where this process may mount (as root), a disk of `megabytes` that gets filled (ENOSPC) or is made
 * read-only (EROFS). Elsewhere a folder in which nobody may write, which root would not even notice: EACCES.
 */
export function spoiltFolder(
  t: { after(work: () => void): void },
  { megabytes = 8, how = 'full' }: { readonly megabytes?: number; readonly how?: 'full' | 'read-only' } = {},
): SpoiltFolder {
  const folder = mkdtempSync(join(tmpdir(), 'baton-disk-'));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  if (!mount(folder, megabytes)) {
    t.after(remove);
    const permit = (mode: string) => (): void => void execFileSync('chmod', ['-R', mode, folder]);
    t.after(permit('u+w'));
    return { folder, code: 'EACCES', spoil: permit('a-w'), mend: permit('u+w') };
  }
  t.after(() => {
    execFileSync('umount', ['--lazy', folder]);
    remove();
  });
  const remount = (mode: 'ro' | 'rw') => (): void =>
    void execFileSync('mount', ['-o', `remount,${mode}`, folder]);
  if (how === 'read-only') return { folder, code: 'EROFS', spoil: remount('ro'), mend: remount('rw') };
  const ballast = join(folder, 'ballast');
  return { folder, code: 'ENOSPC', spoil: () => fill(ballast), mend: () => rmSync(ballast, { force: true }) };
}

function mount(folder: string, megabytes: number): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'baton-test', folder], {
      stdio: 'ignore',
    });
    return true;
  } catch {
    return false;
  }
}

function fill(file: string): void {
  const handle = openSync(file, 'a');
  try {
    for (const chunk = Buffer.alloc(4096); ; ) writeSync(handle, chunk);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  } finally {
    closeSync(handle);
  }
}
