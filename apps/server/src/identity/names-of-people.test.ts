import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, test } from 'node:test';
import { type Answer, callerWith, testServer } from '../testing.ts';
import { asShownName, isLoginName } from './names-of-people.ts';
import { createScimToken } from './scim/tokens.ts';

const server = await testServer({ after });
const { admin, organizationId, db } = server;
const { token } = await createScimToken(db, organizationId, { description: 'Directory' });
const asDirectory = callerWith(server.url, token);

/** A line break, a bell, a turn of the direction, nothing that is seen; what looks like `admin`. */
const UNSEEN = ['ada\nadmin', 'ada\u0007', 'ada\u202enimda', 'a\u200bdmin', 'a\u2028b'];
const LOOKALIKE = ['ａｄｍｉｎ', 'o\ufb03ce', 'a\u00a0b', 'a\u200db'];
const GOOD = ['Ada', 'Éclair', 'ada.king@example.com', '山田太郎', 'مریم', 'O’Neil', 'a b'];

interface Way {
  readonly send: (name: string) => Promise<Answer>;
  readonly status: number;
}
const platform = (member: string): Way => ({
  status: 200,
  send: (name) =>
    admin.post('/identity/api/User', {
      userName: `u-${randomUUID()}`,
      partitionGlobalId: organizationId,
      [member]: name,
    }),
});
const scim = (member: string): Way => ({
  status: 201,
  send: (name) => {
    const parts = { userName: `s-${randomUUID()}`, name: {} as object, displayName: 'x' };
    const person = member in parts ? { ...parts, [member]: name } : { ...parts, name: { [member]: name } };
    return asDirectory.post('/identity/scim/v2/Users', person);
  },
});
const tenant = (member: string): Way => ({
  status: 201,
  send: (name) => admin.post('/odata/Users', { UserName: `t-${randomUUID()}`, Type: 'User', [member]: name }),
});

const WAYS: Readonly<Record<string, Way>> = {
  'platform userName': platform('userName'),
  'platform name': platform('name'),
  'platform surname': platform('surname'),
  'platform displayName': platform('displayName'),
  'SCIM userName': scim('userName'),
  'SCIM displayName': scim('displayName'),
  'SCIM givenName': scim('givenName'),
  'SCIM familyName': scim('familyName'),
  'tenant UserName': tenant('UserName'),
  'tenant Name': tenant('Name'),
  'tenant Surname': tenant('Surname'),
};

for (const [name, { send, status }] of Object.entries(WAYS))
  test(`what is not seen is in no name of a person: ${name}`, async () => {
    const isLogin = /username/i.test(name);
    for (const bad of isLogin ? [...UNSEEN, ...LOOKALIKE] : UNSEEN) {
      const answer = await send(bad);
      assert.equal(answer.status, 400, `${JSON.stringify(bad)}: ${answer.text}`);
      assert.match(answer.text, /name/i);
    }
    for (const good of GOOD) {
      const answer = await send(isLogin ? `${good} ${name}` : good);
      assert.equal(answer.status, status, `${good}: ${answer.text}`);
    }
  });

test('what a provider says is cleaned, and decides whether it can be a user name', () => {
  for (const bad of UNSEEN) assert.ok(isLoginName(asShownName(bad)), bad);
  assert.equal(asShownName('ａｄｍｉｎ می\u200cخواهم'), 'ａｄｍｉｎ می\u200cخواهم');
  for (const bad of [...UNSEEN, ...LOOKALIKE]) assert.ok(!isLoginName(bad), bad);
  for (const good of GOOD) assert.ok(isLoginName(good), good);
});
