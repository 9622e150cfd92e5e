import { resolve } from 'node:path';
import { readStatus } from '@baton/robot/status';
import type { Execute } from './command.ts';
import { EXIT } from './failure.ts';

/** What a supervisor learns from the exit code. */
export const EXIT_OF_HEALTH = { healthy: EXIT.success, stopped: EXIT.failed, hindered: 3 } as const;

export const execute: Execute = async ({ terminal, cwd, text }) => {
  const data = resolve(cwd, text('data') ?? 'robot');
  const { health, hinders, status } = readStatus(data);
  terminal.data({ health, hinders, data, ...status });
  if (status) {
    const {
      version,
      url,
      hostMachineName,
      slots,
      labels = [],
      jobs,
      connectedSince,
      wantedVersion,
      lastError,
    } = status;
    const since = connectedSince === null ? '' : `, connected since ${connectedSince}`;
    if (health !== 'stopped')
      terminal.say(`The robot ${version} of ${hostMachineName} works for ${url}${since}.`);
    if (health !== 'stopped')
      terminal.say(
        `${jobs.filter(({ state }) => state !== 'Reporting').length} of ${slots} slots are taken.`,
      );
    if (health !== 'stopped' && labels.length > 0) terminal.say(`It has the labels ${labels.join(', ')}.`);
    for (const { key, processName, state } of health === 'stopped' ? [] : jobs)
      terminal.say(`  ${key}  ${state.padEnd(11)}  ${processName}`);
    if (wantedVersion !== null && wantedVersion !== version)
      terminal.say(`The server wants version ${wantedVersion}.`);
    if (lastError !== null) terminal.say(`Last warning, ${lastError.time}: ${lastError.message}`);
  }
  for (const text of hinders) terminal.say(`What hinders it: ${text}.`);
  return EXIT_OF_HEALTH[health];
};
