import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { after, describe, it } from 'node:test';
import sql from 'sql-template-tag';
import { until } from '../../../../../tests/until.fixture.ts';
import { removeUnused } from '../../kernel/files/unused-files.ts';
import { refuse } from '../../refuse.fixture.ts';
import { callerWith } from '../../server.fixture.ts';
import { follow } from '../buckets/buckets.fixture.ts';
import { started } from '../jobs/robot-kit.fixture.ts';
import { attachmentServer, ofJob } from './attachments.fixture.ts';
import { sweepAttachments } from './sweep.ts';

const LIMIT = 4_000_000;
const kit = await attachmentServer({ after }, { BATON_ATTACHMENT_LIMIT: String(LIMIT) });
const { server, admin, host, release, ok, create, put, attach, read, run, filesOf, events } = kit;
const { db } = server;
const { files } = server.parts.services;
const LINK = '/api/JobAttachments/Post';
const link = (attachmentId: string, jobKey: string, category: string | null = null) =>
  ok(admin.post(LINK, { attachmentId, jobKey, category }));
const age = (id: string, days: number): Promise<number> =>
  db.execute(sql`
    update attachments set created_at = now() - make_interval(days => ${days}) where id = ${id}::uuid`);
const isThere = async (id: string): Promise<boolean> =>
  (await db.first(sql`select from attachments where id = ${id}::uuid`)) !== undefined;
const unused = async (): Promise<number> =>
  (await db.first<{ count: number }>(sql`select count(*)::int as count from unused_files`))!.count;

describe('an attachment', () => {
  it('is seen once its content is there, as it was sent', async () => {
    const bytes = randomBytes(3_000_000);
    const last = (await events()).at(-1)?.id ?? 0;
    const made = await create({ Name: 'scan.bin' });
    assert.equal(made.Name, 'scan.bin');
    assert.deepEqual([made.BlobFileAccess.Verb, made.BlobFileAccess.RequiresAuth], ['PUT', false]);
    assert.equal((await admin.get(`/odata/Attachments(${made.Id})`)).status, 404);
    await put(made, bytes, 'application/x-scan');
    const shown = await ok(admin.get(`/odata/Attachments(${made.Id})`));
    assert.deepEqual([shown.Size, shown.ContentType], [bytes.length, 'application/x-scan']);
    assert.equal(shown.BlobFileAccess.Verb, 'GET');
    const answer = await read(made.Id);
    assert.equal(answer.headers.get('content-length'), String(bytes.length));
    assert.match(answer.headers.get('content-disposition')!, /filename="scan.bin"/);
    assert.deepEqual(Buffer.from(await answer.arrayBuffer()), bytes);
    const told = await events(last);
    assert.deepEqual(
      told.map(({ type, payload }) => [type, payload]),
      [['attachment.uploaded', { name: 'scan.bin', size: bytes.length }]],
    );
    assert.match(told[0]!.actor!, /^user:/);
  });

  it('comes in parts where parts are asked for', async () => {
    const { BlobFileAccess: access } = await ok(
      admin.get(`/odata/Attachments(${await attach('0123456789')})`),
    );
    const part = await follow(access, { headers: { range: 'bytes=2-4' } });
    assert.deepEqual([part.status, await part.text()], [206, '234']);
  });

  it('is listed with an address, filtered and selected', async () => {
    const name = `list-${randomUUID()}`;
    const id = await attach('x', { Name: name });
    await create({ Name: name });
    const { value } = await ok(admin.get(`/odata/Attachments?$filter=Name eq '${name}'`));
    assert.deepEqual(
      value.map((row: { Id: string }) => row.Id),
      [id],
    );
    const [only] = (await ok(admin.get(`/odata/Attachments?$filter=Id eq ${id}&$select=BlobFileAccess`)))
      .value;
    assert.equal(await (await follow(only.BlobFileAccess)).text(), 'x');
    const [named] = (await ok(admin.get(`/odata/Attachments?$filter=Id eq ${id}&$select=Name`))).value;
    assert.deepEqual(named, { Name: name });
  });

  it('stays in its folder', async () => {
    const id = await attach();
    const { Id: other } = await ok(server.admin.post('/odata/Folders', { DisplayName: randomUUID() }), 201);
    const there = server.admin.in(other);
    const { key } = await run();
    const stranger = await there.post('/odata/Attachments', { Name: 'x', JobKey: key });
    await refuse([
      ['reading', await there.get(`/odata/Attachments(${id})`), 404, 1002],
      ['deleting', await there.delete(`/odata/Attachments(${id})`), 404, 1002],
      ['linking', await there.post(LINK, { attachmentId: id, jobKey: key }), 404, 1002],
      ['creating it for a job', stranger, 404, 1002],
      ['files of its jobs', await there.get(ofJob(key)), 404, 1002],
    ]);
  });

  it('is refused where its name, its size or its address is wrong', async () => {
    const made = await create();
    const { Uri } = made.BlobFileAccess;
    const large = await fetch(Uri, { method: 'PUT', body: randomBytes(LIMIT + 1) });
    assert.equal(large.status, 413);
    assert.match(await large.text(), /4000000 bytes \(BATON_ATTACHMENT_LIMIT\)/);
    assert.equal((await fetch(Uri)).status, 403);
    assert.equal((await fetch(`${Uri.slice(0, -3)}AAA`, { method: 'PUT', body: 'x' })).status, 403);
    assert.equal((await admin.get(`/odata/Attachments(${made.Id})`)).status, 404);
    await refuse([
      ['no name', await admin.post('/odata/Attachments', {}), 400, 1009, /Name/],
      ['an empty name', await admin.post('/odata/Attachments', { Name: '' }), 400, 1009, /Name/],
      ['a long name', await admin.post('/odata/Attachments', { Name: 'x'.repeat(257) }), 400, 1009, /Name/],
    ]);
  });

  it('goes with its content, and tells so', async () => {
    const id = await attach('x', { Name: 'gone.txt' });
    const { BlobFileAccess: access } = await ok(admin.get(`/odata/Attachments(${id})`));
    await ok(admin.delete(`/odata/Attachments(${id})`), 204);
    const { type, payload } = (await events()).at(-1)!;
    assert.deepEqual([type, payload], ['attachment.deleted', { name: 'gone.txt' }]);
    assert.equal((await follow(access)).status, 404);
    assert.equal((await admin.delete(`/odata/Attachments(${id})`)).status, 404);
  });

  it('whose upload breaks off is seen by nobody and leaves nothing', async () => {
    const made = await create();
    const before = await unused();
    const { hostname, port, pathname, search } = new URL(made.BlobFileAccess.Uri);
    const socket = connect(Number(port), hostname);
    socket.on('error', () => undefined);
    const head = `PUT ${pathname}${search} HTTP/1.1\r\nHost: ${hostname}\r\nContent-Length: 2000000\r\n\r\n`;
    socket.write(head);
    socket.write(randomBytes(1_000_000));
    await until('the content is being written', async () => (await unused()) > before);
    socket.destroy();
    await until('what came is removed', async () => (await unused()) === before);
    assert.equal((await admin.get(`/odata/Attachments(${made.Id})`)).status, 404);
    // The client tries again.
    await put(made, 'whole');
    assert.equal(await (await read(made.Id)).text(), 'whole');
  });

  it('that never got content, or a job, goes after a while; others stay', async () => {
    const [{ Id: empty }, { Id: coming }] = [await create(), await create()];
    const [old, young, linked] = [await attach(), await attach(), await attach()];
    await link(linked, (await run()).key);
    for (const [id, days] of [
      [empty, 2],
      [old, 31],
      [young, 29],
      [linked, 400],
    ] as const)
      await age(id, days);
    const last = (await events()).at(-1)!.id;
    assert.equal(await sweepAttachments(server.parts.services, db), 2);
    assert.deepEqual(await Promise.all([empty, old, coming, young, linked].map(isThere)), [
      false,
      false,
      true,
      true,
      true,
    ]);
    const told = await events(last);
    assert.deepEqual(
      told.map(({ type, actor }) => [type, actor]),
      [['attachment.deleted', null]],
    );
  });
});

describe('files of a job', () => {
  it('are what was linked to it, in that order', async () => {
    const { key } = await run();
    const first = await attach('1', { Name: 'a.txt' });
    const last = (await events()).at(-1)!.id;
    const linked = await link(first, key, 'Report');
    assert.deepEqual([linked.attachmentId, linked.jobKey, linked.category], [first, key, 'Report']);
    const second = await create({ Name: 'b.txt', JobKey: key, AttachmentCategory: 'Other' });
    assert.equal((await filesOf(key)).length, 1, 'the second has no content yet');
    await put(second, '22');
    assert.deepEqual(
      (await filesOf(key)).map((row: Record<string, unknown>) => [
        row.attachmentId,
        row.attachmentName,
        row.category,
        row.size,
      ]),
      [
        [first, 'a.txt', 'Report', 1],
        [second.Id, 'b.txt', 'Other', 2],
      ],
    );
    await link(first, key);
    assert.equal((await filesOf(key))[0].category, 'Report', 'it is linked once, and keeps its category');
    assert.deepEqual(
      (await events(last)).map(({ type }) => type),
      ['attachment.linked', 'attachment.uploaded', 'attachment.linked', 'attachment.linked'],
    );
  });

  it('are refused by name where something is missing', async () => {
    const { key } = await run();
    const id = await attach();
    await refuse([
      ['no job', await admin.post(LINK, { attachmentId: id }), 400, 1009, /^jobKey: /],
      ['no attachment', await admin.post(LINK, { jobKey: key }), 400, 1009, /attachmentId/],
      [
        'an unknown job',
        await admin.post(LINK, { attachmentId: id, jobKey: randomUUID() }),
        404,
        1002,
        /^Job /,
      ],
      [
        'an unknown attachment',
        await admin.post(LINK, { attachmentId: randomUUID(), jobKey: key }),
        404,
        1002,
        /^AttachmentNotFound$/,
      ],
      ['files of an unknown job', await admin.get(ofJob(randomUUID())), 404, 1002, /^Job /],
    ]);
  });

  it('go with the last job that they are of', async () => {
    const [one, other] = [await run(), await run()];
    const [shared, own] = [await attach(), await attach()];
    for (const id of [shared, own]) await link(id, one.key);
    await link(shared, other.key);
    const row = await db.first<{ key: string }>(sql`
      select file_key as key from attachments where id = ${own}::uuid`);
    await db.execute(sql`delete from jobs where id = ${one.id}`);
    assert.deepEqual([await isThere(shared), await isThere(own)], [true, false]);
    await db.execute(sql`delete from jobs where id = ${other.id}`);
    assert.equal(await isThere(shared), false);
    await db.execute(sql`update unused_files set remove_after = now() - interval '1 minute'`);
    await removeUnused(db, files);
    assert.equal(await files.read(row!.key), undefined);
  });

  it('can be made and linked by the job itself, whatever its account may do', async () => {
    const role = await db.query<{ id: number; permission: string }>(sql`
      delete from role_permissions p using roles r
       where r.id = p.role_id and r.tenant_id = ${server.tenant.id} and r.name = 'Automation User'
         and (p.permission like 'BlobFiles.%' or p.permission like 'Jobs.%')
      returning r.id, p.permission`);
    server.parts.services.live.notify('access');
    try {
      const [mine, another] = [await run(), await run()];
      const job = callerWith(server.url, mine.order.job.accessToken).in(server.folder.id);
      const made = await create({ Name: 'mine.txt' }, job);
      await put(made, 'mine');
      const linked = await ok(job.post(LINK, { attachmentId: made.Id, category: 'Report' }));
      assert.equal(linked.jobKey, mine.key);
      assert.equal((await filesOf(mine.key, job)).length, 1);
      assert.equal(await (await read(made.Id, job)).text(), 'mine');
      const foreign = await attach();
      await refuse([
        ['an attachment of others', await job.get(`/odata/Attachments(${foreign})`), 404, 1002],
        ['all attachments', await job.get('/odata/Attachments'), 403, 0],
        ['files of another job', await job.get(ofJob(another.key)), 403, 0],
        [
          'linking to another job',
          await job.post(LINK, { attachmentId: made.Id, jobKey: another.key }),
          403,
          0,
        ],
        ['deleting', await job.delete(`/odata/Attachments(${made.Id})`), 403, 0],
      ]);
    } finally {
      for (const { id, permission } of role)
        await db.execute(
          sql`insert into role_permissions (role_id, permission) values (${id}, ${permission})`,
        );
      server.parts.services.live.notify('access');
    }
  });

  it('can be given at its start', async () => {
    const [one, other] = [await attach('1', { Name: 'one' }), await attach('2', { Name: 'other' })];
    const Attachments = [{ AttachmentId: one, Category: 'Invoice' }, { attachmentId: other }];
    const jobs = await started(admin, release.Key, { Attachments, JobsCount: 2 });
    for (const { Key } of jobs)
      assert.deepEqual(
        (await filesOf(Key)).map((row: Record<string, unknown>) => [row.attachmentName, row.category]),
        [
          ['one', 'Invoice'],
          ['other', null],
        ],
      );
  });

  it('are given to further attempts, and to the job that is started once more; what it made is not', async () => {
    const given = [await attach('1', { Name: 'one' }), await attach('2', { Name: 'other' })];
    const Attachments = given.map((attachmentId) => ({ attachmentId, category: 'Input' }));
    const { id, key, order } = await run({ Attachments, MaxNumberOfRetries: 1, RetryDelaySeconds: 3600 });
    await attach('3', { Name: 'made', JobKey: key });
    assert.equal((await filesOf(key)).length, 3);
    await host.report(order, 'Faulted', { info: 'no luck' });
    const { NextJobKey } = await ok(admin.get(`/odata/Jobs(${id})`));
    const again = await ok(
      admin.post('/odata/Jobs/UiPath.Server.Configuration.OData.RestartJob', { jobId: id }),
    );
    for (const next of [NextJobKey, again.Key])
      assert.deepEqual(
        (await filesOf(next)).map((row: Record<string, unknown>) => [row.attachmentId, row.category]),
        given.map((one) => [one, 'Input']),
      );
  });
});
