import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeJwt } from 'jose';
import { startIdentity } from '../identity.fixture.ts';

const DAY = 86_400_000;

test('tokens begin and end by the clock of their server, and only theirs', async (t) => {
  const [turned, other] = await Promise.all([startIdentity(t), startIdentity(t)]);
  const tokenOf = async (server: typeof turned): Promise<string> => {
    const { clientId: client_id, secret: client_secret } = await server.application();
    const { status, body } = await server.token({
      grant_type: 'client_credentials',
      client_id,
      client_secret,
    });
    assert.equal(status, 200, JSON.stringify(body));
    return body.access_token;
  };
  const before = await tokenOf(turned);
  turned.time.ahead = 3 * DAY;
  await assert.rejects(turned.identity.verifyToken(before), { reason: 'expired' });
  const [late, now] = [await tokenOf(turned), await tokenOf(other)];
  await turned.identity.verifyToken(late);
  await other.identity.verifyToken(now);
  const ahead = (decodeJwt(late).iat! - decodeJwt(now).iat!) / 86_400;
  assert.ok(Math.abs(ahead - 3) < 0.1, `${ahead} days`);
  assert.equal(decodeJwt(late).exp! - decodeJwt(late).iat!, 3600);
});
