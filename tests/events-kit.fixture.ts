import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after } from 'node:test';
import { writePackage } from '@baton/nupkg/write';
import {
  addAccount,
  addMachine,
  addProcess,
  connect,
  JOBS,
  started,
} from '../apps/server/src/orchestrator/jobs/robot-kit.fixture.ts';
import { queueKit } from '../apps/server/src/orchestrator/queues/queues.fixture.ts';
import { type Answer, testServer } from '../apps/server/src/server.fixture.ts';
import { watchCalls } from './events-watch.fixture.ts';

// A server whose calls are watched for the events that they tell, and what is called there.
export const server = await testServer({ after });
/** What each call so far has told. */
export const watched = watchCalls(server, { after });
export const { admin, folder, db } = server;
export const here = admin.in(folder.id);
export const NS = 'UiPath.Server.Configuration.OData';
export const SVC = 'UiPathODataSvc';
export const ok = async (call: Promise<Answer>): Promise<Answer['body']> => {
  const { status, body, text } = await call;
  assert.ok(status >= 200 && status < 300, `${status} ${text}`);
  return body;
};
export const { newQueue, add, begin, start, end, fail, item } = queueKit(here);
let names = 0;
export const named = (kind: string): string => `${kind} ${++names}`;

export const machine = await addMachine(server, { slots: 20 });
export const account = await addAccount(server);
export const release = await addProcess(here);
export const newFolder = (): Promise<{ Id: number; Key: string; DisplayName: string }> =>
  ok(admin.post('/odata/Folders', { DisplayName: named('Folder') }));
export const newRole = (): Promise<{ Id: number; Name: string }> =>
  ok(admin.post('/odata/Roles', { Name: named('Role'), Type: 'Tenant', Permissions: [] }));
export const newUser = async (): Promise<number> => (await server.user()).userId!;
export const newAsset = (): Promise<{ Id: number; Name: string }> =>
  ok(
    here.post('/odata/Assets', {
      Name: named('Asset'),
      ValueType: 'Text',
      ValueScope: 'Global',
      StringValue: 'x',
    }),
  );
export const newBucket = (more: object = {}): Promise<{ Id: number; Identifier: string; Name: string }> =>
  ok(here.post('/odata/Buckets', { Name: named('Bucket'), Identifier: randomUUID(), ...more }));
export const putFile = async (id: number): Promise<void> => {
  const { Uri } = await ok(here.get(`/odata/Buckets(${id})/${NS}.GetWriteUri?path=x`));
  assert.equal((await fetch(Uri, { method: 'PUT', body: 'x' })).status, 201);
};
export const uploadLibrary = async (id: string): Promise<Answer> => {
  const bytes = await writePackage({ id, version: '1.0.0', files: [{ path: 'a.txt', content: 'a' }] });
  return admin.upload(`/odata/Libraries/${NS}.UploadPackage`, { fileName: `${id}.nupkg`, bytes });
};
export const newMachine = (): Promise<{ Id: number; Name: string; LicenseKey: string }> =>
  ok(admin.post('/odata/Machines', { Name: named('Machine'), Type: 'Template', UnattendedSlots: 1 }));

export const host = await connect(machine);
/** A job that the host runs. */
export async function running(
  more: Record<string, unknown> = {},
): Promise<{ id: number; order: { key: string; executionId: string } }> {
  const [job] = await started(here, release.Key, more);
  const order = (await host.orders()).find(({ key }) => key === job!.Key)!;
  await host.report(order, 'Running');
  return { id: job!.Id, order };
}
export const stop = (id: number, strategy: string): Promise<Answer> =>
  here.post(`${JOBS}(${id})/${NS}.StopJob`, { strategy });
export const rowsOf = async (id: number): Promise<object[]> => [
  { Id: id, RowVersion: (await item(id)).RowVersion },
];
export const set = (statement: string, ...values: unknown[]): Promise<unknown> =>
  db.execute({ text: statement, values });

export interface NewAttachment {
  readonly Id: string;
  readonly BlobFileAccess: { readonly Uri: string };
}
export const newAttachment = (more: object = {}): Promise<NewAttachment> =>
  ok(here.post('/odata/Attachments', { Name: named('Attachment'), ...more }));
export const fill = async (
  { BlobFileAccess: { Uri } }: NewAttachment,
  type = 'text/plain',
): Promise<void> => {
  const init = { method: 'PUT', body: '{"queue":"Invoices"}', headers: { 'content-type': type } };
  assert.equal((await fetch(Uri, init)).status, 201);
};
/** An attachment whose content is there. */
export const attached = async (): Promise<NewAttachment> => {
  const made = await newAttachment();
  await fill(made);
  return made;
};
export const linkToJob = async ({ Id: attachmentId }: NewAttachment): Promise<void> => {
  const [job] = await started(here, release.Key);
  await ok(here.post('/api/JobAttachments/Post', { attachmentId, jobKey: job!.Key }));
};
