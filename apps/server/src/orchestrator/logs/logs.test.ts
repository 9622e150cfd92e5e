import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, describe, it } from 'node:test';
import sql from 'sql-template-tag';
import { type Answer, type Caller, testServer } from '../../server.fixture.ts';
import { maintainLogPartitions } from './log-partitions.ts';
import { runningJob } from './running-job.fixture.ts';

const SUBMIT = '/api/Logs/SubmitLogs';
const operation = (name: string): string => `/odata/RobotLogs/UiPath.Server.Configuration.OData.${name}`;

const server = await testServer({ after });
const admin = server.admin.in(server.folder.id);
const job = await runningJob(server);
const otherJob = await runningJob(server);

const line = (message: string, more: object = {}): string =>
  JSON.stringify({ message, level: 'Information', timeStamp: '2026-01-17T14:46:07.4152893+02:00', ...more });
const logsOf = async (jobKey: string, query = ''): Promise<Answer['body']['value']> => {
  const { status, body, text } = await admin.get(`/odata/RobotLogs?$filter=JobKey eq ${jobKey}${query}`);
  assert.equal(status, 200, text);
  return body.value;
};

async function submit(by: Caller, lines: readonly string[]): Promise<void> {
  const { status, text } = await by.post(SUBMIT, lines);
  assert.equal(status, 200, text);
}

describe('submitting logs', () => {
  it('stores what an agent sends of its job, with what is known of the job', async () => {
    const sent = line('started', {
      jobId: job.key,
      customer: 'Acme',
      windowsIdentity: 'ACME\\bob',
      fileName: 'Main',
    });
    assert.equal((await job.agent.post(SUBMIT, [sent])).status, 200);
    const [row] = await logsOf(job.key);
    assert.equal(row.RawMessage, sent);
    const { Id, MachineKey, RawMessage: _, ...rest } = row;
    assert.equal(typeof Id, 'number');
    assert.match(MachineKey, /^[0-9a-f-]{36}$/);
    assert.deepEqual(rest, {
      Level: 'Info',
      WindowsIdentity: 'ACME\\bob',
      ProcessName: 'Invoices',
      TimeStamp: '2026-01-17T12:46:07.415289Z',
      Message: 'started',
      JobKey: job.key,
      RobotName: job.robot.name,
      HostMachineName: 'host-1',
      MachineId: job.machineId,
      RuntimeType: 'Unattended',
    });
  });

  it('stores the lines of calls that come together, each in its own job, and refuses only the wrong ones', async () => {
    const [one, other] = [await runningJob(server), await runningJob(server)];
    const calls = Array.from({ length: 60 }, async (_, n) => {
      const { key, agent } = n % 2 === 0 ? one : other;
      if (n % 10 === 3)
        return (await agent.post(SUBMIT, [line('lost', { jobId: one.key }), 'no line'])).status;
      const lines = ['a', 'b'].map((part) =>
        line(`${n}${part} "{},\\`, { jobId: key, fingerprint: `${n}${part}` }),
      );
      return (await agent.post(SUBMIT, lines)).status;
    });
    const statuses = await Promise.all(calls);
    assert.deepEqual(
      statuses,
      statuses.map((_, n) => (n % 10 === 3 ? 400 : 200)),
    );
    for (const [{ key }, parity] of [
      [one, 0],
      [other, 1],
    ] as const) {
      const sent: string[] = statuses.flatMap((status, n) =>
        status === 200 && n % 2 === parity ? ['a', 'b'].map((part) => `${n}${part} "{},\\`) : [],
      );
      const stored = (await logsOf(key)).map((row: { Message: string }) => row.Message);
      assert.deepEqual(stored.toSorted(), sent.toSorted());
    }
  });

  it('stores a line once, however often it is sent', async () => {
    const { key, agent } = await runningJob(server);
    const lines = [1, 2].map((n) => line(`line ${n}`, { jobId: key, fingerprint: `run-${n}` }));
    for (const batch of [lines, lines, [lines[1], lines[1]]]) {
      assert.equal((await agent.post(SUBMIT, batch)).status, 200);
    }
    assert.equal((await logsOf(key)).length, 2);
  });

  it('takes lines of every kind of caller', async () => {
    const { key, process, agent } = await runningJob(server);
    const writer = await server.user({ permissions: ['Logs.Create'] });
    const app = await server.app(['OR.Monitoring.Write']);
    const calls: [string, Promise<Answer>][] = [
      ['a job, which needs not say that it is itself', process.post(SUBMIT, [line('job')])],
      ['an agent', agent.post(SUBMIT, [line('agent', { jobId: key })])],
      ['a user', writer.post(SUBMIT, [line('user', { jobId: key })])],
      ['an application', app.post(SUBMIT, [line('app', { jobId: key })])],
      ['objects instead of texts', admin.post(SUBMIT, [{ message: 'object', jobId: key, Level: 3 }])],
      ['one line', admin.post('/api/Logs', { message: 'one', jobId: key })],
      ['one line as text', admin.post('/api/Logs', line('text', { jobId: key }))],
    ];
    for (const [name, call] of calls) assert.equal((await call).status, 200, name);
    const rows = await logsOf(key, '&$orderby=Id');
    const messages = rows.map((row: { Message: string }) => row.Message).sort();
    assert.deepEqual(messages, ['agent', 'app', 'job', 'object', 'one', 'text', 'user']);
    assert.equal(rows.find((row: { Message: string }) => row.Message === 'object').Level, 'Warn');
  });

  it('puts lines without a job into the folder of the call', async () => {
    const message = randomUUID();
    assert.equal(
      (await admin.post(SUBMIT, [line(message, { robotName: 'R7', machineName: 'M7' })])).status,
      200,
    );
    const { body } = await admin.get(`/odata/RobotLogs?$filter=Message eq '${message}'`);
    assert.equal(body.value[0].JobKey, null);
    assert.equal(body.value[0].RobotName, 'R7');
    assert.equal(body.value[0].HostMachineName, 'M7');
  });

  it('keeps what is odd', async () => {
    const { key, process } = await runningJob(server);
    const long = 'x'.repeat(2 ** 20 + 5);
    const cases: [object | string, object][] = [
      [
        { message: 'nul \0 here', jobId: key },
        { Message: 'nul  here', Level: 'Info' },
      ],
      [
        '{"message":"nul \\u0000 escaped"}',
        { Message: 'nul  escaped', RawMessage: '{"message":"nul \\u0000 escaped"}' },
      ],
      [{ message: 'half \ud800 pair' }, { Message: 'half \ufffd pair' }],
      [
        { message: { a: 1 }, level: 'Loud' },
        { Message: '{"a":1}', Level: 'Info' },
      ],
      [
        { level: 'Critical', timeStamp: 'yesterday' },
        { Message: '', Level: 'Fatal' },
      ],
      [{ message: 'old', timeStamp: '1970-01-01T00:00:00' }, { TimeStamp: '1970-01-01T00:00:00Z' }],
      [
        { message: 'early', timeStamp: '2199-12-31 23:59:59.1234567Z' },
        { TimeStamp: '2199-12-31T23:59:59.123456Z' },
      ],
      [{ message: 'no day', timeStamp: '2026-02-31T10:00:00Z' }, { Message: 'no day' }],
      [{ message: long }, { Message: `${long.slice(0, 2 ** 20 - 1)}…` }],
      [
        { MESSAGE: 'case', LEVEL: 'verbose', JobId: key },
        { Message: 'case', Level: 'Trace' },
      ],
      [{ message: 'fingerprint', fingerprint: 'f'.repeat(10_000) }, { Message: 'fingerprint' }],
    ];
    const sent = cases.map(([given]) => given);
    const { status, text } = await process.post(SUBMIT, sent);
    assert.equal(status, 200, text);
    const rows = await logsOf(key, '&$orderby=Id');
    assert.equal(rows.length, cases.length);
    for (const [i, [, expected]] of cases.entries()) assert.partialDeepStrictEqual(rows[i], expected);
    const level = async (name: string): Promise<string> => {
      const message = randomUUID();
      await submit(process, [line(message, { level: name })]);
      return (await logsOf(key, ` and Message eq '${message}'`))[0].Level;
    };
    const levels = [
      'Verbose',
      'Trace',
      'Debug',
      'Information',
      'Info',
      'Warning',
      'Warn',
      'Error',
      'Critical',
      'Fatal',
    ];
    assert.deepEqual(await Promise.all(levels.map(level)), [
      'Trace',
      'Trace',
      'Debug',
      'Info',
      'Info',
      'Warn',
      'Warn',
      'Error',
      'Fatal',
      'Fatal',
    ]);
  });

  it('refuses', async () => {
    const { key, process, agent } = await runningJob(server);
    const stranger = await server.user({ permissions: ['Logs.View'] });
    const cases: [string, Promise<Answer>, number, RegExp][] = [
      ['no token', server.anonymous.post(SUBMIT, [line('x')]), 401, /authenticated/],
      [
        'no scope',
        (await server.app(['OR.Jobs'])).post(SUBMIT, [line('x', { jobId: key })]),
        403,
        /authorized/,
      ],
      ['no right', stranger.post(SUBMIT, [line('x', { jobId: key })]), 403, /authorized/],
      ['no right, one line', stranger.post('/api/Logs', line('x', { jobId: key })), 403, /authorized/],
      ['another job, by a job', process.post(SUBMIT, [line('x', { jobId: job.key })]), 403, /authorized/],
      [
        "another machine's job",
        agent.post(SUBMIT, [line('x', { jobId: job.key })]),
        404,
        /^body\[0\]\.jobId: /,
      ],
      ['no job, by an agent', agent.post(SUBMIT, [line('x')]), 400, /^body\[0\]\.jobId: /],
      ['no job and no folder', server.admin.post(SUBMIT, [line('x')]), 400, /^body\[0\]\.jobId: /],
      [
        "another tenant's job",
        server.otherTenant.post(SUBMIT, [line('x', { jobId: key })]),
        400,
        /^body\[0\]/,
      ],
      ['no array', admin.post(SUBMIT, line('x')), 400, /^body: must be an array/],
      ['nothing', admin.post('/api/Logs'), 400, /^body: is required/],
      ['no object', admin.post('/api/Logs', '17'), 400, /^body: must be/],
      ['a bad line', admin.post(SUBMIT, [line('good', { jobId: key }), 'half {']), 400, /^body\[1\]: /],
      ['a line that is null', admin.post(SUBMIT, [line('good', { jobId: key }), null]), 400, /^body\[1\]: /],
    ];
    for (const [name, call, status, message] of cases) {
      const { status: actual, body, text } = await call;
      assert.equal(actual, status, `${name}: ${text}`);
      assert.match(body.message, message, name);
    }
    assert.deepEqual(await logsOf(key), []);
  });
});

/** An export that a node has tried to write this many times and has not finished. */
const leave = async (attempts: number): Promise<number> => {
  const { body } = await admin.post(`${operation('Export')}?$top=1`);
  let status = 0;
  while (status !== 2) {
    status = (await server.db.first<{ status: number }>(
      sql`select status from exports where id = ${body.Id}`,
    ))!.status;
  }
  await server.db.execute(sql`update exports set status = 1, attempts = ${attempts} where id = ${body.Id}`);
  server.parts.services.live.notify('exports');
  return body.Id;
};

describe('reading logs', () => {
  it('answers the newest first, and in any order that is asked for', async () => {
    const { key, process } = await runningJob(server);
    const times = [
      '2026-01-03T00:00:00Z',
      '2026-01-01T00:00:00Z',
      '2026-01-02T00:00:00Z',
      '2026-01-02T00:00:00Z',
    ];
    await submit(
      process,
      times.map((timeStamp, i) => line(`${i}`, { timeStamp, level: i === 0 ? 'Error' : 'Trace' })),
    );
    const messages = async (query: string): Promise<string> =>
      (await logsOf(key, query)).map((row: { Message: string }) => row.Message).join('');
    for (const [query, expected] of [
      ['', '0321'],
      ['&$top=2', '03'],
      ['&$top=2&$skip=2', '21'],
      ['&$orderby=TimeStamp', '1230'],
      ['&$orderby=TimeStamp desc', '0321'],
      [" and Level ge '2'", '0'],
      [" and Level eq 'ERROR'", '0'],
      [' and Level eq 0 and TimeStamp gt 2026-01-01T12:00:00Z', '32'],
      [" and JobKey eq '" + key + "' and RobotName ne null and contains(Message,'1')", '1'],
    ]) {
      assert.equal(await messages(query!), expected, query);
    }
    const selected = await logsOf(key, '&$select=JobKey,ProcessName,TimeStamp&$top=1');
    assert.deepEqual(Object.keys(selected[0]).sort(), ['JobKey', 'ProcessName', 'TimeStamp']);
    const total = await admin.get(`${operation('GetTotalCount')}?$filter=JobKey eq ${key}&$top=1`);
    assert.equal(total.status, 200);
    assert.equal(total.body.value, 4);
  });

  it('exports them in the background, for who asked', async () => {
    const { key, process } = await runningJob(server);
    await submit(process, [line('one, "two"\nthree', { level: 'Warning' }), line('=1+1')]);
    const asked = await admin.post(
      `${operation('Export')}?$filter=JobKey eq ${key}&$select=Level,Message,JobKey`,
    );
    assert.equal(asked.status, 200, asked.text);
    assert.equal(asked.body.Type, 'Logs');
    const path = `/odata/Exports(${asked.body.Id})`;
    const link = `${path}/UiPath.Server.Configuration.OData.GetDownloadLink`;
    let shown = asked;
    while (['New', 'InProgress'].includes(shown.body.Status)) shown = await server.admin.get(path);
    assert.equal(shown.body.Status, 'Completed');
    const access = await server.admin.get(link);
    assert.equal(access.status, 200, access.text);
    assert.equal(access.body.Verb, 'GET');
    const file = await server.anonymous.get(access.body.Uri);
    assert.equal(file.status, 200);
    assert.equal(
      file.text,
      `Level,JobKey,Message\r\nInfo,${key},'=1+1\r\nWarn,${key},"one, ""two""\nthree"\r\n`,
    );
    assert.match(file.headers.get('content-disposition')!, /logs-\d{4}-\d\d-\d\d\.csv/);
    assert.equal(shown.body.Size, file.text.length + 3);

    const someone = await server.user({ permissions: ['Logs.View'] });
    for (const [name, call, status] of [
      ['another user', someone.get(path), 404],
      ['another user, link', someone.get(link), 404],
      ['another tenant', server.otherTenant.get(path), 404],
      ['nobody', server.anonymous.get(path), 401],
      ['nobody, link', server.anonymous.get(link), 401],
      ['a made up link', server.anonymous.get('/api/Exports/Download?token=AQIDBA'), 403],
      [
        'a changed link',
        server.anonymous.get(access.body.Uri.replace(/.(?=.{10}$)/, (c: string) => (c === 'A' ? 'B' : 'A'))),
        403,
      ],
      ['no token', server.anonymous.get('/api/Exports/Download'), 400],
      ['not completed', unfinished(), 409],
    ] as const) {
      assert.equal((await call).status, status, name);
    }
    async function unfinished(): Promise<Answer> {
      await server.db.execute(sql`update exports set status = 3 where id = ${asked.body.Id}`);
      return server.admin.get(link);
    }
  });

  it('works on an export again that a node left behind, and gives up at last', async () => {
    for (const [attempts, expected] of [
      [1, 'Completed'],
      [5, 'Failed'],
    ] as const) {
      const id = await leave(attempts);
      let status = '';
      while (!['Completed', 'Failed'].includes(status))
        status = (await server.admin.get(`/odata/Exports(${id})`)).body.Status;
      assert.equal(status, expected);
    }
  });

  it('gives the old report as a file', async () => {
    const path = `${operation('Reports')}?$filter=JobKey eq ${job.key}&fileNameSubject=jobs`;
    const { status, text, headers } = await admin.get(path);
    assert.equal(status, 200);
    assert.match(headers.get('content-type')!, /text\/csv/);
    assert.match(headers.get('content-disposition')!, /jobs-/);
    const { key, process } = await runningJob(server);
    await submit(
      process,
      Array.from({ length: 2500 }, (_, i) => line(`${i}`)),
    );
    const large = await admin.get(`${operation('Reports')}?$filter=JobKey eq ${key}`);
    assert.equal(large.text.trimEnd().split('\r\n').length, 2501);
    assert.match(text, /^TimeStamp,Level,.*\r\n2026-01-17T12:46:07.415289Z,Info,Invoices,/);
  });

  it('refuses', async () => {
    const nobody = await server.user({ permissions: ['Jobs.View'] });
    for (const [method, name] of [
      ['get', ''],
      ['get', 'GetTotalCount'],
      ['get', 'Reports'],
      ['post', 'Export'],
    ] as const) {
      const path = name === '' ? '/odata/RobotLogs' : operation(name);
      for (const [reason, caller, query, status, code] of [
        ['no token', server.anonymous, '', 401, 0],
        ['no folder', server.admin, '', 400, 1101],
        ["another tenant's folder", admin.in(server.otherFolder.id), '', 400, 1100],
        ['no right', nobody.in(server.folder.id), '', 403, 0],
        ['no scope', (await server.app(['OR.Jobs'])).in(server.folder.id), '', 403, 0],
        ['a bad filter', admin, '?$filter=Nothing eq 1', 400, 1000],
        ['too much', admin, '?$top=1001', 400, 1000],
      ] as const) {
        const answer = await caller[method](path + query);
        assert.equal(answer.status, status, `${name} ${reason}: ${answer.text}`);
        assert.equal(answer.body.errorCode, code, `${name} ${reason}`);
      }
    }
  });

  it('shows nothing of other folders', async () => {
    await submit(job.agent, [line('seen', { jobId: job.key })]);
    const { body } = await server.otherTenant.in(server.otherFolder.id).get('/odata/RobotLogs');
    assert.deepEqual(body.value, []);
    assert.equal((await logsOf(otherJob.key)).length, 0);
  });
});

describe('partitions of logs', () => {
  it('are made ahead, and take over the lines that waited for them', async () => {
    const { key, process } = await runningJob(server);
    const inFiveMonths = new Date();
    inFiveMonths.setUTCMonth(inFiveMonths.getUTCMonth() + 5, 15);
    await submit(process, [line('early', { timeStamp: inFiveMonths.toISOString() })]);
    const partition = async (): Promise<string> =>
      (await server.db.first<{ name: string }>(
        sql`select tableoid::regclass::text as name from robot_logs where job_key = ${key}`,
      ))!.name;
    assert.equal(await partition(), 'robot_logs_default');
    assert.equal(await maintainLogPartitions(server.db), 0);
    const made = await server.db.first<{ made: number }>(sql`select ensure_log_partitions(6) as made`);
    assert.equal(made!.made, 4);
    assert.equal(await partition(), `robot_logs_${inFiveMonths.toISOString().slice(0, 7).replace('-', '_')}`);
    assert.equal((await logsOf(key)).length, 1);
  });

  it('take lines that are written while they are made', async () => {
    const inNineMonths = new Date();
    inNineMonths.setUTCMonth(inNineMonths.getUTCMonth() + 9, 15);
    const timeStamp = inNineMonths.toISOString();
    const sending = await server.db.transaction(async (tx) => {
      await tx.execute(sql`select ensure_log_partitions(9)`);
      const answer = admin.post(SUBMIT, [line('meanwhile', { timeStamp })]);
      let waiting: unknown;
      while (!waiting)
        waiting = await server.db.first(sql`
          select from pg_locks l join pg_stat_activity a using (pid)
           where not l.granted and a.datname = current_database() and a.query like '%insert into robot_logs%'`);
      return { answer };
    });
    const { status, text } = await sending.answer;
    assert.equal(status, 200, text);
    const row = await server.db.first<{ place: string }>(
      sql`select tableoid::regclass::text as place from robot_logs where message = 'meanwhile'`,
    );
    assert.equal(row?.place, `robot_logs_${timeStamp.slice(0, 7).replace('-', '_')}`);
  });
});
