import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { it } from 'node:test';
import { pino } from 'pino';
import { routes } from '../../operations.ts';
import { putReleaseRetention } from '../../orchestrator/processes/retention-contract.ts';
import { testServer } from '../../testing.ts';
import { settingsFinder } from './not-carried-out.ts';
import { openApi } from './openapi.ts';

const operations = routes.map((route) => route.operation);

it('lists in the documents every member that is kept and not carried out', () => {
  const text = JSON.stringify(openApi(operations, { baseUrl: '', tokenUrl: '' }));
  for (const why of [
    'nothing deletes or archives jobs yet',
    'jobs start at any time',
    'jobs are not suspended yet',
  ])
    assert.ok(text.includes(`Kept and given back, and not carried out: ${why}.`), why);
});

it('finds what a body sets of them, and nothing where it sets none', () => {
  const find = settingsFinder(putReleaseRetention.body)!;
  assert.deepEqual(find({ Action: 0, Period: 30 }), [['Action', 'nothing deletes or archives jobs yet']]);
  assert.deepEqual(find({ Action: 2, Period: 30 }), []);
  const start = settingsFinder(operations.find(({ id }) => id === 'Jobs_StartJobs')!.body)!;
  assert.deepEqual(
    start({ startInfo: { ResumeOnSameContext: true, ProfilingOptions: '{}' } }).map(([path]) => path),
    ['startInfo.ResumeOnSameContext', 'startInfo.ProfilingOptions'],
  );
  assert.deepEqual(start({}), []);
});

it('says in the log which of them a call sets, and nothing of one that sets none', async (t) => {
  const lines: { msg: string; member?: string }[] = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      lines.push(JSON.parse(String(chunk)));
      done();
    },
  });
  const server = await testServer(
    { after: (work) => t.after(work) },
    {},
    {
      log: pino({ level: 'info' }, stream),
      now: Date.now,
    },
  );
  const start = (startInfo: object) =>
    server.admin
      .in(server.folder.id)
      .post('/odata/Jobs/UiPath.Server.Configuration.OData.StartJobs', { startInfo });
  await start({ ReleaseName: 'x' });
  await start({ ReleaseName: 'x', ResumeOnSameContext: true });
  assert.deepEqual(
    lines.flatMap(({ msg, member }) => (msg.startsWith('Kept and given back') ? [member] : [])),
    ['startInfo.ResumeOnSameContext'],
  );
});
