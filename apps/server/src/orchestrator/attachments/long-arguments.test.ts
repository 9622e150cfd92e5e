import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, describe, it } from 'node:test';
import sql from 'sql-template-tag';
import { refuse } from '../../refuse.fixture.ts';
import { type Answer, callerWith } from '../../server.fixture.ts';
import { follow } from '../buckets/buckets.fixture.ts';
import { jobs, start, started } from '../jobs/robot-kit.fixture.ts';
import { attachmentServer } from './attachments.fixture.ts';

const kit = await attachmentServer({ after });
const { server, admin, host, machine, release, ok, attach, read, run, filesOf, create } = kit;
const { db } = server;

const job = (id: number): Promise<Answer['body']> => ok(admin.get(`/odata/Jobs(${id})`));
const input = (more: object = {}) => JSON.stringify({ queue: 'Invoices', ...more });
const withFile = (id: string, more: object = {}) =>
  start(admin, { ReleaseKey: release.Key, InputFile: id, ...more });

describe('arguments in a file', () => {
  it('are the job’s input, which its host alone can fetch', async () => {
    const text = input({ text: 'x'.repeat(20_000) });
    const id = await attach(text, { Name: 'input.json' });
    const [made] = (await ok(withFile(id), 201)).value;
    assert.deepEqual([made.InputFile, made.InputArguments], [id, null]);
    const order = (await host.orders()).find(({ key }) => key === made.Key)!;
    const { pathname, search } = new URL(order.job.inputFileUrl!);
    const fetched = await machine.caller.get(pathname + search);
    assert.deepEqual([fetched.status, fetched.text], [200, text]);
    assert.deepEqual(
      (await filesOf(made.Key)).map(({ category }: { category: string }) => category),
      ['Input'],
    );
    const other = `/api/RobotsService/GetJobInput?jobKey=${made.Key}&executionId=${randomUUID()}`;
    const { key } = await run();
    await refuse([
      ['another execution', await machine.caller.get(other), 404, 1002],
      ['people', await admin.get(pathname + search), 403, 0],
      ['deleting it', await admin.delete(`/odata/Attachments(${id})`), 409, 1017, /has not ended/],
    ]);
    const none = (await host.orders()).find((each) => each.key === key);
    assert.equal(none?.job.inputFileUrl ?? null, null);
  });

  it('are checked at the start, and refused by name', async () => {
    const [good, noJson, noObject, wrong] = await Promise.all(
      [input(), '{', '[1]', '{"queue":1}'].map((text) => attach(text)),
    );
    const { Id: empty } = await create();
    const field = /^startInfo\.InputFile/;
    await refuse([
      ['an unknown file', await withFile(randomUUID()), 404, 1002, /^AttachmentNotFound$/],
      ['one without content', await withFile(empty), 404, 1002, /^AttachmentNotFound$/],
      ['no JSON', await withFile(noJson!), 400, 1009, field],
      ['no object', await withFile(noObject!), 400, 1009, field],
      ['a wrong argument', await withFile(wrong!), 400, 1009, field],
      ['both', await withFile(good!, { InputArguments: input() }), 400, 1009, field],
    ]);
    assert.equal((await withFile(good!)).status, 201);
  });

  it('are the same when the job is started again', async () => {
    const id = await attach(input());
    const [made] = (await ok(withFile(id), 201)).value;
    await ok(admin.post(jobs('StopJobs'), { strategy: 'Kill', jobIds: [made.Id] }));
    const again = await ok(admin.post(jobs('RestartJob'), { jobId: made.Id }));
    assert.deepEqual([again.InputFile, again.InputArguments], [id, null]);
    assert.equal((await filesOf(again.Key)).length, 1);
  });
});

describe('output arguments', () => {
  const output = (length: number) => JSON.stringify({ text: 'x'.repeat(length) });

  it('that are too long for the job become a file of it', async () => {
    const { id, key, order } = await run();
    const text = output(10_001);
    const verdict = await host.report(order, 'Successful', { outputArguments: text });
    assert.deepEqual([verdict.accepted, verdict.state], [true, 'Successful']);
    const { OutputArguments, OutputFile, State } = await job(id);
    assert.deepEqual([State, OutputArguments], ['Successful', null]);
    assert.equal(await (await read(OutputFile)).text(), text);
    const files = await filesOf(key);
    assert.deepEqual(
      files.map((row: Record<string, unknown>) => [row.attachmentName, row.category, row.contentType]),
      [['output.json', 'Output', 'application/json']],
    );
    // The same report again changes nothing.
    assert.equal((await host.report(order, 'Successful', { outputArguments: text })).accepted, true);
    assert.equal((await filesOf(key)).length, 1);
  });

  it('that are short stay in the job', async () => {
    const { id, order } = await run();
    await host.report(order, 'Successful', { outputArguments: output(9000) });
    const { OutputArguments, OutputFile } = await job(id);
    assert.deepEqual([OutputArguments, OutputFile], [output(9000), null]);
  });

  it('of a report that is refused leave nothing', async () => {
    const { key, order } = await run();
    const before = await db.first<{ count: number }>(sql`select count(*)::int as count from attachments`);
    const stale = { ...order, executionId: randomUUID() };
    const verdict = await host.report(stale, 'Successful', { outputArguments: output(20_000) });
    assert.equal(verdict.accepted, false);
    assert.deepEqual(await filesOf(key), []);
    assert.deepEqual(await db.first(sql`select count(*)::int as count from attachments`), before);
  });

  it('that the robot has uploaded are taken over, where they have arrived', async () => {
    const [one, other] = [await run(), await run()];
    const add = (of: typeof one, id: string) =>
      machine.caller.post('/api/RobotsService/AddJobFile', {
        jobKey: of.key,
        executionId: of.order.executionId,
        id,
        name: 'output.json',
        category: 'Output',
      });
    const id = randomUUID();
    const { access, isThere } = await ok(add(one, id));
    assert.equal(isThere, false);
    assert.equal((await follow(access, { body: '{"a":1}' })).status, 201);
    const again = await ok(add(one, id));
    assert.deepEqual([again.isThere, again.access], [true, null]);
    await refuse([
      ['the id of another job’s file', await add(other, id), 400, 1009, /^id: /],
      ['another execution', await add({ ...one, order: { ...one.order, executionId: id } }, id), 404, 1002],
    ]);
    await host.report(one.order, 'Successful', { outputFile: id });
    assert.equal((await job(one.id)).OutputFile, id);
    await host.report(other.order, 'Successful', { outputFile: id });
    const { OutputFile, Info } = await job(other.id);
    assert.equal(OutputFile, null);
    assert.match(Info, /has not arrived/);
  });
});

describe('what a job reads of its own', () => {
  it('includes its input file', async () => {
    const id = await attach(input());
    const [made] = await started(admin, release.Key, { InputFile: id, InputArguments: undefined });
    const order = (await host.orders()).find(({ key }) => key === made!.Key)!;
    const own = callerWith(server.url, order.job.accessToken);
    assert.equal(await (await read(id, own)).text(), input());
  });
});
