import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, describe, it } from 'node:test';
import { refuse } from '../../refuse.fixture.ts';
import { type Answer, type Caller, testServer } from '../../server.fixture.ts';

const server = await testServer({ after });
const { admin, folder } = server;
const NS = 'UiPath.Server.Configuration.OData';
const here = folder.id;
let folders = 0;
async function newFolder(): Promise<number> {
  const { status, body, text } = await admin.post('/odata/Folders', { DisplayName: `Place ${++folders}` });
  assert.equal(status, 201, text);
  return body.Id;
}

interface Kind {
  readonly set: string;
  readonly thing: string;
  readonly group: string;
  readonly event: string;
  readonly body: () => object;
  /** Whether it is deleted when it is taken out of its last folder. Otherwise it stays. */
  readonly isDeletedByLast: boolean;
}

const KINDS: readonly Kind[] = [
  {
    set: 'Assets',
    thing: 'Asset',
    group: 'Assets',
    event: 'asset',
    body: () => ({ ValueType: 'Text', ValueScope: 'Global', StringValue: 'x' }),
    isDeletedByLast: true,
  },
  {
    set: 'Buckets',
    thing: 'Bucket',
    group: 'Buckets',
    event: 'bucket',
    body: () => ({ Identifier: randomUUID() }),
    isDeletedByLast: false,
  },
  {
    set: 'QueueDefinitions',
    thing: 'Queue',
    group: 'Queues',
    event: 'queue',
    body: () => ({}),
    isDeletedByLast: false,
  },
];

// All kinds of things that can be in several folders behave the same, so they share these tests.
for (const { set, thing, group, event, body, isDeletedByLast } of KINDS) {
  const rights = (...names: string[]): string[] => names.map((name) => `${group}.${name}`);
  let names = 0;
  const create = async (
    folderId = here,
    Name = `${thing} ${++names}`,
  ): Promise<{ Id: number; Name: string }> => {
    const answer = await admin.in(folderId).post(`/odata/${set}`, { Name, ...body() });
    assert.equal(answer.status, 201, answer.text);
    return answer.body;
  };
  const share = (ids: number[], add: number[], remove: number[] = [], by: Caller = admin): Promise<Answer> =>
    by.post(`/odata/${set}/${NS}.ShareToFolders`, {
      [`${thing}Ids`]: ids,
      ToAddFolderIds: add,
      ToRemoveFolderIds: remove,
    });
  const shared = async (...more: number[]): Promise<number> => {
    const { Id } = await create();
    assert.equal((await share([Id], more)).status, 204);
    return Id;
  };
  const foldersFor = (id: number, by = admin): Promise<Answer> =>
    by.get(`/odata/${set}/${NS}.GetFoldersFor${thing}(id=${id})`);
  /** The ids of the folders where it is. */
  const places = async (id: number): Promise<number[]> =>
    (await foldersFor(id)).body.AccessibleFolders.map((one: { Id: number }) => one.Id).sort();
  const remove = (id: number, by: Caller, from = here): Promise<Answer> =>
    by.in(from).delete(`/odata/${set}(${id})`);
  const events = (id: number) =>
    server.db.query<{ type: string; payload: Record<string, unknown> }>({
      text: `select type, payload from events where payload ->> 'id' = $1 and type like $2 order by id`,
      values: [String(id), `${event}.%`],
    });
  const elsewhere = await newFolder();
  const third = await newFolder();

  describe(`sharing ${set}`, () => {
    it('adds to folders and takes from them, and says so', async () => {
      const { Id } = await create();
      assert.equal((await share([Id], [elsewhere, third])).status, 204);
      assert.equal((await share([Id], [elsewhere])).status, 204, 'again');
      assert.deepEqual(await places(Id), [here, elsewhere, third].sort());
      assert.equal((await share([Id], [], [here, third])).status, 204);
      assert.deepEqual(await places(Id), [elsewhere]);
      assert.equal((await admin.in(here).get(`/odata/${set}(${Id})`)).status, 404);
      assert.equal((await admin.in(elsewhere).get(`/odata/${set}(${Id})`)).status, 200);
      const last = (await events(Id)).at(-1)!;
      assert.equal(last.type, `${event}.updated`);
      assert.deepEqual([last.payload.toAddFolderIds, last.payload.toRemoveFolderIds], [[], [here, third]]);
    });

    it(`out of the last folder ${isDeletedByLast ? 'deletes' : 'is refused'}`, async () => {
      const { Id } = await create();
      const answer = await share([Id], [], [here]);
      assert.equal(answer.status, isDeletedByLast ? 204 : 409, answer.text);
      assert.equal((await admin.in(here).get(`/odata/${set}(${Id})`)).status, isDeletedByLast ? 404 : 200);
      if (isDeletedByLast) assert.equal((await events(Id)).at(-1)!.type, `${event}.deleted`);
      else assert.equal(answer.body.errorCode, 1017);
    });

    it('shows the folders that the caller sees, and how many there are', async () => {
      const id = await shared(elsewhere);
      const { body: answer } = await foldersFor(id, await server.user({ permissions: rights('View') }));
      assert.deepEqual([answer.AccessibleFolders.length, answer.TotalFoldersCount], [1, 2]);
    });

    it('is listed across folders where the caller may see it', async () => {
      const there = await create(elsewhere);
      const both = await shared(elsewhere);
      const across = async (by: Caller, query = ''): Promise<number[]> => {
        const answer = await by.get(`/odata/${set}/${NS}.Get${thing}sAcrossFolders${query}`);
        assert.equal(answer.status, 200, answer.text);
        const ids = new Set(answer.body.value.map((one: { Id: number }) => one.Id));
        return [there.Id, both].filter((id) => ids.has(id));
      };
      assert.deepEqual(await across(admin), [there.Id, both]);
      assert.deepEqual(await across(admin, `?excludeFolderId=${here}`), [there.Id]);
      assert.deepEqual(await across(await server.user({ permissions: rights('View') })), [both]);
      assert.deepEqual(await across(await server.user()), []);
      assert.deepEqual(await across(server.otherTenant), []);
    });

    it('wants rights where it adds, takes out and deletes', async () => {
      const all = rights('View', 'Create', 'Edit', 'Delete');
      const member = await server.user({ permissions: all });
      // Automation User has none of the three.
      const guest = await server.user({
        permissions: all,
        folderRoles: { [elsewhere]: ['Automation User'] },
      });
      const ofTwo = await server.user({
        permissions: all,
        folderRoles: { [elsewhere]: ['Folder Administrator'] },
      });
      const taker = await server.user({ permissions: rights('View', 'Delete') });
      const maker = await server.user({ permissions: rights('View', 'Create') });
      const one = await create();
      const taken = await create();
      await create(elsewhere, taken.Name);
      const hidden = await create(elsewhere);
      const both = await shared(elsewhere);
      const same = [
        ['adding where the caller sees nothing', await share([one.Id], [elsewhere], [], member), 404, 1002],
        ['adding without Create there', await share([one.Id], [elsewhere], [], guest), 409, 1017],
        ['adding with Delete alone', await share([one.Id], [here], [], taker), 409, 1017],
        ['taking out where the caller sees nothing', await share([both], [], [elsewhere], member), 404, 1002],
        ['taking out without Delete there', await share([both], [], [elsewhere], guest), 409, 1017],
        ['taking out here with Create alone', await share([both], [], [here], maker), 409, 1017],
        ['deleting what is also where the caller sees nothing', await remove(both, member), 409, 1017],
        ['deleting what is also where the caller has no Delete', await remove(both, guest), 409, 1017],
        ['one that is not seen', await share([hidden.Id], [here], [], member), 404, 1002],
        ['folders of one that is not seen', await foldersFor(hidden.Id, member), 404, 1002],
        ['one unknown among others', await share([one.Id, 1e9], [elsewhere]), 404, 1002],
        ['an unknown folder', await share([one.Id], [1e9]), 404, 1002],
        ['a folder of another tenant', await share([one.Id], [server.otherFolder.id]), 404, 1002],
        [
          'one of another tenant',
          await share([one.Id], [server.otherFolder.id], [], server.otherTenant),
          404,
          1002,
        ],
        ['a name that is used there', await share([one.Id, taken.Id], [elsewhere]), 409, 1001],
        ['none', await share([], [elsewhere]), 400, 1009],
      ] as const;
      await refuse(same);
      assert.deepEqual(await places(one.Id), [here], 'all or nothing');
      assert.deepEqual(await places(both), [here, elsewhere].sort());
      assert.equal((await remove(both, ofTwo)).status, 204, 'with the right in both');
      assert.equal((await admin.in(elsewhere).get(`/odata/${set}(${both})`)).status, 404);
      const mine = await shared(elsewhere);
      assert.equal((await share([mine], [], [here], taker)).status, 204, 'with Delete here');
      assert.equal((await events(mine)).at(-1)!.type, `${event}.updated`);
    });
  });
}
