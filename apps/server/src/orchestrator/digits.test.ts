import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { type Answer, type Caller, testServer } from '../server.fixture.ts';
import { runningJob } from './logs/running-job.fixture.ts';
import { readInputArguments } from './processes/input-arguments.ts';
import { queueKit, SERVICE } from './queues/queues.fixture.ts';

const server = await testServer({ after });
const caller = server.admin.in(server.folder.id);
const { newQueue, begin, start } = queueKit(caller);

/** Free JSON. Converting any of its numbers to a double and back would change how it is written. */
const FREE =
  '{"Id":9007199254740993,"Sum":123456789012345678901234567890,"Rate":0.12345678901234567890,"Price":1.50,' +
  '"Zero":-0,"Small":1e-7,"List":[1.0,{"Deep":-9007199254740993}]}';
const send = (who: Caller, method: string, path: string, body: string): Promise<Answer> =>
  who.send(method, path, { body, headers: { 'content-type': 'application/json' } });
const holds = (text: string, member: string): void =>
  assert.ok(text.includes(`"${member}":${FREE}`), `${member}: ${text}`);
const holdsText = (text: string): void => assert.ok(text.includes(JSON.stringify(FREE).slice(1, -1)), text);

describe('free JSON keeps its digits', () => {
  for (const Encrypted of [false, true]) {
    const kind = Encrypted ? 'an encrypted queue' : 'a queue';
    const newItem = async (): Promise<{ Name: string; Id: number; QueueId: number }> => {
      const { Name, Id: QueueId } = await newQueue({ Encrypted });
      const itemData = `{"itemData":{"Name":${JSON.stringify(Name)},"SpecificContent":${FREE}}}`;
      const added = await send(caller, 'POST', `/odata/Queues/${SERVICE}.AddQueueItem`, itemData);
      assert.equal(added.status, 201, added.text);
      holds(added.text, 'SpecificContent');
      return { Name, Id: added.body.Id, QueueId };
    };

    it(`in the items of ${kind}, wherever they are read`, async () => {
      const { Name, Id, QueueId } = await newItem();
      holds((await caller.get(`/odata/QueueItems(${Id})`)).text, 'SpecificContent');
      const list = await caller.get(`/odata/QueueItems?$filter=QueueDefinitionId eq ${QueueId}`);
      holds(list.text, 'SpecificContent');
      holdsText(list.text);
      const started = await start(Name);
      holds(started.text, 'SpecificContent');
      const result = `{"transactionResult":{"IsSuccessful":true,"Output":${FREE},"Analytics":${FREE}}}`;
      const ended = await send(
        caller,
        'POST',
        `/odata/Queues(${Id})/${SERVICE}.SetTransactionResult`,
        result,
      );
      assert.equal(ended.status, 200, ended.text);
      for (const path of [
        `/odata/QueueItems(${Id})`,
        `/odata/QueueItems?$filter=QueueDefinitionId eq ${QueueId}`,
      ])
        for (const member of ['SpecificContent', 'Output', 'Analytics'])
          holds((await caller.get(path)).text, member);
      if (Encrypted) return;
      const report = await caller.get(`/odata/QueueDefinitions(${QueueId})/${SERVICE}.Reports`);
      const cells = report.text.replaceAll('""', '"').split(`{"DynamicProperties":${FREE}}`);
      assert.equal(cells.length, 4, report.text);
    });

    it(`in the items of ${kind}, whichever way they are written`, async () => {
      const { Name, Id } = await newItem();
      const put = await send(
        caller,
        'PUT',
        `/odata/QueueItems(${Id})`,
        `{"SpecificContent":{"New":${FREE}}}`,
      );
      assert.equal(put.status, 200, put.text);
      holds((await caller.get(`/odata/QueueItems(${Id})`)).text, 'New');
      await start(Name);
      const bulk = `{"queueName":${JSON.stringify(Name)},"commitType":"AllOrNothing","queueItems":[{"SpecificContent":${FREE}}]}`;
      assert.equal(
        (await send(caller, 'POST', `/odata/Queues/${SERVICE}.BulkAddQueueItems`, bulk)).body.Success,
        true,
      );
      holds((await start(Name)).text, 'SpecificContent');
      const begun = `{"transactionData":{"Name":${JSON.stringify(Name)},"SpecificContent":${FREE}}}`;
      holds(
        (await send(caller, 'POST', `/odata/Queues/${SERVICE}.StartTransaction`, begun)).text,
        'SpecificContent',
      );
      const once = caller.with({ 'idempotency-key': crypto.randomUUID() });
      for (const _ of [1, 2])
        holds(
          (await send(once, 'POST', `/odata/Queues/${SERVICE}.StartTransaction`, begun)).text,
          'SpecificContent',
        );
    });
  }

  it('in the arguments of processes and jobs', () => {
    const input = readInputArguments(FREE, { schema: null, field: 'InputArguments' });
    assert.equal(JSON.stringify({ ...input }), FREE);
  });

  it('in the lines of logs', async () => {
    const job = await runningJob(server);
    const line = `{"message":"m","jobId":"${job.key}","free":${FREE}}`;
    for (const body of [`[${line}]`, `[${JSON.stringify(line)}]`]) {
      const { status, text } = await send(job.agent, 'POST', '/api/Logs/SubmitLogs', body);
      assert.equal(status, 200, text);
    }
    const { body } = await caller.get(`/odata/RobotLogs?$filter=JobKey eq ${job.key}`);
    assert.equal(body.value.length, 2);
    for (const { RawMessage } of body.value) holds(RawMessage, 'free');
  });
});

describe('declared numbers', () => {
  it('are read as ever, however they are written', async () => {
    const create = (members: string): Promise<Answer> =>
      send(
        caller,
        'POST',
        '/odata/QueueDefinitions',
        `{"Name":"q${crypto.randomUUID().slice(0, 8)}",${members}}`,
      );
    const { body } = await create('"MaxNumberOfRetries":3.0,"SlaInMinutes":6e1');
    assert.deepEqual([body.MaxNumberOfRetries, body.SlaInMinutes], [3, 60]);
    for (const wrong of ['3.50', '9007199254740993', '1e400', '5.1e0']) {
      const { status, text } = await create(`"MaxNumberOfRetries":${wrong}`);
      assert.equal(status, 400, text);
      assert.match(text, /MaxNumberOfRetries/);
    }
    const { body: named } = await create('"Description":9007199254740993');
    assert.equal(named.Description, '9007199254740993');
  });
});

describe('names in item data', () => {
  const adding = (content: string): Promise<Answer> =>
    newQueue().then(({ Name }) =>
      send(
        caller,
        'POST',
        `/odata/Queues/${SERVICE}.AddQueueItem`,
        `{"itemData":{"Name":${JSON.stringify(Name)},"SpecificContent":${content}}}`,
      ),
    );

  it('are kept or refused, never left out', async () => {
    for (const name of [
      'jane@contoso.com',
      '@',
      'a@b',
      '@type',
      'Amount@type',
      'Amount@odata',
      'a.b',
      'a#b',
      'a:b',
      '',
    ]) {
      const { status, body, text } = await adding(`{"Kept":1,${JSON.stringify(name)}:2}`);
      assert.equal(status, 400, `${name}: ${text}`);
      assert.ok(body.message.startsWith(`itemData.SpecificContent.${name}: `), text);
    }
    const { Id } = await begin((await newQueue()).Name);
    for (const member of ['Output', 'Analytics']) {
      const result = { transactionResult: { IsSuccessful: true, [member]: { 'a@b': 1 } } };
      const { status, body } = await caller.post(
        `/odata/Queues(${Id})/${SERVICE}.SetTransactionResult`,
        result,
      );
      assert.equal(status, 400);
      assert.match(body.message, new RegExp(`${member}\\.a@b: `));
    }
  });

  it('are all kept further in, and annotations of typed clients are none', async () => {
    const { status, text } = await adding(
      '{"@odata.type":"#x","When":"2026-01-02","When@odata.type":"#DateTimeOffset","In":{"jane@contoso.com":1,"a.b":[{"@type":2}]},"__proto__":3}',
    );
    assert.equal(status, 201, text);
    assert.ok(
      text.includes(
        '"SpecificContent":{"When":"2026-01-02","In":{"jane@contoso.com":1,"a.b":[{"@type":2}]},"__proto__":3}',
      ),
      text,
    );
  });
});
