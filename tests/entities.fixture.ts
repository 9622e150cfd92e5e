import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { writePackage } from '@baton/nupkg/write';
import type { Operation } from '../apps/server/src/kernel/contract/operation.ts';
import type { Answer, Caller, TestServer } from '../apps/server/src/server.fixture.ts';
import { namesRow } from './paths.fixture.ts';

/** One row of each kind in a folder, made through the API. */
export interface Entities {
  readonly tenantId: number;
  /** By entity set, as in URLs. */
  readonly ids: Readonly<Record<string, number>>;
  readonly keys: Readonly<Record<string, string>>;
  readonly names: { readonly package: string; readonly licenseKey: string };
  machineToken(): Promise<string>;
  /** Whether a parameter of the operation names one of these. */
  namesRow(operation: Operation): boolean;
}

/** The file that each bucket has. */
export const FILE = 'matrix.txt';

let made = 0;

export async function createEntities(
  server: TestServer,
  caller: Caller,
  folderId: number,
): Promise<Entities> {
  const name = `Matrix${++made}`;
  const here = caller.in(folderId);
  const ok = async (answer: Promise<Answer>) => {
    const { status, body, text } = await answer;
    assert.ok(status >= 200 && status < 300, text);
    return body;
  };
  const ODATA = 'UiPath.Server.Configuration.OData';

  const machine = await ok(
    caller.post('/odata/Machines', { Name: name, Type: 'Template', UnattendedSlots: 2 }),
  );
  await ok(
    caller.post(`/odata/Folders/${ODATA}.AssignMachines`, {
      assignments: { MachineIds: [machine.Id], FolderIds: [folderId] },
    }),
  );
  const role = await ok(
    caller.post('/odata/Roles', {
      Name: name,
      Type: 'Folder',
      Permissions: [{ Name: 'Queues.View', IsGranted: true }],
    }),
  );
  const user = await ok(
    caller.post('/odata/Users', {
      UserName: name,
      Type: 'User',
      MayHaveUnattendedSession: true,
      UnattendedRobot: { UserName: name },
      RolesList: [],
    }),
  );
  await ok(
    caller.post(`/odata/Folders/${ODATA}.AssignUsers`, {
      assignments: { UserIds: [user.Id], RolesPerFolder: [{ FolderId: folderId, RoleIds: [role.Id] }] },
    }),
  );
  const bytes = await writePackage({
    id: name,
    version: '1.0.0',
    files: [
      { path: 'main.mjs', content: 'console.log(1);' },
      { path: 'baton.json', content: JSON.stringify({ runtime: 'node', main: 'main.mjs' }) },
    ],
    entryPoints: [{ path: 'main.mjs' }],
  });
  await ok(
    caller.upload(`/odata/Processes/${ODATA}.UploadPackage`, { fileName: `${name}.1.0.0.nupkg`, bytes }),
  );
  const release = await ok(
    here.post('/odata/Releases', { Name: name, ProcessKey: name, ProcessVersion: '1.0.0' }),
  );
  const started = await ok(
    here.post(`/odata/Jobs/${ODATA}.StartJobs`, { startInfo: { ReleaseKey: release.Key, JobsCount: 1 } }),
  );
  const asset = await ok(
    here.post('/odata/Assets', { Name: name, ValueType: 'Text', ValueScope: 'Global', StringValue: 'x' }),
  );
  const queue = await ok(here.post('/odata/QueueDefinitions', { Name: name }));
  const item = await ok(
    here.post('/odata/Queues/UiPathODataSvc.AddQueueItem', {
      itemData: { Name: name, SpecificContent: { A: 1 } },
    }),
  );
  const bucket = await ok(here.post('/odata/Buckets', { Name: name, Identifier: randomUUID() }));
  const { Uri } = await ok(here.get(`/odata/Buckets(${bucket.Id})/${ODATA}.GetWriteUri?path=${FILE}`));
  assert.equal((await fetch(Uri, { method: 'PUT', body: name })).status, 201);
  const attachment = await ok(
    here.post('/odata/Attachments', {
      Name: `${name}.png`,
      JobKey: started.value[0].Key,
      AttachmentCategory: 'Evidence',
    }),
  );
  const picture = { method: 'PUT', body: name, headers: { 'content-type': 'image/png' } };
  assert.equal((await fetch(attachment.BlobFileAccess.Uri, picture)).status, 201);
  const media = await ok(here.get(`/odata/ExecutionMedia?$filter=JobId eq ${started.value[0].Id}`));
  const robots = await ok(here.get(`/odata/Robots?$filter=UserId eq ${user.Id}`));
  const robot =
    robots.value[0] ??
    (await server.db.first({
      text: 'select id as "Id", key as "Key" from robots where user_id = $1',
      values: [user.Id],
    }));
  const place = await server.db.first<{ tenant_id: number; key: string }>({
    text: 'select tenant_id, key from folders where id = $1',
    values: [folderId],
  });
  const robotKey = await server.db.first<{ key: string }>({
    text: 'select key from robots where user_id = $1',
    values: [user.Id],
  });

  const entities: Entities = {
    tenantId: place!.tenant_id,
    ids: {
      Folders: folderId,
      Machines: machine.Id,
      Roles: role.Id,
      Users: user.Id,
      Releases: release.Id,
      Jobs: started.value[0].Id,
      Assets: asset.Id,
      Buckets: bucket.Id,
      ExecutionMedia: media.value[0].Id,
      QueueDefinitions: queue.Id,
      QueueItems: item.Id,
      Queues: item.Id,
      Robots: robot.Id,
      ReleaseRetention: release.Id,
    },
    keys: {
      Folders: place!.key,
      Releases: release.Key,
      Jobs: started.value[0].Key,
      Buckets: bucket.Identifier,
      Attachments: attachment.Id,
      QueueDefinitions: queue.Key,
      QueueItems: item.Key,
      Robots: robotKey!.key,
    },
    names: { package: `${name}:1.0.0`, licenseKey: machine.LicenseKey },
    async machineToken() {
      const body = new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: machine.LicenseKey,
        client_secret: machine.ClientSecret,
      });
      const answer = await fetch(`${server.url}/identity/connect/token`, { method: 'POST', body });
      assert.equal(answer.status, 200);
      return ((await answer.json()) as { access_token: string }).access_token;
    },
    namesRow: (operation) => namesRow(operation, entities),
  };
  return entities;
}
