import assert from 'node:assert/strict';
import { lstatSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { describe } from 'node:test';
import { until } from '../../../../tests/until.fixture.ts';
import { isFinal, lastReport } from '../fake-server.fixture.ts';
import { openKit } from '../kit.fixture.ts';
import { type Indexes, openIndexes, settingsFor } from './indexes.fixture.ts';

/** A project with one dependency, as `npm install` leaves it. */
function project(indexes: Indexes, scripts: object = {}) {
  const main = "exports.greet = (who) => 'hello ' + who;";
  const added = indexes.addNpm('greeter', '2.1.0', { 'index.js': main }, { main: 'index.js', scripts });
  const dependencies = { greeter: '^2.0.0' };
  const locked = { version: '2.1.0', ...added, ...('postinstall' in scripts && { hasInstallScript: true }) };
  return {
    'main.mjs': "import { greet } from 'greeter';\nexport default ({ who }) => ({ said: greet(who) });\n",
    'package.json': JSON.stringify({ name: 'own', version: '1.0.0', main: 'main.mjs', dependencies }),
    'package-lock.json': JSON.stringify({
      name: 'own',
      version: '1.0.0',
      lockfileVersion: 3,
      packages: { '': { name: 'own', version: '1.0.0', dependencies }, 'node_modules/greeter': locked },
    }),
  };
}

describe('what a Node package wants installed', { concurrency: 2 }, () => {
  test('comes from the registry of the robot, by its lock file, and import finds it', async (context) => {
    const indexes = await openIndexes(context);
    const { server, startRobot, dataFolder } = await openKit(context);
    const ref = await server.addPackage(project(indexes), ['main.mjs']);
    await startRobot({ environment: settingsFor(indexes) });
    const jobs = ['Ada', 'Grace'].map((who) =>
      server.startJob(ref, { inputArguments: JSON.stringify({ who }) }),
    );
    await until('they have ended', () => jobs.every(isFinal));
    assert.deepEqual(
      jobs.map((job) => lastReport(job).outputArguments ?? lastReport(job).info),
      ['{"said":"hello Ada"}', '{"said":"hello Grace"}'],
    );
    assert.equal(indexes.count('.tgz'), 1, 'one build for both');
    const [name = ''] = readdirSync(join(dataFolder, 'environments'));
    const installed = join(dataFolder, 'environments', name, 'source', 'node_modules', 'greeter', 'index.js');
    assert.equal(lstatSync(installed).mode & 0o222, 0, 'nobody may write to it');
  });

  test('comes from a registry with a token that .npmrc takes from a variable, and that nothing shows', async (context) => {
    const indexes = await openIndexes(context);
    const { server, startRobot, dataFolder, output } = await openKit(context);
    const files = project(indexes);
    const main =
      "import { greet } from 'greeter';\nexport default () => ({ said: greet(String(process.env.OF_NPM)) });";
    const ref = await server.addPackage({ ...files, 'main.mjs': main }, ['main.mjs']);
    const bad = await server.addPackage({ ...files, 'package-lock.json': '{"lockfileVersion":3}' }, [
      'main.mjs',
    ]);
    indexes.credentials = { user: 'ada', password: 't0ken-of-ada' };
    const npmrc = join(dataFolder, 'npmrc');
    const { host, pathname } = new URL(indexes.npm);
    writeFileSync(npmrc, `//${host}${pathname}:_authToken=\${OF_NPM}\n`);
    await startRobot({
      environment: { ...settingsFor(indexes), NPM_CONFIG_USERCONFIG: npmrc, OF_NPM: 't0ken-of-ada' },
    });
    const jobs = [ref, bad].map((one) => server.startJob(one));
    await until('they have ended', () => jobs.every(isFinal));
    assert.equal(
      lastReport(jobs[0]!).outputArguments,
      '{"said":"hello undefined"}',
      lastReport(jobs[0]!).info ?? undefined,
    );
    assert.equal(lastReport(jobs[1]!).jobState, 'Faulted');
    const shown = JSON.stringify([
      jobs.map(({ lines, reports }) => [[...lines.values()], reports]),
      output(),
    ]);
    assert.ok(!shown.includes('t0ken-of-ada'), shown);
  });

  test('runs no scripts of strangers, and says which ones', async (context) => {
    const indexes = await openIndexes(context);
    const { server, startRobot } = await openKit(context);
    const files = project(indexes, { postinstall: 'echo installed > /dev/null && exit 9' });
    const ref = await server.addPackage(files, ['main.mjs']);
    await startRobot({ environment: settingsFor(indexes) });
    const job = server.startJob(ref, { inputArguments: '{"who":"Ada"}' });
    await until('it has ended', () => isFinal(job));
    assert.equal(lastReport(job).jobState, 'Successful', lastReport(job).info ?? '');
    const lines = [...job.lines.values()].map((line) => String(line['message']));
    assert.ok(
      lines.some((line) => line.startsWith('greeter would run a script when installed; it was not run')),
      lines.join('\n'),
    );
  });

  test('is not built where the package carries it, and is told plainly where npm is missing', async (context) => {
    const indexes = await openIndexes(context);
    const { server, startRobot } = await openKit(context);
    const files = project(indexes);
    const carried = await server.addPackage(
      {
        ...files,
        'node_modules/greeter/package.json': '{"name":"greeter","version":"2.1.0","main":"index.js"}',
        'node_modules/greeter/index.js': "exports.greet = (who) => 'carried for ' + who;",
      },
      ['main.mjs'],
    );
    const wanting = await server.addPackage(files, ['main.mjs']);
    await startRobot({ environment: { ...settingsFor(indexes), BATON_NPM: '/nowhere/npm' } });
    const jobs = [carried, wanting].map((ref) => server.startJob(ref, { inputArguments: '{"who":"Ada"}' }));
    await until('they have ended', () => jobs.every(isFinal));
    assert.equal(lastReport(jobs[0]!).outputArguments, '{"said":"carried for Ada"}');
    assert.equal(lastReport(jobs[1]!).jobState, 'Faulted');
    assert.match(
      lastReport(jobs[1]!).info ?? '',
      /^The package wants what its package-lock.json lists, and this host has no npm to install it: put npm/,
    );
  });
});
