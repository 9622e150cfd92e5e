import { resolve } from 'node:path';
import { certificateFault } from '@baton/client/certificate';
import { trustAuthorities } from '@baton/robot/authorities';
import { join, readJoinCode } from '@baton/robot/join';
import { useProxies } from '@baton/robot/proxy';
import type { Execute } from './command.ts';
import { readAddress } from './connect.ts';
import { EXIT, Failure, sentence, UsageError } from './failure.ts';
import { isRepository } from './folders.ts';

export const execute: Execute = async ({ terminal, cwd, env, argument, text }) => {
  through(env);
  const code = readJoinCode(argument!);
  if (!code) throw new UsageError("CODE is no join code: 'baton machine join-code NAME' makes one.");
  const given = text('url');
  const url = given === undefined ? code.url : readAddress(given);
  const data = text('data');
  const dataFolder = resolve(cwd, data ?? 'robot');
  const ca = text('ca') === undefined ? undefined : resolve(cwd, text('ca')!);
  if (ca !== undefined) trust(ca);
  const options = { code, url, dataFolder, hostMachineName: text('name'), ca };
  const connection = await join(options).catch((error: Error) => {
    throw new Failure(sentence(why(url, error)));
  });
  const { machineKey, machineName } = connection;
  const line = `${isRepository() ? 'npx baton' : 'baton'} robot${data === undefined ? '' : ` --data ${data}`}`;
  terminal.say(`This host has joined the machine '${machineName ?? machineKey}' of ${connection.url}.`);
  terminal.say(`From now on its robot starts with: ${line}`);
  terminal.data({ url: connection.url, machineKey, machineName, data: dataFolder, line });
  return EXIT.success;
};

/** The variables that let jobs go through the same proxies. */
export function through(env: NodeJS.ProcessEnv): Record<string, string> {
  try {
    return useProxies(env);
  } catch (error) {
    throw new Failure(`HTTP_PROXY or HTTPS_PROXY: ${sentence((error as Error).message)}`);
  }
}

export function trust(ca: string): void {
  try {
    trustAuthorities(ca);
  } catch (error) {
    throw new Failure(`--ca: ${sentence((error as Error).message)}`);
  }
}

function why(url: string, error: Error): string {
  if (error.name === 'Refused') return `The server refused (${error.message})`;
  const fault = certificateFault(url, error);
  if (fault) return fault;
  const cause = error.cause instanceof Error ? ` (${error.cause.message})` : '';
  return `${url}: ${error.message}${cause}`;
}
