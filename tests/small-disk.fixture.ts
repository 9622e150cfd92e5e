import { execFileSync } from 'node:child_process';
import { chmodSync, closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder in which nothing can be written any more: really so, by the operating system. */
export interface SpoiltFolder {
  readonly folder: string;
  /** What the operating system says. */
  readonly code: 'ENOSPC' | 'EACCES';
  /** From now on nothing can be written. */
  spoil(): void;
  /** From now on it can again. */
  mend(): void;
}

/**
 * Where this process may mount (as root), a disk of `megabytes` that gets filled: ENOSPC. Elsewhere a folder
 * that is made read-only, which root would not even notice: EACCES.
 */
export function spoiltFolder(t: { after(work: () => void): void }, megabytes = 8): SpoiltFolder {
  const folder = mkdtempSync(join(tmpdir(), 'baton-disk-'));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  const ballast = join(folder, 'ballast');
  if (!mount(folder, megabytes)) {
    t.after(remove);
    const permit = (mode: number) => (): void => chmodSync(folder, mode);
    t.after(permit(0o700));
    return { folder, code: 'EACCES', spoil: permit(0o500), mend: permit(0o700) };
  }
  t.after(() => {
    execFileSync('umount', ['--lazy', folder]);
    remove();
  });
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
