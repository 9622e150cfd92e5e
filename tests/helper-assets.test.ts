import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { run } from '../apps/robot/src/run-helper.fixture.ts';
import { AssetValueType } from '../apps/server/src/orchestrator/assets/contract.ts';
import { runningJob } from '../apps/server/src/orchestrator/logs/running-job.fixture.ts';
import { testServer } from '../apps/server/src/server.fixture.ts';

// What a job gets of an asset: its value and nothing else, for every type that the server
// knows, in both languages.
const server = await testServer({ after });
const admin = server.admin.in(server.folder.id);
const job = await runningJob(server);

interface Case {
  readonly asset: object;
  readonly value: unknown;
  readonly inPython?: unknown;
}

const credential = { CredentialUsername: 'bob', CredentialPassword: 'pass' };
const KINDS: Readonly<Record<string, Case>> = {
  DBConnectionString: { asset: { StringValue: 'Server=db' }, value: 'Server=db' },
  HttpConnectionString: { asset: { StringValue: 'http://service' }, value: 'http://service' },
  Text: { asset: { StringValue: 'hello' }, value: 'hello' },
  Bool: { asset: { BoolValue: true }, value: true },
  Integer: { asset: { IntValue: 7 }, value: 7 },
  Credential: {
    asset: credential,
    value: { username: 'bob', password: 'pass' },
    inPython: ['bob', 'pass'],
  },
  WindowsCredential: {
    asset: credential,
    value: { username: 'bob', password: 'pass' },
    inPython: ['bob', 'pass'],
  },
  KeyValueList: {
    asset: {
      KeyValueList: [
        { Key: 'a', Value: '1' },
        { Key: '__proto__', Value: '2' },
      ],
    },
    value: Object.fromEntries([
      ['a', '1'],
      ['__proto__', '2'],
    ]),
  },
  Secret: { asset: { SecretValue: 'hidden' }, value: 'hidden' },
};
const kinds = Object.keys(AssetValueType.members);

for (const kind of kinds) {
  const { status, text } = await admin.post('/odata/Assets', {
    Name: kind,
    ValueScope: 'Global',
    ValueType: kind,
    ...KINDS[kind]!.asset,
  });
  assert.equal(status, 201, text);
}

const env = {
  UIPATH_URL: `${server.url}/Default/Default`,
  UIPATH_ACCESS_TOKEN: job.process.token!,
  UIPATH_FOLDER_KEY: server.folder.key,
  UIPATH_ROBOT_KEY: job.robot.key,
};

describe('an asset of every type', { concurrency: 2 }, () => {
  test('in Node', async () => {
    const code = `import { assets } from 'baton';
export default async ({ kinds }) => ({ values: await Promise.all(kinds.map((kind) => assets.get(kind))) });`;
    const values = kinds.map((kind) => KINDS[kind]!.value);
    assert.deepEqual(await run('main.mjs', code, { kinds }, { env }), { values });
  });

  test('in Python', async () => {
    const code = `import baton
def main(kinds): return {'values': [baton.assets.get(kind) for kind in kinds]}`;
    const values = kinds.map((kind) => KINDS[kind]!.inPython ?? KINDS[kind]!.value);
    assert.deepEqual(await run('main.py', code, { kinds }, { function: 'main', env }), { values });
  });
});
