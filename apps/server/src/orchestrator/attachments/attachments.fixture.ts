import assert from 'node:assert/strict';
import { type Answer, type Caller, type TestServer, testServer } from '../../server.fixture.ts';
import { follow } from '../buckets/buckets.fixture.ts';
import {
  addAccount,
  addMachine,
  addProcess,
  connect,
  type Host,
  type MachineKit,
  type Order,
  started,
} from '../jobs/robot-kit.fixture.ts';

export const ofJob = (jobKey: string): string => `/api/JobAttachments/GetByJobKey?jobKey=${jobKey}`;

/** A server with a host, a process, and the steps that tests of files of jobs share. */
export async function attachmentServer(
  ends: Parameters<typeof testServer>[0],
  settings?: Readonly<Record<string, string>>,
) {
  const server: TestServer = await testServer(ends, settings);
  const admin = server.admin.in(server.folder.id);
  await addAccount(server);
  const machine: MachineKit = await addMachine(server, { slots: 100 });
  const host: Host = await connect(machine);
  const release = await addProcess(admin);
  const ok = async (call: Promise<Answer>, status = 200): Promise<Answer['body']> => {
    const answer = await call;
    assert.equal(answer.status, status, answer.text);
    return answer.body;
  };
  const create = (more: object = {}, caller: Caller = admin): Promise<Answer['body']> =>
    ok(caller.post('/odata/Attachments', { Name: 'report.txt', ...more }), 201);
  const put = async (
    { BlobFileAccess }: Answer['body'],
    content: string | Uint8Array = 'content',
    type = 'text/plain',
  ): Promise<void> => {
    const stored = await follow(BlobFileAccess, { body: content, headers: { 'content-type': type } });
    assert.equal(stored.status, 201, await stored.text());
  };
  return {
    server,
    admin,
    host,
    machine,
    release,
    ok,
    create,
    put,
    /** An attachment whose content is there. */
    async attach(content: string | Uint8Array = 'content', more: object = {}): Promise<string> {
      const made = await create(more);
      await put(made, content);
      return made.Id;
    },
    async read(id: string, caller: Caller = admin): Promise<Response> {
      return follow((await ok(caller.get(`/odata/Attachments(${id})`))).BlobFileAccess);
    },
    /** A job that the host runs. */
    async run(more: Record<string, unknown> = {}): Promise<{ id: number; key: string; order: Order }> {
      const [job] = await started(admin, release.Key, more);
      const order = (await host.orders()).find(({ key }) => key === job!.Key)!;
      assert.equal((await host.report(order, 'Running')).accepted, true);
      return { id: job!.Id, key: job!.Key, order };
    },
    filesOf: (key: string, caller: Caller = admin): Promise<Answer['body']> => ok(caller.get(ofJob(key))),
    events(since = 0) {
      return server.db.query<{ id: number; type: string; actor: string | null; payload: object }>({
        text: `select id, type, actor, payload from events where entity = 'Attachment' and id > $1 order by id`,
        values: [since],
      });
    },
  };
}
