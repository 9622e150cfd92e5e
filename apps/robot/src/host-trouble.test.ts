import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import test, { describe } from 'node:test';
import { spoiltFolder } from '../../../tests/small-disk.fixture.ts';
import { until } from '../../../tests/until.fixture.ts';
import { isFinal, lastReport, messages } from './fake-server.fixture.ts';
import { openKit } from './kit.fixture.ts';

const WORDS = {
  ENOSPC: /The disk is full \(ENOSPC.*'\/.*'\)/,
  EROFS: /The file system is read-only \(EROFS.*'\/.*'\)/,
  EACCES: /no access.*\(EACCES.*'\/.*'\)/,
};

describe('a host that cannot write', { concurrency: 2 }, () => {
  for (const part of ['all of its data', 'jobs', 'packages']) {
    test(`to ${part} gives its job back at once, says why, and takes it when it can`, async (context) => {
      const disk = spoiltFolder(context);
      const isPart = part === 'jobs' || part === 'packages';
      const { server, startRobot, output, dataFolder } = await openKit(
        context,
        isPart ? undefined : disk.folder,
      );
      // A separate disk for a part of the data.
      if (isPart) symlinkSync(disk.folder, join(dataFolder, part));
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
  }

  test('lets a job end that was running when the disk filled up', async (context) => {
    const disk = spoiltFolder(context);
    const { server, startRobot } = await openKit(context, disk.folder);
    const go = join(disk.folder, 'go');
    mkdirSync(go);
    const ref = await server.addPackage(
      {
        'main.py': `import os, time\nprint('began', flush=True)\nwhile os.path.exists('${go}'): time.sleep(0.01)\nraise SystemExit(3)`,
      },
      ['main.py'],
    );
    await startRobot();
    const job = server.startJob(ref);
    await until('it is running', () => messages(job).includes('began'));
    disk.spoil();
    if (disk.code === 'EACCES') disk.mend(); // a closed folder would keep this test from telling the job to end
    rmSync(go, { recursive: true });
    await until('it has ended', () => isFinal(job));
    assert.equal(job.state, 'Faulted');
    assert.equal(lastReport(job).exitCode, 3, lastReport(job).info ?? '');
  });

  test('whose disk becomes read-only as its job is to begin gives it back, and lives on', async (context) => {
    const disk = spoiltFolder(context, { how: 'read-only' });
    const { server, startRobot } = await openKit(context, disk.folder);
    const ref = await server.addPackage({ 'main.py': "print('ran')" }, ['main.py']);
    await startRobot();
    // The prepared files are on the disk. The robot can neither continue with them nor remove them.
    server.acceptRunning = () => {
      disk.spoil();
      server.acceptRunning = () => true;
      return true;
    };
    const job = server.startJob(ref);
    await until('it is given back', () => job.reports.some(({ report }) => report.jobState === 'Pending'));
    assert.match(job.reports.at(-1)!.report.info ?? '', WORDS[disk.code]);
    disk.mend();
    server.wake();
    await until('the job has run', () => job.state === 'Successful');
    assert.equal(server.sessions, 1, 'by the same robot');
  });

  test('is not asked for ever: a job that it cannot begin time and again is Faulted', async (context) => {
    const { server, startRobot } = await openKit(context);
    // Larger than a file may be here, while everything that the robot itself writes is small.
    const big = randomBytes(1_500_000).toString('base64');
    const ref = await server.addPackage({ 'main.py': '', 'big.txt': big }, ['main.py']);
    await startRobot({}, 1000);
    const job = server.startJob(ref);
    await until('it has ended', () => isFinal(job));
    assert.deepEqual(
      job.reports.map(({ report }) => report.jobState),
      ['Pending', 'Pending', 'Faulted'],
    );
    assert.match(lastReport(job).info ?? '', /^On the host .*A file may not grow any more .*packages/);
  });
});
