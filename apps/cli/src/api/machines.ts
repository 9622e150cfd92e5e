import type { Client } from '@baton/client/client';
import { quoted } from '@baton/client/request';
import * as folders from '@baton/contract/folders';
import * as machines from '@baton/contract/machines';
import { getRoles } from '@baton/contract/roles';
import * as users from '@baton/contract/users';
import { Failure } from '../failure.ts';

/** What a robot signs in with. */
export interface MachineCredentials {
  readonly machineId: number;
  readonly machineKey: string;
  readonly machineSecret: string;
}

const ID = ['Id'] as const;
const TENANT_ROLE = 'Allow to be Automation User';
const FOLDER_ROLE = 'Automation User';

/** The id of the folder with this path; undefined where there is none. */
export async function findFolder(client: Client, path: string): Promise<number | undefined> {
  const options = { $filter: `FullyQualifiedName eq ${quoted(path)}` };
  const found = await client.call(folders.getFolders, {}, { options });
  return found.value[0]?.Id;
}

export async function findMachine(client: Client, name: string): Promise<number | undefined> {
  const options = { $filter: `Name eq ${quoted(name)}`, $select: ID };
  const found = await client.call(machines.getMachines, {}, { options });
  return found.value[0]?.Id;
}

/**
 * Makes a machine template: any number of hosts may connect with its key. `slots` is how many jobs each
 * of them runs at once.
 */
export async function makeMachine(
  client: Client,
  about: { readonly name: string; readonly description: string; readonly slots: number },
): Promise<MachineCredentials> {
  const { name: Name, description: Description, slots: UnattendedSlots } = about;
  const body = { Name, Description, Type: 'Template', UnattendedSlots } as const;
  const made = await client.call(machines.postMachine, { body });
  return {
    machineId: made.Id,
    machineKey: told(made.LicenseKey, 'key'),
    machineSecret: told(made.ClientSecret, 'secret'),
  };
}

export async function keyOfMachine(client: Client, machineId: number): Promise<string> {
  const machine = await client.call(machines.getMachine, { key: machineId });
  return told(machine.LicenseKey, 'key');
}

function told(value: string | null, what: string): string {
  if (value !== null) return value;
  throw new Failure(`The server did not tell the ${what} of the machine.`);
}

/** Adds a secret. Earlier secrets stay valid. */
export async function addMachineSecret(client: Client, machineKey: string): Promise<string> {
  const made = await client.call(machines.postClientSecret, { licenseKey: machineKey });
  return told(made.secret, 'secret');
}

/** Lets hosts of the machine run jobs of the folder. */
export async function putMachineIn(client: Client, machineId: number, folderId: number): Promise<void> {
  const options = { $filter: `Id eq ${machineId}`, $select: ID };
  const there = await client.call(machines.getAssignedMachines, { folderId }, { options });
  if (there.value.length > 0) return;
  await client.call(folders.assignMachines, {
    body: { assignments: { MachineIds: [machineId], FolderIds: [folderId] } },
  });
}

/**
 * Lets jobs of the folder run as the robot account of that name, and creates the account if it is missing.
 */
export async function putAccountIn(client: Client, userName: string, folderId: number): Promise<void> {
  const userId = await haveAccount(client, userName);
  const input = { key: folderId, includeInherited: false };
  const there = await client.call(folders.getUsersForFolder, input);
  if (there.value.some(({ Id }) => Id === userId)) return;
  const options = { $filter: `Name eq ${quoted(FOLDER_ROLE)}`, $select: ID };
  const roles = await client.call(getRoles, {}, { options });
  const RolesPerFolder = [{ FolderId: folderId, RoleIds: roles.value.map(({ Id }) => Id) }];
  await client.call(folders.assignUsers, { body: { assignments: { UserIds: [userId], RolesPerFolder } } });
}

export async function haveAccount(client: Client, userName: string): Promise<number> {
  const options = { $filter: `UserName eq ${quoted(userName)}`, $select: ID };
  const found = await client.call(users.getUsers, {}, { options });
  if (found.value[0]) return found.value[0].Id;
  const body = {
    UserName: userName,
    Type: 'DirectoryRobot',
    RolesList: [TENANT_ROLE],
    MayHaveUnattendedSession: true,
  } as const;
  return (await client.call(users.postUser, { body })).Id;
}
