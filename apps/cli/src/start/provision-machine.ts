import { join } from 'node:path';
import { ApiFailure } from '@baton/client/api-failure';
import type { Client } from '@baton/client/client';
import { quoted } from '@baton/client/request';
import { tokenSource } from '@baton/client/token';
import * as folders from '@baton/server/orchestrator/folders/contract';
import * as machines from '@baton/server/orchestrator/machines/contract';
import { getRoles } from '@baton/server/orchestrator/roles/contract';
import * as users from '@baton/server/orchestrator/users/contract';
import { UserType } from '@baton/server/orchestrator/users/entities';
import { readSecretFile, writeSecretFile } from '../developer-file.ts';

/** Whom the robot on this machine connects as. */
export interface MachineCredentials {
  readonly machineId: number;
  readonly machineKey: string;
  readonly machineSecret: string;
}

interface Many<T> {
  readonly value: readonly T[];
}

const MACHINE = 'developer';
const ACCOUNT = 'robot';
const FOLDER = 'Shared';
const TENANT_ROLE = 'Allow to be Automation User';
const FOLDER_ROLE = 'Automation User';

/**
 * What it takes for jobs of the folder Shared to run here: a machine, an account that they run as, both in the folder. Each
 * is looked for first, so that a start that was interrupted is finished by the next, and what people changed stays.
 */
export async function provisionMachine(
  client: Client,
  dataFolder: string,
  slots: number,
): Promise<MachineCredentials> {
  const options = { $filter: `FullyQualifiedName eq ${quoted(FOLDER)}` };
  const found = (await client.call(folders.getFolders, {}, { options })) as Many<{ Id: number }>;
  const folderId = found.value[0]?.Id;
  const [machine] = await Promise.all([
    machineIn(client, folderId, dataFolder, slots),
    accountIn(client, folderId),
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
  const options = { $filter: `Name eq ${quoted(MACHINE)}`, $select: 'Id' };
  const found = (await client.call(machines.getMachines, {}, { options })) as Many<{ Id: number }>;
  const credentials = found.value[0]
    ? await credentialsOf(client, found.value[0].Id, await readSecretFile<MachineCredentials>(file))
    : await makeMachine(client, slots);
  await writeSecretFile(file, credentials);
  const { machineId } = credentials;
  if (folderId !== undefined && !(await isMachineIn(client, machineId, folderId))) {
    await client.call(folders.assignMachines, {
      body: { assignments: { MachineIds: [machineId], FolderIds: [folderId] } },
    });
  }
  return credentials;
}

async function makeMachine(client: Client, slots: number): Promise<MachineCredentials> {
  const Type = machines.MachineType.Template;
  const body = { Name: MACHINE, Description: 'This machine', Type, UnattendedSlots: Math.max(slots, 10) };
  const made = (await client.call(machines.postMachine, { body })) as {
    Id: number;
    LicenseKey: string;
    ClientSecret: string;
  };
  return { machineId: made.Id, machineKey: made.LicenseKey, machineSecret: made.ClientSecret };
}

/** Those that are known, if the server takes them, else with a new secret. */
async function credentialsOf(
  client: Client,
  machineId: number,
  known: MachineCredentials | undefined,
): Promise<MachineCredentials> {
  const { LicenseKey: machineKey } = (await client.call(machines.getMachine, { key: machineId })) as {
    LicenseKey: string;
  };
  if (known?.machineKey === machineKey && (await isTaken(client, known))) return { ...known, machineId };
  const { secret } = (await client.call(machines.postClientSecret, { licenseKey: machineKey })) as {
    secret: string;
  };
  return { machineId, machineKey, machineSecret: secret };
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

async function isMachineIn(client: Client, machineId: number, folderId: number): Promise<boolean> {
  const options = { $filter: `Id eq ${machineId}`, $select: 'Id' };
  const { value } = (await client.call(
    machines.getAssignedMachines,
    { folderId },
    { options },
  )) as Many<unknown>;
  return value.length > 0;
}

async function accountIn(client: Client, folderId: number | undefined): Promise<void> {
  const options = { $filter: `UserName eq ${quoted(ACCOUNT)}`, $select: 'Id' };
  const found = (await client.call(users.getUsers, {}, { options })) as Many<{ Id: number }>;
  const userId = found.value[0]?.Id ?? (await makeAccount(client));
  if (folderId === undefined) return;
  const input = { key: folderId, includeInherited: false };
  const there = (await client.call(folders.getUsersForFolder, input)) as Many<{ Id: number }>;
  if (there.value.some(({ Id }) => Id === userId)) return;
  const roleOptions = { $filter: `Name eq ${quoted(FOLDER_ROLE)}`, $select: 'Id' };
  const roles = (await client.call(getRoles, {}, { options: roleOptions })) as Many<{ Id: number }>;
  const RolesPerFolder = [{ FolderId: folderId, RoleIds: roles.value.map(({ Id }) => Id) }];
  await client.call(folders.assignUsers, { body: { assignments: { UserIds: [userId], RolesPerFolder } } });
}

async function makeAccount(client: Client): Promise<number> {
  const Type = UserType.DirectoryRobot;
  const body = { UserName: ACCOUNT, Type, RolesList: [TENANT_ROLE], MayHaveUnattendedSession: true };
  return ((await client.call(users.postUser, { body })) as { Id: number }).Id;
}
