import { randomUUID } from 'node:crypto';
import { type Client, createClient } from '@baton/client/client';
import * as folders from '@baton/contract/folders';
import * as machines from '@baton/contract/machines';
import type { Many, NoInput, Operation } from '@baton/contract/operation';
import { uploadPackage } from '@baton/contract/processes';
import { createRelease } from '@baton/contract/releases';
import { getRoles } from '@baton/contract/roles';
import * as users from '@baton/contract/users';
import { writePackage } from '@baton/nupkg/write';
import { connectHost, type Host } from './host.ts';
import type { RobotFunction } from './robot-function.ts';

export interface Robots {
  readonly add: (processName: string, work: RobotFunction) => Promise<void>;
  stop(): Promise<void>;
}

const SLOTS = 100;
const FOLDER = 'Shared';

/** A machine with an account. It connects when the first function is added. */
export function startRobots(admin: Client): Robots {
  const works = new Map<string, RobotFunction>();
  let connecting: Promise<Host> | undefined;
  return {
    async add(processName, work) {
      if (!works.has(processName)) await makeProcess(admin, processName);
      works.set(processName, work);
      connecting ??= connect(admin, works);
      await connecting;
    },
    async stop() {
      await (await connecting)?.stop();
    },
  };
}

async function connect(admin: Client, works: ReadonlyMap<string, RobotFunction>): Promise<Host> {
  const folder = await first(admin, folders.getFolders, `FullyQualifiedName eq '${FOLDER}'`);
  const [machine] = await Promise.all([makeMachine(admin, folder.Id), makeAccount(admin, folder.Id)]);
  const { LicenseKey: clientId, ClientSecret: clientSecret } = machine;
  const caller = createClient({ url: admin.url, clientId: clientId!, clientSecret: clientSecret! });
  return connectHost(caller, { slots: SLOTS, find: (name) => works.get(name) });
}

async function makeProcess(admin: Client, name: string): Promise<void> {
  const id = `Function.${randomUUID()}`;
  const files = [{ path: 'main.mjs', content: '// The function is in the test.\n' }];
  const entryPoints = [{ path: 'main.mjs' }];
  const bytes = await writePackage({ id, version: '1.0.0', files, entryPoints, targetRuntime: 'node' });
  await admin.upload(uploadPackage, {}, { fileName: `${id}.1.0.0.nupkg`, bytes: new Uint8Array(bytes) });
  await admin.call(createRelease, { body: { Name: name, ProcessKey: id, ProcessVersion: '1.0.0' } });
}

async function makeMachine(admin: Client, folderId: number): Promise<machines.MachineDto> {
  const body = { Name: 'functions', Type: 'Template', UnattendedSlots: SLOTS } as const;
  const made = await admin.call(machines.postMachine, { body });
  await admin.call(folders.assignMachines, {
    body: { assignments: { MachineIds: [made.Id], FolderIds: [folderId] } },
  });
  return made;
}

async function makeAccount(admin: Client, folderId: number): Promise<void> {
  const { Id } = await admin.call(users.postUser, {
    body: {
      UserName: 'functions',
      Type: 'DirectoryRobot',
      RolesList: ['Allow to be Automation User'],
      MayHaveUnattendedSession: true,
    },
  });
  const role = await first(admin, getRoles, "Name eq 'Automation User'");
  await admin.call(folders.assignUsers, {
    body: { assignments: { UserIds: [Id], RolesPerFolder: [{ FolderId: folderId, RoleIds: [role.Id] }] } },
  });
}

async function first<Row>(admin: Client, list: Operation<NoInput, Many<Row>>, $filter: string): Promise<Row> {
  const { value } = await admin.call(list, {}, { options: { $filter, $top: 1 } });
  if (!value[0]) throw new Error(`${list.id}: nothing is there with ${$filter}`);
  return value[0];
}
