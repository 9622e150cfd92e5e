import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** How the other commands reach the server of `baton start`. */
export interface DeveloperFile {
  readonly url: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

export const developerFile = (dataFolder: string): string => join(dataFolder, 'developer.json');

/** Writes a file that only its owner may read. A reader finds all of it or nothing. */
export async function writeSecretFile(file: string, content: object): Promise<void> {
  const draft = `${file}.${process.pid}.tmp`;
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  await writeFile(draft, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600, flush: true });
  await rename(draft, file);
}

/** Undefined if the file is missing or incomplete. */
export async function readSecretFile<T extends object>(file: string): Promise<T | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as T;
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
