import { join } from 'node:path';
import type { CommandLine } from './host.ts';

export function commandLine(command: readonly string[], entryPoint: string, folder: string): CommandLine {
  const [program = '', ...args] = command;
  return {
    // A program of the package is named with a slash. Windows would look for it in the robot's own folder.
    program: /^\.[/\\]/.test(program) ? join(folder, program) : program,
    args,
    env: { BATON_ENTRY_POINT: entryPoint },
  };
}
