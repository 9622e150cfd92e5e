import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, test } from 'node:test';
import { until } from '../../../tests/until.fixture.ts';
import { isFinal, lastReport } from './fake-server.fixture.ts';
import { openKit } from './kit.fixture.ts';
import { hideInJson, openMasks } from './masks.ts';

describe('a secret is hidden', () => {
  const secret = 'p/ä"s\\s+w§r d';
  const forms: Readonly<Record<string, string>> = {
    'as it is': secret,
    'in JSON': JSON.stringify({ secret }),
    'in JSON in JSON': JSON.stringify(JSON.stringify({ secret })),
    'in an address': `https://x/?p=${encodeURIComponent(secret)}&q`,
    'in a form': new URLSearchParams({ secret }).toString(),
    'in base64': Buffer.from(secret).toString('base64'),
    ...Object.fromEntries(
      ['a', 'ab', 'abc'].map((user) => [
        `behind the name ${user} in base64`,
        Buffer.from(`${user}:${secret}`).toString('base64'),
      ]),
    ),
    'in base64 for addresses': Buffer.from(secret).toString('base64url'),
  };
  for (const [name, text] of Object.entries(forms))
    test(name, () => {
      const masks = openMasks();
      masks.add(secret);
      const hidden = masks.hide(`before ${text} after`);
      assert.match(hidden, /^before .*\*\*\*.* after$/);
      for (const part of ['w§r', '%C2%A7r', secret]) assert.ok(!hidden.includes(part), hidden);
    });

  test('line by line', () => {
    const masks = openMasks();
    masks.add('-----BEGIN KEY-----\nMIIEvQIBADANBg\nend\n');
    assert.equal(masks.hide('MIIEvQIBADANBg'), '***');
    assert.equal(masks.hide('the end'), 'the end', 'a short line is a word');
  });

  test('the longer one first, if one begins with another', () => {
    const masks = openMasks();
    masks.add('secret');
    masks.add('secret-and-more');
    assert.equal(masks.hide('secret-and-more secret'), '*** ***');
  });
});

test('output arguments keep all that is no secret as it is written', () => {
  const masks = openMasks();
  masks.add('kept"quiet\\1');
  masks.add('grün');
  masks.add('1234');
  const written =
    '{"a" : "x kept\\"quiet\\\\1", "gr\\u00fcn": ["\\\\", "\\"", 1234.50, 12345678901234567890, null], "e\\u00e9": "\\/1234"}';
  const hidden = hideInJson(written, masks);
  assert.equal(
    hidden,
    '{"a" : "x ***", "***": ["\\\\", "\\"", 1234.50, 12345678901234567890, null], "e\\u00e9": "/***"}',
  );
  for (const text of ['', '{}', '"open', 'no JSON "\\x" 1234', '{"a":1}'])
    assert.equal(hideInJson(text, masks), text);
});

test('a short one stays: it would be found in ordinary words', () => {
  const masks = openMasks();
  for (const value of ['', 'a', 'abc']) masks.add(value);
  assert.equal(masks.hide('abc a cab'), 'abc a cab');
});

test('no more than a thousand: each of them costs time in each line', () => {
  const masks = openMasks();
  for (let i = 1000; i <= 2000; i++) masks.add(`secret-${i}`);
  assert.equal(masks.hide('secret-1999 secret-2000'), '*** secret-2000');
});

const scripts = {
  'main.py': `
import baton, sys
user, password = baton.assets.get('login')
print('printed ' + password)
baton.log.info('logged %s by %s', password, user, extra={'deep': [{'x': password}]})
text = baton.orchestrator.post('/odata/Assets/GetRobotAssetByNameForRobotKey', {})['CredentialPassword']
baton.mask('own-secret')
print('own-secret', file=sys.stderr)
baton.output({'at': 1.50, password: ['given ' + password]})
raise ValueError('thrown ' + text)`,
  'main.mjs': `
import { assets, log, mask, output } from 'baton';
const { username, password } = await assets.get('login');
console.log('printed ' + password);
log.info('logged ' + password + ' by ' + username, { deep: [{ x: password }] });
mask('own-secret');
console.error('own-secret');
output({ at: 1.5, [password]: ['given ' + password] });
throw new Error('thrown ' + password);`,
};

describe('what a job reads of an asset is in no line and no error of it', { concurrency: 2 }, () => {
  for (const [file, code] of Object.entries(scripts))
    test(file, { timeout: 600_000 }, async (context) => {
      const password = 'kept"quiet\\1';
      const orchestrator = createServer((_request, response) => {
        const asset = { ValueType: 'Credential', CredentialUsername: 'ada', CredentialPassword: password };
        response.end(JSON.stringify(asset));
      });
      await new Promise<void>((done) => orchestrator.listen(0, '127.0.0.1', done));
      context.after(() => void orchestrator.close());
      const kit = await openKit(context);
      await kit.startRobot();
      const url = `http://127.0.0.1:${(orchestrator.address() as AddressInfo).port}/Acme/Prod`;
      const job = kit.server.startJob(await kit.server.addPackage({ [file]: code }), {
        url,
        entryPointPath: file,
      });
      await until('the job has ended', () => isFinal(job));
      const lines = JSON.stringify([...job.lines.values()]);
      const { info = '', jobState, outputArguments } = lastReport(job);
      assert.equal(jobState, 'Faulted');
      assert.deepEqual(JSON.parse(outputArguments!), { at: 1.5, '***': ['given ***'] });
      for (const word of ['printed ***', 'logged *** by ada', '"x":"***"', 'thrown ***'])
        assert.ok(lines.includes(word), `${word}: ${lines}`);
      assert.match(info ?? '', /thrown \*\*\*/);
      for (const part of ['quiet', 'own-secret', '"mask"'])
        assert.ok(!`${lines} ${info}`.includes(part), `${part}: ${lines} ${info}`);
    });
});
