import assert from 'node:assert/strict';
import { after, it } from 'node:test';
import sql from 'sql-template-tag';
import { testServer } from '../../server.fixture.ts';
import { reapNow } from '../jobs/robot-kit.fixture.ts';
import { runningJob } from './running-job.fixture.ts';

const server = await testServer({ after });
const job = await runningJob(server);
const other = await runningJob(server);

it('the running job of the tests is not taken for lost, however long a test takes', async () => {
  await reapNow(server);
  assert.equal((await job.process.in(server.folder.id).get('/odata/Assets')).status, 200);
});

interface Line {
  readonly line: number | null;
  readonly level: string;
  readonly message: string;
}

const BEGIN = '2026-01-17T10:00:00Z';
/** Lines a second apart; each hundredth is an error, and three share a time. */
const addLines = (jobKey: string, from: number, to: number) =>
  server.db.execute(sql`
    insert into robot_logs (tenant_id, folder_id, job_key, level, time_stamp, message, raw_message, fingerprint)
    select ${server.tenant.id}, ${server.folder.id}, ${jobKey}::uuid, case when n % 100 = 0 then 4 else 2 end,
           ${BEGIN}::timestamptz + (n / 3) * interval '1 second', 'Invoice ' || n || ' has 5% discount', '{"n":' || n || '}', n::text
      from generate_series(${from}::int, ${to}::int) n`);
const call = async (path: string, by = server.admin) => {
  const { status, body, text } = await by.get(`/api/JobLogs/${job.key}/${path}`);
  assert.equal(status, 200, text);
  return body;
};
const shown = ({ lines }: { readonly lines: readonly Line[] }) =>
  lines.map(({ line, message }) => [line, Number(message.split(' ')[1])]);

it('a log is read by windows, counted, and searched as a whole', async () => {
  await addLines(job.key, 1, 1700);
  await addLines(other.key, 1, 20);
  const end = await call('Lines?take=2');
  assert.deepEqual(shown(end), [
    [null, 1699],
    [null, 1700],
  ]);
  assert.deepEqual([end.isStart, end.isEnd], [false, true]);

  const overview = await call('Overview?buckets=2');
  assert.equal(overview.lines, 1700);
  assert.deepEqual(overview.levels, { trace: 0, debug: 0, info: 1683, warn: 0, error: 17, fatal: 0 });
  assert.deepEqual([overview.from, overview.until], ['2026-01-17T10:00:00Z', '2026-01-17T10:09:26Z']);
  assert.equal(overview.buckets.length, 2);
  assert.equal(overview.buckets[1].line, overview.buckets[0].lines + 1);
  assert.equal(overview.buckets[0].lines + overview.buckets[1].lines, 1700);

  assert.deepEqual(shown(await call('Lines?take=1')), [[1700, 1700]], 'counted, the end has numbers');
  const middle = await call('Lines?line=499&take=4');
  assert.deepEqual(
    shown(middle),
    [499, 500, 501, 502].map((n) => [n, n]),
  );
  const before = await call('Lines?line=502&take=3&isBackward=true');
  assert.deepEqual(
    shown(before),
    [500, 501, 502].map((n) => [n, n]),
  );
  assert.deepEqual([before.isStart, before.isEnd], [false, false]);
  assert.equal((await call('Lines?line=1&take=1000')).isStart, true);
  assert.deepEqual(shown(await call('Lines?line=1701')), []);

  const errors = await call('Lines?levels=error,Fatal&line=150&take=6');
  assert.deepEqual(
    shown(errors),
    [200, 300, 400, 500, 600, 700].map((n) => [n, n]),
  );
  assert.equal(errors.lines[0].level, 'Error');
  assert.deepEqual(shown(await call('Lines?levels=Error&line=650&isBackward=true&take=1')), [[600, 600]]);
  assert.deepEqual(shown(await call('Lines?levels=Error&take=1')), [[1700, 1700]], 'the last error');

  const found = await call(`Search?text=${encodeURIComponent('INVOICE 16')}&take=2`);
  assert.deepEqual(
    [found.count, found.isComplete, found.searchedLines, found.first],
    [111, true, 1700, 1],
    '16, 160 to 169, 1600 to 1699',
  );
  assert.deepEqual(shown({ lines: found.hits }), [
    [16, 16],
    [160, 160],
  ]);
  const next = await call('Search?text=invoice 16&line=1000&take=1');
  assert.deepEqual([next.first, shown({ lines: next.hits })], [12, [[1600, 1600]]]);
  const previous = await call('Search?text=invoice 16&line=1000&take=1&isBackward=true');
  assert.deepEqual([previous.first, shown({ lines: previous.hits })], [11, [[169, 169]]]);
  assert.equal((await call(`Search?text=${encodeURIComponent('5% d')}`)).count, 1700);
  assert.equal(
    (await call(`Search?text=${encodeURIComponent('5_ d')}`)).count,
    0,
    'signs stand for themselves',
  );
  assert.equal((await call('Search?text=invoice 16&levels=Error')).count, 1);
  assert.deepEqual((await call('Search?text=nowhere')).first, null);
});

it('a log that grows is read on, and a line that comes late finds its place', async () => {
  await addLines(job.key, 1701, 2300);
  assert.equal((await call('Overview')).lines, 2300);
  assert.deepEqual(shown(await call('Lines?line=2300')), [[2300, 2300]]);
  const grown = await call('Search?text=invoice 16');
  assert.deepEqual([grown.count, grown.searchedLines], [111, 2300]);
  assert.equal((await call('Search?text=invoice 22')).count, 111);
  await server.db.execute(sql`
    insert into robot_logs (tenant_id, folder_id, job_key, level, time_stamp, message, raw_message)
    values (${server.tenant.id}, ${server.folder.id}, ${job.key}::uuid, 5, ${BEGIN}::timestamptz, 'Invoice 0', '{}')`);
  const overview = await call('Overview');
  assert.deepEqual([overview.lines, overview.levels.fatal], [2301, 1]);
  assert.deepEqual(shown(await call('Lines?line=2301')), [[2301, 2300]]);
  assert.deepEqual(shown(await call('Lines?levels=Fatal')), [[3, 0]]);
});

it('only who may see the logs of the folder sees them, and odd questions are refused', async () => {
  const reader = await server.user({ permissions: ['Logs.View'] });
  assert.equal((await reader.get(`/api/JobLogs/${job.key}/Overview`)).status, 200);
  for (const kind of ['Overview', 'Lines', 'Search?text=x']) {
    const hidden = await server.otherTenant.get(`/api/JobLogs/${job.key}/${kind}`);
    assert.equal(hidden.status, 404, hidden.text);
  }
  const odd = await server.admin.get(`/api/JobLogs/${job.key}/Lines?levels=Loud`);
  assert.equal(odd.status, 400);
  assert.match(odd.body.message, /levels: 'Loud' is none of Trace/);
  assert.equal((await server.admin.get(`/api/JobLogs/${job.key}/Search`)).status, 400);
});
