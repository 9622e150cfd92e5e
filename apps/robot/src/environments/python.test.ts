import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import test, { describe } from 'node:test';
import { until } from '../../../../tests/until.fixture.ts';
import { isFinal, lastReport, messages, told } from '../fake-server.fixture.ts';
import { openKit } from '../kit.fixture.ts';
import { openIndexes, settingsFor, wheel, wheelFile } from './indexes.fixture.ts';

describe('what a Python package wants installed', { concurrency: 2 }, () => {
  test('comes from the wheels in it, on a host without a network; its log begins with the build', async (context) => {
    const kit = await openKit(context);
    const { server, dataFolder } = kit;
    const ref = await server.addPackage(
      {
        'main.py': `
import acme, tool, sys, subprocess, baton
print('hello from', acme.version)
baton.output({'acme': acme.version, 'tool': tool.version, 'prefix': sys.prefix,
              'script': subprocess.run(['acme-says'], capture_output=True, text=True).stdout.strip()})`,
        'requirements.txt': '# what it needs\nacme >= 1.0\n',
        [`wheels/${wheelFile('acme', '1.2.0')}`]: wheel('acme', '1.2.0', {
          requires: ['tool'],
          files: { 'acme/__init__.py': "version = '1.2.0'\ndef main(): print('said')\n" },
          scripts: ['acme-says = acme:main'],
        }),
        [`wheels/${wheelFile('tool', '3.0')}`]: wheel('tool', '3.0'),
      },
      ['main.py'],
    );
    await kit.startRobot({
      environment: settingsFor({ python: 'http://127.0.0.1:9/', npm: 'http://127.0.0.1:9/' }),
    });
    const job = server.startJob(ref);
    await until('it has ended', () => isFinal(job));
    const report = lastReport(job);
    assert.equal(report.jobState, 'Successful', report.info ?? '');
    const output = JSON.parse(report.outputArguments ?? '');
    assert.deepEqual([output.acme, output.tool, output.script], ['1.2.0', '3.0', 'said']);
    const names = readdirSync(join(dataFolder, 'environments'));
    assert.equal(names.length, 1);
    assert.equal(output.prefix, join(dataFolder, 'environments', names[0]!, 'venv'));
    const all = [...job.lines.values()].map((line) => String(line['message']));
    assert.match(
      all[0] ?? '',
      /^Builds the environment [0-9a-f]{32}: requirements.txt with (pip|uv) for Python 3/,
    );
    const ready = all.findIndex((line) => /^The environment is ready after [\d.]+ s, \d+ MB$/.test(line));
    assert.ok(ready > 0 && ready < all.indexOf('hello from 1.2.0'), all.join('\n'));
    assert.ok(
      all.slice(0, ready).some((line) => /acme-1.2.0/.test(line)),
      'the installer is heard',
    );

    const again = server.startJob(ref);
    await until('the second has ended', () => isFinal(again));
    assert.equal(lastReport(again).jobState, 'Successful');
    assert.equal(told(again).length, 2, 'it starts and ends, and nothing is built');
    assert.deepEqual(messages(again), ['hello from 1.2.0']);
  });

  test('is built once for twenty jobs that ask at once; all of them hear of it', async (context) => {
    const indexes = await openIndexes(context);
    indexes.addWheel('acme', '1.0');
    const { server, startRobot, dataFolder } = await openKit(context);
    const ref = await server.addPackage(
      { 'main.py': 'import acme; print(acme.version)', 'requirements.txt': 'acme==1.0' },
      ['main.py'],
    );
    indexes.hold('/simple/acme');
    await startRobot({ slots: 20, environment: settingsFor(indexes) });
    const jobs = Array.from({ length: 20 }, () => server.startJob(ref));
    await until('all wait for the build', () => jobs.every((job) => told(job).length > 0));
    assert.ok(jobs.every(({ state }) => state === 'Pending'));
    indexes.release();
    await until('all have ended', () => jobs.every(isFinal));
    assert.deepEqual([...new Set(jobs.map(({ state }) => state))], ['Successful']);
    assert.equal(indexes.count('.whl'), 1, 'one build');
    assert.equal(readdirSync(join(dataFolder, 'environments')).length, 1);
    for (const job of jobs) assert.ok(told(job).some((line) => line.startsWith('The environment is ready')));
  });
});
