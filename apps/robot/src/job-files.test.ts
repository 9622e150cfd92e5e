import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import test, { describe } from 'node:test';
import { until } from '../../../tests/until.fixture.ts';
import { type FakeServer, isFinal, lastReport } from './fake-server.fixture.ts';
import { openKit } from './kit.fixture.ts';

const PROJECT = { runtime: 'node', main: 'main.mjs', artifacts: ['out/*.pdf'], evidence: ['*.png', 'trace'] };
const project = (more: object = {}) => JSON.stringify({ ...PROJECT, ...more });

/** Leaves files of each kind in its folder, and ends as its input says. */
const LEAVES = `
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { input } from 'baton';
mkdirSync('out'); mkdirSync('trace/deep', { recursive: true }); mkdirSync('node_modules/x', { recursive: true });
for (const name of ['out/a.pdf', 'out/b.txt', 'shot.png', 'trace/deep/1.log', 'node_modules/x/y.png', 'other.txt'])
  writeFileSync(name, name);
symlinkSync(input().outside, 'out/secret.pdf');
symlinkSync('..', 'out/up');
process.exit(input().code);
`;

const kept = (server: FakeServer): string[] =>
  [...server.files.values()].map(({ name, category, content }) => `${category} ${name}=${content}`).sort();

const ALWAYS = ['Artifact out/a.pdf=out/a.pdf'];
const IF_FAULTED = [...ALWAYS, 'Evidence shot.png=shot.png', 'Evidence trace/deep/1.log=trace/deep/1.log'];

describe('files of a job', () => {
  for (const [what, code, files] of [
    ['that succeeds: artifacts are kept', 0, ALWAYS],
    ['that faults: evidence is kept, too', 1, IF_FAULTED],
  ] as const)
    test(what, async (context) => {
      const { server, startRobot, dataFolder, journaled } = await openKit(context);
      const outside = join(dataFolder, 'secret.pdf');
      writeFileSync(outside, 'secret');
      const ref = await server.addPackage({ 'main.mjs': LEAVES, 'baton.json': project() }, ['main.mjs']);
      await startRobot();
      const job = server.startJob(ref, { inputArguments: JSON.stringify({ code, outside }) });
      await until('it has ended', () => isFinal(job));
      assert.equal(lastReport(job).jobState, code === 0 ? 'Successful' : 'Faulted');
      assert.deepEqual(kept(server), files);
      const types = Object.fromEntries([...server.files.values()].map(({ name, type }) => [name, type]));
      assert.equal(types['out/a.pdf'], 'application/pdf');
      await until('it is forgotten', () => journaled().length === 0);
    });

  test('survive a kill of the robot while they go up, and go up once', async (context) => {
    const { server, startRobot, killRobot, dataFolder } = await openKit(context);
    const ref = await server.addPackage({ 'main.mjs': LEAVES, 'baton.json': project() }, ['main.mjs']);
    server.losses.set('/AddJobFile', 1000);
    await startRobot();
    const job = server.startJob(ref, { inputArguments: JSON.stringify({ code: 1, outside: dataFolder }) });
    await until('a file is on its way', () => server.count('/api/RobotsService/AddJobFile') > 1);
    await killRobot();
    server.losses.clear();
    await startRobot();
    await until('it has ended', () => isFinal(job));
    assert.deepEqual(kept(server), IF_FAULTED);
  });

  test('that the server refuses are named in the report', async (context) => {
    const { server, startRobot, dataFolder } = await openKit(context);
    const ref = await server.addPackage({ 'main.mjs': LEAVES, 'baton.json': project() }, ['main.mjs']);
    server.refusesFiles = true;
    await startRobot();
    const job = server.startJob(ref, { inputArguments: JSON.stringify({ code: 0, outside: dataFolder }) });
    await until('it has ended', () => isFinal(job));
    assert.equal(lastReport(job).jobState, 'Successful');
    assert.match(lastReport(job).info ?? '', /^out\/a\.pdf is not kept: 413: too large$/);
  });

  test('that are more than the host keeps are counted in the report', async (context) => {
    const { server, startRobot, dataFolder } = await openKit(context);
    const baton = project({ artifacts: ['out/*'] });
    const ref = await server.addPackage({ 'main.mjs': LEAVES, 'baton.json': baton }, ['main.mjs']);
    await startRobot({ jobFiles: { count: 1 } });
    const job = server.startJob(ref, { inputArguments: JSON.stringify({ code: 0, outside: dataFolder }) });
    await until('it has ended', () => isFinal(job));
    assert.equal(kept(server).length, 1);
    assert.match(lastReport(job).info ?? '', /^1 files .* on this host a job keeps at most 1 files/);
  });

  test('include the screen, where the process needs a desktop and a program can take it', async (context) => {
    const { server, startRobot } = await openKit(context);
    const tools = mkdtempSync(join(tmpdir(), 'baton-tools-'));
    context.after(() => rmSync(tools, { recursive: true, force: true }));
    mkdirSync(tools, { recursive: true });
    writeFileSync(join(tools, 'scrot'), '#!/bin/sh\nfor last; do :; done\necho "$DISPLAY" > "$last"\n');
    chmodSync(join(tools, 'scrot'), 0o755);
    const baton = project({ requiresUserInteraction: true, evidence: [] });
    const fails = { 'main.mjs': 'process.exit(1);' };
    const desktop = await server.addPackage({ ...fails, 'baton.json': baton }, ['main.mjs']);
    const other = await server.addPackage({ ...fails, 'baton.json': project() }, ['main.mjs']);
    const { WAYLAND_DISPLAY: _, ...inherited } = process.env;
    const PATH = `${tools}${delimiter}${process.env['PATH']}`;
    await startRobot({ environment: { ...inherited, PATH, DISPLAY: ':77' } });
    const jobs = [server.startJob(other), server.startJob(desktop)];
    await until('both have ended', () => jobs.every(isFinal));
    assert.deepEqual(kept(server), ['Screenshot screen.png=:77\n']);
  });
});

describe('arguments in files', () => {
  const ECHO = `import { input, output } from 'baton'; output(input());`;

  test('are fetched, and win over those of the process', async (context) => {
    const { server, startRobot } = await openKit(context);
    const ref = await server.addPackage({ 'main.mjs': ECHO }, ['main.mjs']);
    server.input = '{"a":1,"exact":1.10000000000000000001}';
    await startRobot();
    const job = server.startJob(ref, { inputFileUrl: '/input', inputArguments: '{"a":0,"b":2}' });
    await until('it has ended', () => isFinal(job));
    assert.equal(lastReport(job).jobState, 'Successful', lastReport(job).info ?? '');
    const { a, b } = JSON.parse(lastReport(job).outputArguments ?? '');
    assert.deepEqual([a, b], [1, 2]);
    server.input = '[1]';
    const wrong = server.startJob(ref, { inputFileUrl: '/input', inputArguments: '{"b":2}' });
    await until('it has ended', () => isFinal(wrong));
    assert.match(lastReport(wrong).info ?? '', /input file is not a JSON object/);
  });

  test('carry long output arguments', async (context) => {
    const { server, startRobot } = await openKit(context);
    const long = `import { output } from 'baton'; output({ text: 'x'.repeat(1_500_000) });`;
    const ref = await server.addPackage({ 'main.mjs': long }, ['main.mjs']);
    await startRobot();
    const job = server.startJob(ref);
    await until('it has ended', () => isFinal(job));
    const { jobState, outputArguments, outputFile } = lastReport(job);
    assert.deepEqual([jobState, outputArguments ?? null], ['Successful', null]);
    const file = server.files.get(outputFile ?? '');
    assert.deepEqual([file?.category, file?.name], ['Output', 'output.json']);
    assert.equal(JSON.parse(file?.content ?? '{}').text.length, 1_500_000);
  });
});
