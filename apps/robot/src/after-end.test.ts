import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { describe } from 'node:test';
import { until } from '../../../tests/until.fixture.ts';
import { type FakeJob, isFinal, lastReport, messages } from './fake-server.fixture.ts';
import { openKit } from './kit.fixture.ts';

const LINES = 5000;
const printing = {
  'main.py': `for i in range(${LINES}): print('line', i)\nimport baton; baton.output({'done': True})`,
};
const expected = Array.from({ length: LINES }, (_, i) => `line ${i}`);

describe('a job whose process has ended', { concurrency: 2 }, () => {
  test('takes no slot while its log goes up, and ends with the time of its process', async (context) => {
    const { server, startRobot, dataFolder, journaled } = await openKit(context);
    const long = await server.addPackage(printing, ['main.py']);
    const short = await server.addPackage({ 'main.py': "print('ran')" }, ['main.py']);
    await startRobot({ slots: 1 });
    const first = server.startJob(long);
    const gate = Promise.withResolvers<void>();
    server.logGates.set(first.order.key, gate.promise);
    await until('its process has ended', () => existsSync(file(first, 'exit.json')));
    const second = server.startJob(short);
    await until('the next one has run in its slot', () => isFinal(second));
    assert.equal(first.state, 'Running', 'its log is not complete');
    assert.ok(server.ended.has(first.order.key), 'the heartbeat says that it takes no slot');
    gate.resolve();
    await until('it is final', () => isFinal(first) && journaled().length === 0);
    assert.equal(first.state, 'Successful');
    assert.deepEqual(messages(first), expected);
    const [ended, next] = [first, second].map((job) => Date.parse(lastReport(job).endTime ?? ''));
    assert.ok(ended! < next!, 'the first ended before the second, though it was reported later');

    function file(job: FakeJob, name: string): string {
      return join(dataFolder, 'jobs', job.executionId, name);
    }
  });

  test('is killed: it gets its own end at once, and the rest of its log', async (context) => {
    const { server, startRobot, dataFolder, journaled } = await openKit(context);
    const ref = await server.addPackage(printing, ['main.py']);
    await startRobot();
    const job = server.startJob(ref);
    const gate = Promise.withResolvers<void>();
    server.logGates.set(job.order.key, gate.promise);
    await until('its process has ended', () => server.ended.has(job.order.key));
    server.ask(job, 'KillProcess');
    await until('it is final', () => isFinal(job));
    assert.equal(job.state, 'Successful', 'it had ended before anybody asked');
    assert.deepEqual(messages(job), []);
    assert.ok(existsSync(join(dataFolder, 'jobs', job.executionId, 'report.json')));
    gate.resolve();
    await until('it is forgotten', () => journaled().length === 0);
    assert.deepEqual(messages(job), expected);
  });

  test('goes on where it was when the robot is killed in the middle', async (context) => {
    const { server, startRobot, killRobot, dataFolder, journaled } = await openKit(context);
    const ref = await server.addPackage(printing, ['main.py']);
    await startRobot({ slots: 1 });
    const job = server.startJob(ref);
    await until('a batch has arrived', () => job.lines.size > 0);
    const gate = Promise.withResolvers<void>();
    server.logGates.set(job.order.key, gate.promise);
    await until('its process has ended', () => server.ended.has(job.order.key));
    await killRobot();
    const sent = join(dataFolder, 'jobs', job.executionId, 'sent.json');
    const { offset } = JSON.parse(readFileSync(sent, 'utf8')) as { offset: number };
    const spool = readFileSync(join(dataFolder, 'jobs', job.executionId, 'log.ndjson'));
    assert.equal(spool[offset - 1], 0x0a, 'the offset is the end of a line');
    gate.resolve();
    await startRobot({ slots: 1 });
    const other = server.startJob(ref);
    await until('both are final', () => isFinal(job) && isFinal(other) && journaled().length === 0);
    assert.deepEqual([job.state, messages(job)], ['Successful', expected]);
  });

  test('takes a slot all the same when too many wait for their logs', async (context) => {
    const { server, startRobot, dataFolder } = await openKit(context);
    const ref = await server.addPackage({
      'baton.json': `{ "runtime": "command", "command": ["sh", "-c", "echo x >> ${dataFolder}/ran"] }`,
    });
    await startRobot({ slots: 1 });
    const gate = Promise.withResolvers<void>();
    const jobs = Array.from({ length: 20 }, () => {
      const job = server.startJob(ref);
      server.logGates.set(job.order.key, gate.promise);
      return job;
    });
    // 16 beside the slot, and the one that keeps it.
    await until('no more than these have run', () => server.ended.size === 16 && ran() === 17);
    const before = server.heartbeats;
    server.wake();
    await until('it was asked again', () => server.heartbeats > before);
    assert.equal(jobs.filter(({ state }) => state === 'Pending').length, 3);
    gate.resolve();
    await until('all have ended', () => jobs.every(isFinal));
    assert.equal(ran(), 20);

    function ran(): number {
      const file = join(dataFolder, 'ran');
      return existsSync(file) ? readFileSync(file, 'utf8').length / 2 : 0;
    }
  });
});
