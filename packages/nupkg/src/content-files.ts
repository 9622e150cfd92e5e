import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Archive, readAll } from './archive.ts';
import { decodeFile } from './text-file.ts';

/**
 * The files of an automation by their path below its root. The root is in a package, or in a folder that a
 * package was extracted to.
 */
export type ContentFiles = {
  /** The name of a file in error messages: `content/operate.json`. */
  name(path: string): string;
  has(path: string): Promise<boolean>;
  /**
   * The text of a file, or null if there is none. Throws InvalidPackage if the file is not
   * UTF-8 or too large.
   */
  read(path: string): Promise<string | null>;
};

export function archiveFiles(archive: Archive, root: string, maxBytes: number): ContentFiles {
  const name = (path: string) => `${root}/${path}`;
  return {
    name,
    has: async (path) => archive.find(name(path)) !== null,
    read: async (path) => {
      const file = archive.find(name(path));
      return file && decodeFile(await readAll(file, maxBytes), file.path);
    },
  };
}

/** For the robot, which has already extracted the package. */
export function folderFiles(folder: string): ContentFiles {
  return {
    name: (path) => path,
    has: (path) =>
      stat(join(folder, path)).then(
        (found) => found.isFile(),
        () => false,
      ),
    read: async (path) => {
      try {
        return decodeFile(await readFile(join(folder, path)), path);
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
        throw error;
      }
    },
  };
}
