import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';

const FOLDER = new URL('./history/', import.meta.url);

/**
 * Writes the result of a run and a description of the machine to a file, and answers the file's path. It is
 * one line of JSON, so that no formatter changes it.
 */
export async function keep(name: string, found: object): Promise<string> {
  await mkdir(FOLDER, { recursive: true });
  const at = new Date().toISOString();
  const file = new URL(`${name}-${at.slice(0, 16).replace(/[:T]/g, '-')}.jsonl`, FOLDER);
  const text = JSON.stringify({ at, ...conditions(), ...found });
  await writeFile(file, `${text}\n`);
  return fileURLToPath(file);
}

function conditions(): object {
  const [cpu] = cpus();
  return {
    machine: `${cpus().length} x ${cpu?.model ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GB`,
    node: process.version,
    commit: commit(),
    processes: Number(process.env.BATON_PROCESSES ?? 1),
  };
}

function commit(): string {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
  } catch {
    return 'unknown';
  }
}
