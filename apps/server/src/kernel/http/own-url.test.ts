import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { pino } from 'pino';
import { readConfig } from '../../config.ts';
import { tellOwnUrl } from '../../main.ts';
import { testServer } from '../../server.fixture.ts';
import { ownUrl } from './own-url.ts';

const everywhere = await testServer({ after }, { BATON_HOST: '0.0.0.0' });

describe('how a server without a public URL calls itself', () => {
  const cases = {
    '127.0.0.1': 'http://127.0.0.1:8080',
    'node1.example': 'http://node1.example:8080',
    '::1': 'http://[::1]:8080',
    '0.0.0.0': 'http://127.0.0.1:8080',
    '0': 'http://127.0.0.1:8080',
    '::': 'http://[::1]:8080',
    '0:0:0:0:0:0:0:0': 'http://[::1]:8080',
  };
  for (const [host, url] of Object.entries(cases))
    it(`${host}: ${url}`, () => assert.equal(ownUrl({ host, port: 8080 }), url));

  it('by an address that leads to it, where it listens on all of them', async () => {
    const { body } = await everywhere.anonymous.get('/identity/.well-known/openid-configuration');
    assert.equal(new URL(body.issuer).hostname, '127.0.0.1');
  });

  const said = (settings: Record<string, string>): string => {
    const lines: string[] = [];
    tellOwnUrl(readConfig(settings), pino({ level: 'warn' }, { write: (line) => lines.push(line) }));
    return lines.join('');
  };
  it('and its start warns that only its own machine is led there', () => {
    assert.match(said({ BATON_HOST: '0.0.0.0' }), /http:\/\/127\.0\.0\.1:8080.*BATON_PUBLIC_URL/);
    assert.equal(said({ BATON_HOST: '10.0.0.1' }), '');
    assert.equal(
      said({ BATON_HOST: '0.0.0.0', BATON_PUBLIC_URL: 'https://b.example', BATON_TRUSTED_PROXIES: '1' }),
      '',
    );
  });
});
