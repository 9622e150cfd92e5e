import assert from 'node:assert/strict';
import { test } from 'node:test';
import sql from 'sql-template-tag';
import { startIdentity } from '../identity.fixture.ts';
import { plainBrowser } from './browser.fixture.ts';
import { startCompany } from './outside-company.fixture.ts';
import { saveOutsideProvider } from './save-outside-provider.ts';

test('an address is confirmed where the provider says so, and until it is another', async (t) => {
  const server = await startIdentity(t);
  const { issuer } = server.identity;
  const company = await startCompany(t, `${issuer}/sign-in/callback`);
  const provider = {
    organizationId: server.first.organization.id,
    name: 'Company',
    issuer: company.issuer,
    clientId: company.clientId,
    clientSecret: company.clientSecret,
    scopes: 'openid profile email',
    groups: {},
    provisions: true,
  };
  const id = await saveOutsideProvider(server.db, server.sealer, { ...provider, claims: {} });

  /** The address here, and whether it is confirmed, after somebody has come with these claims. */
  async function comeWith(subject: string, claims: Readonly<Record<string, unknown>>): Promise<unknown[]> {
    company.people[subject] = { preferred_username: subject, ...claims };
    const browser = plainBrowser(server.origin, company.origin);
    await browser.open(`${issuer}/account`);
    await browser.follow('Sign in with Company');
    const done = await browser.open(`${company.origin}/login?who=${subject}`);
    assert.equal(done.url.href, `${issuer}/account`);
    const row = await server.db.first<{ email: string; confirmed: boolean }>(sql`
      select email, is_email_confirmed as confirmed from identity_users where user_name = ${subject}`);
    return [row!.email, row!.confirmed];
  }

  const at = (name: string): string => `${name}@company.example`;
  const ada = (email: string | undefined, email_verified?: unknown): Promise<unknown[]> =>
    comeWith('ada', { email, email_verified });
  assert.deepEqual(await ada(at('ada')), [at('ada'), false], 'nothing is said');
  assert.deepEqual(await ada(at('ada'), true), [at('ada'), true]);
  assert.deepEqual(await ada(at('ada')), [at('ada'), true], 'it was said before');
  assert.deepEqual(await ada(at('king')), [at('king'), false], 'of the other address');
  assert.deepEqual(await ada(at('king'), 'true'), [at('king'), true], 'as a text');
  assert.deepEqual(await ada(at('other'), false), [at('king'), true], 'not theirs, and not taken over');
  assert.deepEqual(await ada(at('other'), 'false'), [at('king'), true]);
  assert.deepEqual(await ada(undefined, true), [at('king'), true]);
  assert.deepEqual(await comeWith('grace', { email: at('grace'), email_verified: true }), [
    at('grace'),
    true,
  ]);
  const entry = await server.db.first<{ details: { after: Record<string, unknown> } }>(sql`
    select details from identity_audit where target_name = 'ada' order by id desc limit 1`);
  assert.deepEqual(entry!.details.after, { emailConfirmed: true }, 'audited as other changes are');

  await saveOutsideProvider(server.db, server.sealer, {
    ...provider,
    id,
    claims: { email: 'preferred_username' },
  });
  const [, confirmed] = await comeWith(at('alan'), { email: at('other'), email_verified: true });
  assert.equal(confirmed, false, 'what is said of one claim is not said of another');
});
