import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { until } from '../../../tests/until.fixture.ts';
import { messages } from './fake-server.fixture.ts';
import { openKit, silent } from './kit.fixture.ts';
import { startRobot } from './robot.ts';

/** A program that waits for a file in the middle. */
const untilTold = (dataFolder: string): string => `
import os, time
print('first')
while not os.path.exists('${dataFolder}/go'): time.sleep(0.01)`;

test('a draining robot says so, and gives back what reaches it all the same', async (context) => {
  const { server, dataFolder } = await openKit(context);
  const ref = await server.addPackage({ 'main.py': untilTold(dataFolder) }, ['main.py']);
  const options = { url: server.url, machineKey: 'machine-key', machineSecret: 'machine-secret' };
  const robot = await startRobot({ ...options, dataFolder, slots: 4, log: silent });
  await robot.connected;
  const job = server.startJob(ref);
  await until('it is in the middle', () => messages(job).includes('first'));
  const stopped = robot.stop({ drain: true });
  await until('the server knows', () => server.trouble !== null);
  const other = server.startJob(ref);
  const before = server.heartbeats;
  server.wake();
  await until('a heartbeat is answered', () => server.heartbeats > before);
  assert.equal(other.reports.length, 0);
  server.ignoresTrouble = true;
  server.wake();
  await until('it is given back', () => other.reports.length > 0);
  server.ignoresTrouble = false;
  assert.ok(other.reports.every(({ report, accepted }) => accepted && report.jobState === 'Pending'));
  writeFileSync(join(dataFolder, 'go'), '');
  await stopped;
  assert.equal(job.state, 'Successful');
  assert.equal(other.state, 'Pending');
  assert.equal(server.count('/api/RobotsService/StopService'), 1);
});
