import { join } from 'node:path';
import { ApiFailure } from '@baton/client/api-failure';
import type { Client } from '@baton/client/client';
import { tokenSource } from '@baton/client/token';
import {
  addMachineSecret,
  findFolder,
  findMachine,
  haveAccount,
  keyOfMachine,
  type MachineCredentials,
  makeMachine,
  putAccountIn,
  putMachineIn,
} from '../api/machines.ts';
import { readSecretFile, writeSecretFile } from '../developer-file.ts';

const MACHINE = 'developer';
const ACCOUNT = 'robot';
const FOLDER = 'Shared';

/**
 * Creates what jobs of the folder Shared need to run here: a machine and an account that they run as, both
 * assigned to the folder. Each is looked for first. So the next start finishes one that was interrupted, and
 * changes that people made stay.
 */
export async function provisionMachine(
  client: Client,
  dataFolder: string,
  slots: number,
): Promise<MachineCredentials> {
  const folderId = await findFolder(client, FOLDER);
  const [machine] = await Promise.all([
    machineIn(client, folderId, dataFolder, slots),
    folderId === undefined ? haveAccount(client, ACCOUNT) : putAccountIn(client, ACCOUNT, folderId),
  ]);
  return machine;
}

async function machineIn(
  client: Client,
  folderId: number | undefined,
  dataFolder: string,
  slots: number,
): Promise<MachineCredentials> {
  const file = join(dataFolder, 'robot', 'machine.json');
  const found = await findMachine(client, MACHINE);
  const credentials =
    found === undefined
      ? await makeMachine(client, { name: MACHINE, description: 'This machine', slots: Math.max(slots, 10) })
      : await credentialsOf(client, found, await readSecretFile<MachineCredentials>(file));
  await writeSecretFile(file, credentials);
  if (folderId !== undefined) await putMachineIn(client, credentials.machineId, folderId);
  return credentials;
}

/** The stored credentials if the server accepts them, otherwise ones with a new secret. */
async function credentialsOf(
  client: Client,
  machineId: number,
  known: MachineCredentials | undefined,
): Promise<MachineCredentials> {
  const machineKey = await keyOfMachine(client, machineId);
  if (known?.machineKey === machineKey && (await isTaken(client, known))) return { ...known, machineId };
  return { machineId, machineKey, machineSecret: await addMachineSecret(client, machineKey) };
}

async function isTaken(client: Client, { machineKey, machineSecret }: MachineCredentials): Promise<boolean> {
  try {
    await tokenSource({ url: client.url, clientId: machineKey, clientSecret: machineSecret }).get();
    return true;
  } catch (error) {
    if (error instanceof ApiFailure) return false;
    throw error;
  }
}
