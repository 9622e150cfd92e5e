import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { nodeCommand } from './runtimes/node.ts';
import { pythonEnvironment } from './runtimes/python.ts';

const host = { node: process.execPath };

type More = { function?: string | undefined; env?: Record<string, string> };

/** Runs a file as the robot does, and answers its output arguments. */
export const run = async (file: string, code: string, input: object, more: More = {}): Promise<unknown> =>
  JSON.parse(await runText(file, code, JSON.stringify(input), more));

/** The same with JSON texts. */
export async function runText(file: string, code: string, input: string, more: More = {}): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'baton-helper-'));
  try {
    const [inputFile, outputFile] = [join(folder, 'input.json'), join(folder, 'output.json')];
    writeFileSync(join(folder, file), code);
    writeFileSync(inputFile, input);
    const python = ['-u', '-m', 'baton.run', file, ...(more.function ? [more.function] : [])];
    const node = nodeCommand(file, host);
    const [program, args] = file.endsWith('.py') ? ['python3', python] : [node.program, node.args];
    const env = {
      PATH: process.env['PATH'],
      ...pythonEnvironment(undefined),
      BATON_INPUT: inputFile,
      BATON_OUTPUT: outputFile,
      BATON_LOG: join(folder, 'records.ndjson'),
      BATON_STOP: join(folder, 'stop'),
      ...more.env,
    };
    await promisify(execFile)(program, args, { cwd: folder, env });
    return existsSync(outputFile) ? readFileSync(outputFile, 'utf8') : 'null';
  } finally {
    rmSync(folder, { recursive: true });
  }
}
