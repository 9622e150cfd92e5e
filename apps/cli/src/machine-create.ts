import type { Client } from '@baton/client/client';
import {
  addMachineSecret,
  findFolder,
  findMachine,
  keyOfMachine,
  type MachineCredentials,
  makeMachine,
  putAccountIn,
  putMachineIn,
} from './api/machines.ts';
import type { Execute } from './command.ts';
import { connect } from './connect.ts';
import { EXIT, Failure } from './failure.ts';
import { isRepository } from './folders.ts';

const USUAL_SLOTS = 10;

export const execute: Execute = async (call) => {
  const { terminal, argument, flag, text, whole } = call;
  const name = argument!;
  const slots = whole('slots', 1, 10_000) ?? USUAL_SLOTS;
  const account = text('account') ?? 'robot';
  const { client, url, folder } = await connect(call);
  const folderId = await findFolder(client, folder);
  if (folderId === undefined) throw new Failure(`There is no folder '${folder}'.`);
  // The machine is created last: if an earlier step is refused, no secret is lost.
  await putAccountIn(client, account, folderId);
  const machine = await credentialsFor(client, name, slots, flag('again'));
  await putMachineIn(client, machine.machineId, folderId);
  const line = joinLine(url, machine);
  terminal.say(`Hosts of the machine '${name}' run jobs of ${folder} as '${account}'. A robot joins with`);
  terminal.say(line);
  terminal.note('The secret in it is shown this once.');
  terminal.data({ name, folder, account, url, ...machine, line });
  return EXIT.success;
};

async function credentialsFor(
  client: Client,
  name: string,
  slots: number,
  again: boolean,
): Promise<MachineCredentials> {
  const machineId = await findMachine(client, name);
  if (machineId === undefined) return makeMachine(client, { name, description: '', slots });
  if (!again) throw new Failure(`The machine '${name}' is there already. --again gives it another secret.`);
  const machineKey = await keyOfMachine(client, machineId);
  return { machineId, machineKey, machineSecret: await addMachineSecret(client, machineKey) };
}

function joinLine(url: string, { machineKey, machineSecret }: MachineCredentials): string {
  const command = isRepository() ? 'npx baton' : 'baton';
  return `BATON_MACHINE_SECRET=${machineSecret} ${command} robot --url ${url} --machine-key ${machineKey}`;
}
