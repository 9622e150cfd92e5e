import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import { type AddressInfo, createServer as createPlainServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after, describe } from 'node:test';
import { certificateFault } from '@baton/client/certificate';
import { createClient } from '@baton/client/client';
import { Unreachable } from '@baton/client/patience';
import { type CertificateOf, selfSigned } from '../../../tests/self-signed.fixture.ts';
import { silent } from './kit.fixture.ts';
import { startRobot } from './robot.ts';
import { run } from './run-helper.fixture.ts';

const folder = mkdtempSync(join(tmpdir(), 'baton-certificates-'));
const ca = join(folder, 'ca.pem');
const servers: Server[] = [];

/** Starts a server and answers its address. Its certificate is added to those that the setting trusts. */
async function serve(of?: CertificateOf): Promise<string> {
  const { key, cert } = selfSigned(of);
  appendFileSync(ca, cert);
  const server = createServer({ key, cert }, (_request, response) => response.end('{"value":[7]}'));
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const url = await serve();
after(() => {
  for (const server of servers) server.close();
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
      // Longer than this test may take, so a call that is tried again never ends in time.
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

  const OTHERS: readonly (readonly [what: string, of: CertificateOf, said: RegExp])[] = [
    ['has expired', { years: [2020, 2021] }, /not trusted here: .*expired/i],
    ['is of another address', { address: [127, 0, 0, 9] }, /not trusted here: .*127\.0\.0\.1/],
  ];
  for (const [what, of, said] of OTHERS) {
    test(`that ${what} is not said to be of an unknown CA`, async () => {
      const env = { UIPATH_URL: await serve(of), BATON_RETRY_SECONDS: '100000', NODE_EXTRA_CA_CERTS: ca };
      for (const [file, code] of Object.entries(scripts)) {
        await assert.rejects(run(file, code, {}, { env }), ({ stderr }: { stderr: string }) => {
          assert.match(stderr, said);
          assert.doesNotMatch(stderr, /NODE_EXTRA_CA_CERTS/);
          return true;
        });
      }
    });
  }
});

const FAULTS: readonly (readonly [code: string, said: RegExp, notSaid: RegExp])[] = [
  ['CERT_HAS_EXPIRED', /has to be renewed on the server$/, /NODE_EXTRA/],
  ['CERT_NOT_YET_VALID', /clocks/, /NODE_EXTRA/],
  ['ERR_TLS_CERT_ALTNAME_INVALID', /a name that it has a certificate for$/, /NODE_EXTRA/],
  ['CERT_REVOKED', /not trusted here: x$/, /NODE_EXTRA/],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', /NODE_EXTRA_CA_CERTS$/, /renewed/],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', /NODE_EXTRA_CA_CERTS$/, /renewed/],
];
for (const [code, said, notSaid] of FAULTS) {
  test(`${code} comes with advice that helps against it`, () => {
    const fault = certificateFault('https://x', Object.assign(new Error('x.'), { code })) ?? '';
    assert.match(fault, said);
    assert.doesNotMatch(fault, notSaid);
  });
}

test('a server without TLS, and one that speaks something else, are not said to be away', async (t) => {
  const plain = createPlainServer((socket) => socket.end('SSH-2.0-OpenSSH_9.6\r\n'));
  t.after(() => plain.close());
  await new Promise<void>((done) => plain.listen(0, '127.0.0.1', done));
  const { port } = plain.address() as AddressInfo;
  const failing = async (protocol: string): Promise<Unreachable> => {
    const client = createClient({ url: `${protocol}://127.0.0.1:${port}`, token: 't' });
    const error: unknown = await client.fetch('/').catch((reason: unknown) => reason);
    assert.ok(error instanceof Unreachable, String(error));
    return error;
  };
  const [tls, http] = [await failing('https'), await failing('http')];
  assert.match(tls.message, /answers, but without TLS: is it http:\/\/127\.0\.0\.1:\d+\?$/);
  assert.match(http.message, /answers, but not in HTTP: /);
  assert.deepEqual([tls.answers, http.answers], [true, true]);
});
