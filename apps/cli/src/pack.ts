import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, relative, resolve, sep } from 'node:path';
import type { Execute } from './command.ts';
import { EXIT, Failure } from './failure.ts';
import { packProject } from './pack-project.ts';

export const execute: Execute = async (call) => {
  const { terminal, cwd, argument = '.', text } = call;
  terminal.progress(`Packing ${argument} …`);
  const { bytes, id, version, fileName, warnings } = await packProject(call, resolve(cwd, argument));
  const file = resolve(cwd, text('output') ?? fileName);
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, bytes);
  } catch (error) {
    throw new Failure(`${file} cannot be written: ${(error as Error).message}`);
  }
  terminal.say(
    `${id} ${version}: ${file.startsWith(`${cwd}${sep}`) ? relative(cwd, file) : file}, ${sizeOf(bytes.length)}`,
  );
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  terminal.data({ id, version, file, size: bytes.length, sha256, warnings });
  return EXIT.success;
};

/** A size for people: `312 B`, `4.2 kB`, `17 MB`. */
export function sizeOf(bytes: number): string {
  const [size, unit] = bytes < 1000 ? [bytes, 'B'] : bytes < 1e6 ? [bytes / 1000, 'kB'] : [bytes / 1e6, 'MB'];
  return `${size < 10 && unit !== 'B' ? size.toFixed(1) : Math.round(size)} ${unit}`;
}
