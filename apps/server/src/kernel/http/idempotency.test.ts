import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, describe, it } from 'node:test';
import sql from 'sql-template-tag';
import { type Caller, testServer } from '../../server.fixture.ts';
import { forgetOldAnswers } from './idempotency.ts';

const server = await testServer({ after });
const here = server.admin.in(server.folder.id);
const { body: second } = await server.admin.post('/odata/Folders', { DisplayName: 'Second' });
const there = server.admin.in(second.Id);

/** With a key of its own for each test. */
const keyed = (caller: Caller, key: string): Caller => caller.with({ 'idempotency-key': key });
let names = 0;
const queue = (more: object = {}): { Name: string } => ({ Name: `Once ${++names}`, ...more });

describe('an Idempotency-Key', () => {
  it('gives the first answer again, once the call has gone through', async () => {
    const key = randomUUID();
    const body = queue();
    const [one, two] = await Promise.all(
      [1, 2].map(() => keyed(here, key).post('/odata/QueueDefinitions', body)),
    );
    assert.deepEqual([one!.status, two!.status, one!.text], [201, 201, two!.text]);
  });

  it('is kept for nothing that was refused', async () => {
    const key = randomUUID();
    const body = queue();
    const refused = await keyed(here, key).post('/odata/QueueDefinitions', { Name: '' });
    assert.equal(refused.status, 400, refused.text);
    assert.equal((await keyed(here, key).post('/odata/QueueDefinitions', body)).status, 201);
  });

  const used: readonly [string, (key: string, body: object) => Promise<{ status: number; text: string }>][] =
    [
      ['another body', (key) => keyed(here, key).post('/odata/QueueDefinitions', queue())],
      ['another folder', (key, body) => keyed(there, key).post('/odata/QueueDefinitions', body)],
      [
        'another operation',
        (key, body) => keyed(here, key).post('/odata/Buckets', { Identifier: randomUUID(), ...body }),
      ],
    ];
  for (const [name, again] of used) {
    it(`is refused for ${name}, which changes nothing`, async () => {
      const key = randomUUID();
      const body = queue();
      const first = await keyed(here, key).post('/odata/QueueDefinitions', body);
      assert.equal(first.status, 201, first.text);
      const { status, text } = await again(key, body);
      assert.equal(status, 409, text);
      assert.match(text, /Idempotency-Key/);
      const { body: inSecond } = await there.get('/odata/QueueDefinitions?$count=true&$top=0');
      assert.equal(inSecond['@odata.count'], 0);
    });
  }

  it('is of one caller in one tenant', async () => {
    const key = randomUUID();
    const body = queue();
    const maker = await server.user({ permissions: ['Queues.View', 'Queues.Create'] });
    assert.equal((await keyed(here, key).post('/odata/QueueDefinitions', body)).status, 201);
    const other = await keyed(maker.in(server.folder.id), key).post('/odata/QueueDefinitions', queue());
    assert.equal(other.status, 201, other.text);
    const elsewhere = keyed(server.otherTenant.in(server.otherFolder.id), key);
    assert.equal((await elsewhere.post('/odata/QueueDefinitions', body)).status, 201);
  });

  it('holds for a day', async () => {
    const { db } = server;
    const call = keyed(here, randomUUID());
    const body = queue();
    const first = await call.post('/odata/QueueDefinitions', body);
    assert.equal(first.status, 201, first.text);
    const grow = (hours: number): Promise<number> =>
      db.execute(sql`
        update idempotent_answers set created_at = created_at - ${hours}::int * interval '1 hour'`);
    await grow(23);
    assert.equal(await forgetOldAnswers(db), 0);
    assert.equal((await call.post('/odata/QueueDefinitions', body)).text, first.text);
    await grow(2);
    assert.ok((await forgetOldAnswers(db)) > 0);
    const anew = await call.post('/odata/QueueDefinitions', body);
    assert.equal(anew.status, 409, anew.text);
    assert.match(anew.text, new RegExp(body.Name), 'the queue is there already');
  });

  it('has 255 characters at most', async () => {
    assert.equal((await keyed(here, 'x'.repeat(256)).post('/odata/QueueDefinitions', queue())).status, 400);
    assert.equal((await keyed(here, 'x'.repeat(255)).post('/odata/QueueDefinitions', queue())).status, 201);
  });
});
