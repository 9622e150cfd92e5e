import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after, describe } from 'node:test';
import { createClient } from '@baton/client/client';
import { selfSigned } from '../../../tests/self-signed.fixture.ts';
import { silent } from './log.ts';
import { startRobot } from './robot.ts';
import { run } from './run-helper.fixture.ts';

const folder = mkdtempSync(join(tmpdir(), 'baton-certificates-'));
const { key, cert } = selfSigned();
const ca = join(folder, 'ca.pem');
writeFileSync(ca, cert);
const server = createServer({ key, cert }, (_request, response) => response.end('{"value":[7]}'));
await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
after(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

const NOT_TRUSTED =
  /The certificate of https:\/\/127\.0\.0\.1:\d+ is not trusted here: .*NODE_EXTRA_CA_CERTS/;
const scripts = {
  'main.mjs': `import { orchestrator } from 'baton';
export default async () => ({ found: (await orchestrator.get('/odata/Jobs')).value });`,
  'main.py': `import baton
baton.output({'found': baton.orchestrator.get('/odata/Jobs')['value']})`,
};

describe('a certificate that is not trusted', { concurrency: 2 }, () => {
  for (const [file, code] of Object.entries(scripts)) {
    test(`ends a call of ${file} at once, with the setting; with it, the call goes well`, async () => {
      // Longer than this test may take: what is tried again does not come to an end.
      const env = { UIPATH_URL: url, BATON_RETRY_SECONDS: '100000' };
      await assert.rejects(run(file, code, {}, { env }), ({ stderr }: { stderr: string }) => {
        assert.match(stderr, NOT_TRUSTED);
        return true;
      });
      const trusting = { ...env, NODE_EXTRA_CA_CERTS: ca };
      assert.deepEqual(await run(file, code, {}, { env: trusting }), { found: [7] });
    });
  }

  test('ends the start of a robot, and a call of the patient client', async () => {
    const options = {
      url,
      machineKey: 'k',
      machineSecret: 's',
      dataFolder: join(folder, 'robot'),
      log: silent,
    };
    const robot = await startRobot(options);
    await assert.rejects(robot.connected, { name: 'HostTrouble', message: NOT_TRUSTED });
    await robot.stop();
    const client = createClient({ url, clientId: 'c', clientSecret: 's', patienceMs: 1e9 });
    await assert.rejects(client.fetch('/odata/Jobs'), { name: 'Unreachable', message: NOT_TRUSTED });
  });
});
