import { join } from 'node:path';
import { files } from '../journal.ts';
import { type CommandLine, type Host, pythonHelpers } from './host.ts';
import { pythonEnvironment } from './python.ts';

/** The input arguments become suite variables. `Library  baton` makes the helper's functions keywords. */
export function robotFrameworkCommand(
  path: string,
  host: Host,
  jobFolder: string,
  pythonPath: string | undefined,
): CommandLine {
  const variables = join(pythonHelpers, 'baton', 'robot_variables.py');
  const args = [
    '-u',
    '-m',
    'baton.robot_framework',
    '--outputdir',
    join(jobFolder, files.results),
    '--variablefile',
    variables,
    path,
  ];
  return { program: host.python, args, env: pythonEnvironment(pythonPath) };
}
