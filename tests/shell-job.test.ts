import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { writePackage } from '@baton/nupkg/write';
import { startRobot } from '@baton/robot';
import { addAccount, addMachine, started } from '../apps/server/src/orchestrator/jobs/robot-kit.fixture.ts';
import { UPLOAD } from '../apps/server/src/orchestrator/packages/packages.fixture.ts';
import { testServer } from '../apps/server/src/server.fixture.ts';
import { until } from './until.fixture.ts';

// The shell script of the robot's README, run as it stands there: by a real robot for a real server.
const TIMEOUT_MS = 600_000;
const GREETING = 'Say "good morning" \\o/';
const silent = { debug() {}, info() {}, warn() {}, error() {} };
const server = await testServer({ after });
const admin = server.admin.in(server.folder.id);

async function made(path: string, body: object): Promise<Record<string, unknown>> {
  const answer = await admin.post(path, body);
  assert.equal(answer.status, 201, answer.text);
  return answer.body;
}

test('a job in the shell logs, reads an asset, adds a queue item and says its output', {
  timeout: TIMEOUT_MS,
}, async (context) => {
  const readme = await readFile(new URL('../apps/robot/README.md', import.meta.url), 'utf8');
  const [, script] = /^### In a shell$[^]*?^```sh\n([^]*?)^```$/m.exec(readme)!;
  const bytes = await writePackage({
    id: 'Shell',
    version: '1.0.0',
    files: [
      { path: 'baton.json', content: '{ "runtime": "command", "command": ["sh", "main.sh"] }' },
      { path: 'main.sh', content: script! },
    ],
    entryPoints: [{ path: 'main' }],
  });
  const uploaded = await admin.upload(UPLOAD, { fileName: 'Shell.1.0.0.nupkg', bytes });
  assert.equal(uploaded.status, 200, uploaded.text);
  const release = await made('/odata/Releases', {
    Name: 'Shell',
    ProcessKey: 'Shell',
    ProcessVersion: '1.0.0',
  });
  await made('/odata/QueueDefinitions', { Name: 'Invoices', EnforceUniqueReference: true });
  await made('/odata/Assets', {
    Name: 'Greeting',
    ValueScope: 'Global',
    ValueType: 'Text',
    StringValue: GREETING,
  });
  await addAccount(server);
  const { licenseKey, secret } = await addMachine(server);
  const dataFolder = await mkdtemp(join(tmpdir(), 'baton-shell-'));
  const robot = await startRobot({
    url: server.url,
    machineKey: licenseKey,
    machineSecret: secret,
    dataFolder,
    log: silent,
  });
  context.after(async () => {
    await robot.stop({ drain: true });
    await rm(dataFolder, { recursive: true, force: true, maxRetries: 5 });
  });
  await robot.connected;

  const [job] = await started(admin, release['Key'] as string, { InputArguments: undefined });
  const ended = await until('the job has ended', async () => {
    const { body } = await admin.get(`/odata/Jobs(${job!.Id})`);
    return ['Successful', 'Faulted', 'Stopped'].includes(body.State) && body;
  });
  assert.equal(ended.State, 'Successful', ended.Info);
  assert.deepEqual(JSON.parse(ended.OutputArguments), { greeting: GREETING });

  const logs = await admin.get(`/odata/RobotLogs?$filter=JobKey eq ${job!.Key}&$select=Level,Message`);
  assert.equal(logs.status, 200, logs.text);
  const lines = logs.body.value.map(
    ({ Level, Message }: { Level: string; Message: string }) => `${Level} ${Message}`,
  );
  assert.deepEqual(lines.toSorted(), [
    'Info Shell execution ended',
    'Info Shell execution started',
    `Warn ${GREETING}`,
  ]);

  const items = await admin.get('/odata/QueueItems?$select=Reference,Status,SpecificContent');
  assert.deepEqual(
    items.body.value.map(({ Reference, Status, SpecificContent }: Record<string, unknown>) => ({
      Reference,
      Status,
      SpecificContent,
    })),
    [{ Reference: 'I-1', Status: 'New', SpecificContent: { total: 12.5 } }],
  );
});
