import { randomUUID } from 'node:crypto';
import { type Client, createClient } from '@baton/client/client';
import { writePackage } from '@baton/nupkg/write';
import * as folders from '@baton/server/orchestrator/folders/contract';
import * as machines from '@baton/server/orchestrator/machines/contract';
import { uploadPackage } from '@baton/server/orchestrator/packages/contract';
import { createRelease } from '@baton/server/orchestrator/processes/contract';
import { getRoles } from '@baton/server/orchestrator/roles/contract';
import * as users from '@baton/server/orchestrator/users/contract';
import { UserType } from '@baton/server/people/user-type';
import { connectHost, type Host } from './host.ts';
import type { RobotFunction } from './robot-function.ts';

export interface Robots {
  readonly add: (processName: string, work: RobotFunction) => Promise<void>;
  stop(): Promise<void>;
}

const SLOTS = 100;
const FOLDER = 'Shared';

/** A machine with an account, which connects when the first function comes. */
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
  const folderId = await idOf(admin, folders.getFolders, `FullyQualifiedName eq '${FOLDER}'`);
  const [machine] = await Promise.all([makeMachine(admin, folderId), makeAccount(admin, folderId)]);
  const { LicenseKey: clientId, ClientSecret: clientSecret } = machine;
  const caller = createClient({ url: admin.url, clientId, clientSecret });
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

async function makeMachine(
  admin: Client,
  folderId: number,
): Promise<{ readonly LicenseKey: string; readonly ClientSecret: string }> {
  const body = { Name: 'functions', Type: machines.MachineType.Template, UnattendedSlots: SLOTS };
  const made = (await admin.call(machines.postMachine, { body })) as {
    Id: number;
    LicenseKey: string;
    ClientSecret: string;
  };
  await admin.call(folders.assignMachines, {
    body: { assignments: { MachineIds: [made.Id], FolderIds: [folderId] } },
  });
  return made;
}

async function makeAccount(admin: Client, folderId: number): Promise<void> {
  const { Id } = (await admin.call(users.postUser, {
    body: {
      UserName: 'functions',
      Type: UserType.DirectoryRobot,
      RolesList: ['Allow to be Automation User'],
      MayHaveUnattendedSession: true,
    },
  })) as { Id: number };
  const role = await idOf(admin, getRoles, "Name eq 'Automation User'");
  await admin.call(folders.assignUsers, {
    body: { assignments: { UserIds: [Id], RolesPerFolder: [{ FolderId: folderId, RoleIds: [role] }] } },
  });
}

async function idOf(
  admin: Client,
  list: typeof folders.getFolders | typeof getRoles,
  $filter: string,
): Promise<number> {
  const { value } = (await admin.call(list, {}, { options: { $filter, $select: 'Id' } })) as {
    value: { Id: number }[];
  };
  if (!value[0]) throw new Error(`${list.id}: nothing is there with ${$filter}`);
  return value[0].Id;
}
