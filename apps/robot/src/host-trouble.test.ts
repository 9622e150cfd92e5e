import assert from 'node:assert/strict';
import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import test, { describe } from 'node:test';
import { spoiltFolder } from '../../../tests/small-disk.fixture.ts';
import { until } from '../../../tests/until.fixture.ts';
import { openKit } from './kit.fixture.ts';
import { isFinal, lastReport } from './testing.ts';

const WORDS = { ENOSPC: /The disk is full \(ENOSPC.*'\/.*'\)/, EACCES: /no access.*\(EACCES.*'\/.*'\)/ };

describe('a host that cannot write', { concurrency: 2 }, () => {
  test('gives its job back at once, says why, and takes it when it can', async (context) => {
    const disk = spoiltFolder(context);
    const { server, startRobot, output } = await openKit(context, disk.folder);
    const ref = await server.addPackage({ 'main.py': "print('ran')" }, ['main.py']);
    await startRobot();
    disk.spoil();
    const job = server.startJob(ref);
    await until('it is given back', () => job.reports.some(({ report }) => report.jobState === 'Pending'));
    const said = job.reports.at(-1)!.report.info ?? '';
    assert.match(said, WORDS[disk.code]);
    assert.match(said, /^On the host /);
    await until('the heartbeat says it', () => server.trouble === said);
    assert.match(output(), /error this host can begin no job/);
    const { length } = job.reports;
    const beats = server.heartbeats;
    server.wake();
    await until('it has asked again', () => server.heartbeats > beats);
    assert.deepEqual([job.state, job.reports.length], ['Pending', length], 'no work for a host in trouble');
    disk.mend();
    server.wake();
    await until('the trouble is over', () => server.trouble === null);
    await until('the job has run', () => job.state === 'Successful');
  });

  test('lets a job end that was running when the disk filled up', async (context) => {
    const disk = spoiltFolder(context);
    const { server, startRobot } = await openKit(context, disk.folder);
    const go = join(disk.folder, 'go');
    mkdirSync(go);
    const ref = await server.addPackage(
      { 'main.py': `import os, time\nwhile os.path.exists('${go}'): time.sleep(0.01)\nraise SystemExit(3)` },
      ['main.py'],
    );
    await startRobot();
    const job = server.startJob(ref);
    await until('it is running', () => job.state === 'Running');
    disk.spoil();
    if (disk.code === 'EACCES') disk.mend(); // a closed folder would keep this test from telling the job to end
    rmSync(go, { recursive: true });
    await until('it has ended', () => isFinal(job));
    assert.equal(job.state, 'Faulted');
    assert.equal(lastReport(job).exitCode, 3, lastReport(job).info);
  });

  test('is not asked for ever: a job that it cannot begin time and again is Faulted', async (context) => {
    const { server, startRobot, dataFolder } = await openKit(context);
    const ref = await server.addPackage({ 'main.py': '' }, ['main.py']);
    await startRobot();
    rmSync(join(dataFolder, 'packages'), { recursive: true });
    // They can be written nowhere, all the rest of the disk can.
    symlinkSync('/nowhere/at/all', join(dataFolder, 'packages'));
    const job = server.startJob(ref);
    await until('it has ended', () => isFinal(job));
    assert.deepEqual(
      job.reports.map(({ report }) => report.jobState),
      ['Pending', 'Pending', 'Faulted'],
    );
    assert.match(lastReport(job).info ?? '', /^On the host .*packages/);
  });
});
