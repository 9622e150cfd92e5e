import { delimiter } from 'node:path';
import type { Runtime } from '@baton/nupkg/runtime';
import { type CommandLine, type Host, pythonHelpers } from './host.ts';

export function pythonCommand(
  runtime: Extract<Runtime, { kind: 'python' }>,
  host: Host,
  paths: { input: string; output: string },
  variables: Readonly<Record<string, string>>,
): CommandLine {
  const env = pythonEnvironment(variables['PYTHONPATH']);
  const { entry, python } = runtime;
  if (python.launcher === 'tool') {
    // Graphs and agents: only the official tool knows what the name means. It has to be installed for
    // this Python.
    const args = ['run', entry.path, '--input-file', paths.input, '--output-file', paths.output];
    return {
      program: host.python,
      args: ['-u', '-m', 'baton.tool', ...args],
      // Inside of a job it sends traces to a service that Baton does not have.
      env: { UIPATH_TRACING_ENABLED: 'false', ...pick(variables, 'UIPATH_TRACING_ENABLED'), ...env },
      isToolRun: true,
    };
  }
  const target = entry.function ? [entry.path, entry.function] : [entry.path];
  const start = ['-u', '-m', 'baton.run'];
  return { program: host.python, args: [...start, ...target], env, ahead: start.length };
}

const pick = (from: Readonly<Record<string, string>>, name: string) =>
  from[name] === undefined ? {} : { [name]: from[name] };

export function pythonEnvironment(pythonPath: string | undefined): Record<string, string> {
  return {
    PYTHONPATH: pythonPath ? `${pythonHelpers}${delimiter}${pythonPath}` : pythonHelpers,
    PYTHONIOENCODING: 'utf-8',
    // Working folders are thrown away, and the robot may lack the right to write beside the helpers.
    PYTHONDONTWRITEBYTECODE: '1',
  };
}
