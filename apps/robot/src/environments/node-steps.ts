import { CannotRun } from '../runtimes/host.ts';
import type { Program } from './programs.ts';
import type { Step } from './python-steps.ts';
import type { NodeWanted } from './wanted.ts';

/**
 * Whether packages may run scripts when they are installed. They may not unless the machine's owner says so,
 * because npm installs what thousands of strangers publish, and few packages need one.
 */
export function runsScripts(environment: NodeJS.ProcessEnv): boolean {
  return Object.entries(environment).some(
    ([name, value]) => name.toLowerCase() === 'npm_config_ignore_scripts' && value === 'false',
  );
}

/**
 * @throws CannotRun where the machine has no npm
 */
export function nodeSteps(wanted: NodeWanted, npm: Program | null, scripts: boolean): Step[] {
  if (npm === null) {
    throw new CannotRun(
      `The package wants what its ${wanted.source} lists, and this host has no npm to install it: ` +
        'put npm on the PATH of the robot, or name its npm-cli.js in BATON_NPM; a package that carries node_modules needs none',
    );
  }
  const what = wanted.lock === null ? ['install', '--no-package-lock'] : ['ci'];
  const args = [...npm.args, ...what, '--omit=dev', `--ignore-scripts=${!scripts}`];
  return [{ name: `npm ${what[0]}`, program: npm.program, args }];
}
