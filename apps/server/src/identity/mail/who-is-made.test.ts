import assert from 'node:assert/strict';
import { after, it } from 'node:test';
import { until } from '../../../../../tests/until.fixture.ts';
import { callerWith, testServer } from '../../server.fixture.ts';
import { freePort } from '../identity.fixture.ts';
import { API, good } from '../platform/platform.fixture.ts';
import { createScimToken } from '../scim/tokens.ts';
import { plainBrowser } from '../sign-in/browser.fixture.ts';
import { startCompany } from '../sign-in/outside-company.fixture.ts';
import { mailbox } from './smtp.fixture.ts';

const box = await mailbox({ after });
await box.start();
const settings = { BATON_PORT: String(await freePort()), BATON_SMTP_URL: box.url };
const server = await testServer({ after }, settings);
const { admin, db, organizationId } = server;
const here = { partitionGlobalId: organizationId };
const company = await startCompany({ after }, `${server.url}/identity/sign-in/callback`);
const PASSWORD = 'plenty of turnips';

const addressOf = (how: string): string => `${how}@example.com`;
const person = (how: string): { readonly userName: string; readonly email: string } => ({
  userName: how,
  email: addressOf(how),
});

it('who is made, by whichever way, is told of no change', async () => {
  good(await admin.post(`${API}/User`, { ...here, ...person('one'), password: PASSWORD }));
  good(await admin.post(`${API}/User/BulkCreate`, { ...here, users: [person('many')] }));
  good(await admin.post(`${API}/User/InviteUsers`, { ...here, emails: [addressOf('invited')] }));
  const inTenant = { UserName: 'tenant', EmailAddress: addressOf('tenant'), Password: PASSWORD };
  assert.equal((await admin.post('/odata/Users', inTenant)).status, 201);
  const { token } = await createScimToken(db, organizationId, { description: 'Entra' });
  const scim = callerWith(`${server.url}/identity/scim/v2`, token);
  const emails = [{ value: addressOf('scim'), primary: true }];
  good(await scim.post('/Users', { userName: 'scim', emails }), 201);
  const provider = {
    ...here,
    displayName: 'Company',
    authority: company.issuer,
    clientId: company.clientId,
    clientSecret: company.clientSecret,
  };
  good(await admin.post(`${API}/ExternalIdentityProvider`, provider), 201);
  company.people['company'] = { preferred_username: 'company', email: addressOf('company') };
  const browser = plainBrowser(server.url, company.origin);
  await browser.open(`${server.url}/identity/account`);
  await browser.follow('Sign in with Company');
  assert.match((await browser.open(`${company.origin}/login?who=company`)).text, /company@example\.com/);
  // Who has another address by now is told so: it is the next of all mails.
  const { results } = good(await admin.get(`${API}/User/users/${organizationId}?searchTerm=one@`));
  good(await admin.put(`${API}/User/${results[0].id}`, { email: addressOf('other') }));
  await until('that one', () => box.mails.find(({ to }) => to === addressOf('other')));
  await until(
    'all are sent',
    async () => (await db.query({ text: 'select from mails', values: [] })).length === 0,
  );
  const told = box.mails.map(({ to, subject }) => `${to}: ${subject}`);
  const changed = 'Your e-mail address in Baton was changed';
  assert.deepEqual(told.toSorted(), [
    `${addressOf('invited')}: Your invitation to Baton`,
    `${addressOf('many')}: Your invitation to Baton`,
    `${addressOf('one')}: ${changed}`,
    `${addressOf('other')}: ${changed}`,
  ]);
});
