import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, test } from 'node:test';
import { type Answer, callerWith, testServer } from '../../server.fixture.ts';
import { createScimToken } from '../scim/tokens.ts';
import { asShownName, isAddress, isLoginName } from './names-of-people.ts';

const server = await testServer({ after });
const { admin, organizationId, db } = server;
const { token } = await createScimToken(db, organizationId, { description: 'Directory' });
const asDirectory = callerWith(server.url, token);

/** A line break, a bell, a turn of the direction, nothing that is seen; what looks like `admin`. */
const UNSEEN = ['ada\nadmin', 'ada\u0007', 'ada\u202enimda', 'a\u200bdmin', 'a\u2028b'];
const LOOKALIKE = ['ａｄｍｉｎ', 'o\ufb03ce', 'a\u00a0b', 'a\u200db'];
const LONG = 'a'.repeat(257);
/** A tenant's names are as long as its API has them. */
const TOO_LONG: Readonly<Record<string, string>> = {
  'tenant Name': 'a'.repeat(1025),
  'tenant Surname': 'a'.repeat(1025),
};
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
const scim = (member: string, shaped: (value: string) => unknown = (value) => value): Way => ({
  status: 201,
  send: (value) => {
    const name = shaped(value);
    const parts = { userName: `s-${randomUUID()}`, name: {}, displayName: 'x', emails: [] };
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
    const tooLong = TOO_LONG[name] ?? LONG;
    for (const bad of [...UNSEEN, ...(isLogin ? LOOKALIKE : []), tooLong]) {
      const answer = await send(bad);
      assert.equal(answer.status, 400, `${JSON.stringify(bad)}: ${answer.text}`);
      assert.match(answer.text, /name/i);
    }
    for (const good of GOOD) {
      const answer = await send(isLogin ? `${good} ${name}` : good);
      assert.equal(answer.status, status, `${good}: ${answer.text}`);
    }
  });

const NO_ADDRESS = ['nobody', 'a b@example.com', 'ada@ex\u202eample.com', '@', `${LONG}@example.com`];
const ADDRESSES: Readonly<Record<string, Way>> = {
  platform: platform('email'),
  tenant: tenant('EmailAddress'),
  SCIM: scim('emails', (address) => [{ value: address, primary: true }]),
  'SCIM, as text': scim('emails'),
  'SCIM, by PATCH': {
    status: 200,
    async send(address) {
      const { body } = await asDirectory.post('/identity/scim/v2/Users', { userName: `s-${randomUUID()}` });
      const Operations = [{ op: 'replace', path: 'emails[type eq "work"].value', value: address }];
      return asDirectory.patch(`/identity/scim/v2/Users/${body.id}`, { Operations });
    },
  },
};
for (const [name, { send, status }] of Object.entries(ADDRESSES))
  test(`an address is one to which mail can be sent: ${name}`, async () => {
    for (const bad of NO_ADDRESS) {
      const answer = await send(bad);
      assert.equal(answer.status, 400, `${JSON.stringify(bad)}: ${answer.text}`);
      assert.match(answer.text, /email/i);
    }
    const good = await send(newAddress());
    assert.equal(good.status, status, good.text);
  });

const MAKE: Readonly<Record<string, (userName: string, address?: string) => Promise<Answer>>> = {
  platform: (userName, email) =>
    admin.post('/identity/api/User', { userName, email, partitionGlobalId: organizationId }),
  SCIM: (userName, address) =>
    asDirectory.post('/identity/scim/v2/Users', { userName, emails: address ? [{ value: address }] : [] }),
  tenant: (UserName, EmailAddress) => admin.post('/odata/Users', { UserName, EmailAddress, Type: 'User' }),
};
const newAddress = (): string => `${randomUUID()}@example.com`;

for (const [name, make] of Object.entries(MAKE))
  test(`nobody is called by what somebody else is found by: ${name}`, async () => {
    const made = async (answer: Promise<Answer>): Promise<void> => {
      const { status, text } = await answer;
      assert.ok(status < 300, text);
    };
    const refused = async (answer: Promise<Answer>, code: string): Promise<void> => {
      const { status, text } = await answer;
      assert.ok(status === 409 || (status === 400 && text.includes(code)), text);
    };
    const [address, own, userName] = [newAddress(), newAddress(), newAddress()];
    await made(make(`o-${randomUUID()}`, address));
    await refused(make(address.toUpperCase()), 'DuplicateUserName');
    await made(make(userName));
    await refused(make(`n-${randomUUID()}`, userName.toUpperCase()), 'DuplicateEmail');
    // Most are called by their own address.
    await made(make(own, own));
  });

for (const kind of ['Users', 'Groups'])
  test(`what a directory calls its ${kind} is no longer than what can be looked for`, async () => {
    const resource = { userName: `s-${randomUUID()}`, displayName: `g-${randomUUID()}` };
    for (const [member, value] of Object.entries({ externalId: LONG, displayName: LONG })) {
      const answer = await asDirectory.post(`/identity/scim/v2/${kind}`, { ...resource, [member]: value });
      assert.equal(answer.status, 400, answer.text);
      assert.equal(answer.body.detail, `${member} is 257 characters long, 256 are allowed.`);
    }
  });

test('what a provider says is cleaned, and decides whether it can be a user name', () => {
  for (const bad of UNSEEN) assert.ok(isLoginName(asShownName(bad)), bad);
  assert.equal(asShownName('ａｄｍｉｎ می\u200cخواهم'), 'ａｄｍｉｎ می\u200cخواهم');
  for (const bad of [...UNSEEN, ...LOOKALIKE]) assert.ok(!isLoginName(bad), bad);
  for (const good of GOOD) assert.ok(isLoginName(good), good);
  assert.equal(asShownName(LONG).length, 256);
  assert.ok(!isLoginName(LONG));
  for (const bad of NO_ADDRESS) assert.ok(!isAddress(bad), bad);
});
