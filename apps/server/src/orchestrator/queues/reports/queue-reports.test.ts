import assert from 'node:assert/strict';
import { after, it } from 'node:test';
import { until } from '../../../../../../tests/until.fixture.ts';
import { testServer } from '../../../server.fixture.ts';
import { queueKit, refuses, SERVICE } from '../queues.fixture.ts';

const server = await testServer({ after });
const caller = server.admin.in(server.folder.id);
const { newQueue, add, begin, fail } = queueKit(caller);
const at = (id: number, operation: string): string =>
  `/odata/QueueDefinitions(${id})/${SERVICE}.${operation}`;
const lines = (text: string): string[] =>
  text
    .replace(/^\ufeff/, '')
    .trimEnd()
    .split('\r\n');

it('reports the items of a queue that the query options choose as CSV', async () => {
  const { Id, Name } = await newQueue({ Name: 'Über/Invoices' });
  const first = await add(Name, { Reference: '=cmd', SpecificContent: { Text: 'a "b", c' } });
  const { Id: second } = await begin(Name, { Reference: 'R-2' });
  await fail(second);
  await add((await newQueue()).Name);
  const { status, text, headers } = await caller.get(at(Id, 'Reports'));
  assert.equal(status, 200, text);
  assert.match(headers.get('content-type')!, /^text\/csv/);
  assert.match(headers.get('content-disposition')!, /filename="queue-.*\.csv"/);
  const [head, ...rows] = lines(text);
  assert.match(head!, /^Id,Key,Status,ReviewStatus,Reference,/);
  assert.equal(rows.length, 2);
  assert.ok(rows[0]!.startsWith(`${first.Id},${first.Key},New,None,'=cmd,Normal,`));
  assert.ok(rows[0]!.includes(`"{""DynamicProperties"":{""Text"":""a \\""b\\"", c""}}"`), rows[0]);
  assert.match(rows[1]!, /,Failed,None,R-2,.*,BusinessException,/);
  const some = await caller.get(`${at(Id, 'Reports')}?$filter=Status eq 'Failed'&$select=Id,Reference`);
  assert.deepEqual(lines(some.text), ['Id,Reference', `${second},R-2`]);
});

it('exports the same in the background', async () => {
  const { Id, Name } = await newQueue();
  await add(Name, { Reference: 'E-1' });
  await add(Name, { Reference: 'E-2' });
  const asked = await caller.post(`${at(Id, 'Export')}?$filter=Reference eq 'E-2'&$select=Reference`, {});
  assert.equal(asked.status, 200, asked.text);
  assert.equal(asked.body.Type, 'Queues');
  const exportOf = async () => (await caller.get(`/odata/Exports(${asked.body.Id})`)).body;
  await until('the export is completed', async () => (await exportOf()).Status === 'Completed');
  const link = await caller.get(
    `/odata/Exports(${asked.body.Id})/UiPath.Server.Configuration.OData.GetDownloadLink`,
  );
  assert.deepEqual(lines((await caller.get(link.body.Uri)).text), ['Reference', 'E-2']);
});

it('links to an export for a while', async () => {
  const { Id } = await newQueue();
  const { body } = await caller.post(at(Id, 'Export'), {});
  const link = `/odata/Exports(${body.Id})/UiPath.Server.Configuration.OData.GetDownloadLink`;
  const answer = await until('the export can be had', async () => {
    const asked = await caller.get(link);
    assert.equal(asked.status, 200, asked.text);
    return asked;
  });
  const { sealer } = server.parts.services;
  const linkUntil = (moment: number): string => {
    const text = JSON.stringify({ id: body.Id, until: moment });
    return `${answer.body.Uri.split('?')[0]}?token=${sealer.seal(Buffer.from(text), 'export download link').toString('base64url')}`;
  };
  const statusOf = async (uri: string): Promise<number> => (await fetch(uri)).status;
  assert.equal(await statusOf(answer.body.Uri), 200);
  assert.equal(await statusOf(linkUntil(Date.now() + 600_000)), 200);
  assert.equal(await statusOf(linkUntil(Date.now() - 1)), 403);
  // Sealed for something else, it opens nothing.
  const other = sealer.seal(
    Buffer.from(JSON.stringify({ id: body.Id, until: Date.now() + 600_000 })),
    'bucket file link',
  );
  assert.equal(await statusOf(`${answer.body.Uri.split('?')[0]}?token=${other.toString('base64url')}`), 403);
});

it('leaves the content of encrypted queues out of files', async () => {
  const { Id, Name } = await newQueue({ Encrypted: true });
  await add(Name, { SpecificContent: { Name: 'Ragnhild' } });
  const { text } = await caller.get(at(Id, 'Reports'));
  const [head, row] = lines(text);
  assert.ok(!head!.includes('SpecificData') && row!.includes(',New,'));
  assert.ok(!text.includes('Ragnhild'));
});

it('refuses what is not there, and who may not', async () => {
  const { Id } = await newQueue();
  await refuses(caller, [
    ['a report of an unknown queue', 'get', at(999_999, 'Reports'), undefined, 404, 1002],
    ['an export of an unknown queue', 'post', at(999_999, 'Export'), {}, 404, 1002],
    ['a report by what is not there', 'get', `${at(Id, 'Reports')}?$filter=Nope eq 1`, undefined, 400, 1000],
    ['an export by what is not there', 'post', `${at(Id, 'Export')}?$filter=Nope eq 1`, {}, 400, 1000],
  ]);
  const user = (await server.user({ permissions: ['Queues.View'] })).in(server.folder.id);
  assert.equal((await user.get(at(Id, 'Reports'))).status, 403);
  assert.equal((await user.post(at(Id, 'Export'), {})).status, 403);
});
