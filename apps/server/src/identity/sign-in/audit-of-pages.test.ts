import assert from 'node:assert/strict';
import { test } from 'node:test';
import sql from 'sql-template-tag';
import { follow, requireUntold, type Way, watchAudit } from '../../../../../tests/audit.fixture.ts';
import { until } from '../../../../../tests/until.fixture.ts';
import { startIdentity } from '../identity.fixture.ts';
import { admitPerson } from './admit-person.ts';
import { plainBrowser } from './browser.fixture.ts';
import { flow, PASSWORD, person } from './flow.fixture.ts';
import type { OutsideProvider } from './outside-person.ts';
import { PROVIDER_COLUMNS } from './outside-provider.ts';
import { codeOf, codesOf, now, secretOf } from './pages.fixture.ts';
import { saveOutsideProvider } from './save-outside-provider.ts';

test('what people change on pages is one entry each, by themselves, and no secret', async (t) => {
  const server = await startIdentity(t);
  await person(server);
  const app = await flow(server);
  await watchAudit(server.db);
  const account = `${server.identity.issuer}/account`;
  const browser = plainBrowser(server.origin);
  const [changed, reset] = ['sunny kettle farm', 'rainy kettle farm'];
  const needles = [PASSWORD, changed, reset];
  let secret = '';
  let codes: readonly string[] = [];
  const signIn = async (password: string) => {
    await browser.open(account);
    return browser.submit({ login: 'ada', password }, 'password');
  };
  const way = (action: string, run: () => Promise<unknown>): Way => ({
    way: action,
    entries: [['User', action, 'ada']],
    by: ['user', 'ada'],
    run,
  });
  const ways: readonly Way[] = [
    way('ChangePassword', async () => {
      await signIn(PASSWORD);
      await browser.submit({ old: PASSWORD, password: changed, repeat: changed }, 'change');
    }),
    way('EnableSecondFactor', async () => {
      await signIn(changed);
      secret = secretOf((await browser.submit({ old: changed }, 'begin')).text);
      needles.push(secret.replaceAll(' ', ''));
      codes = codesOf((await browser.submit({ code: codeOf(secret, now(server)) }, 'enrol')).text);
      needles.push(...codes);
      await browser.submit({}, 'kept');
    }),
    way('RenewRecoveryCodes', async () => {
      await browser.open(account);
      codes = codesOf((await browser.submit({ old: changed }, 'codes')).text);
      needles.push(...codes);
      await browser.submit({}, 'kept');
    }),
    way('UseRecoveryCode', async () => {
      browser.cookies.clear();
      const page = await signIn(changed);
      await browser.open(new URL(`${page.url.pathname}?use=recovery`, page.url));
      const done = await browser.submit({ code: codes[0]! }, 'recovery');
      assert.equal(done.url.href, account);
    }),
    way('DisableSecondFactor', () => browser.submit({ old: changed, step: 'disable' }, 'codes')),
    way('EndSessions', async () => {
      const other = plainBrowser(server.origin);
      await other.open(account);
      const page = await other.submit({ login: 'ada', password: changed }, 'password');
      assert.equal(page.url.href, account);
      await browser.open(account);
      await browser.submit({}, 'end-session');
    }),
    way('EndSessions', async () => {
      const other = plainBrowser(server.origin);
      await other.open(account);
      await other.submit({ login: 'ada', password: changed }, 'password');
      await browser.open(account);
      await browser.submit({}, 'end-others');
    }),
    way('EndSessions', async () => {
      await browser.open(account);
      await browser.submit({}, 'end');
    }),
    way('ResetPassword', async () => {
      await browser.open(`${server.identity.issuer}/sign-in/forgotten`);
      await browser.submit({ login: 'ada' });
      const link = await until('the link is there', async () =>
        /http\S+\/sign-in\/reset\?token=\S+/.exec(
          (await server.mails()).join('\n').replaceAll('=\n', '').replaceAll('=3D', '='),
        ),
      );
      needles.push(new URL(link[0]).searchParams.get('token')!);
      await browser.open(link[0]);
      await browser.submit({ password: reset, repeat: reset });
    }),
    way('Consent', async () => {
      await app.begin();
      await app.browser.submit({ login: 'ada', password: reset }, 'password');
      await app.browser.submit({}, 'allow');
    }),
    way('RevokeApplication', async () => {
      await app.browser.open(account);
      await app.browser.submit({}, 'revoke');
    }),
  ];
  for (const each of ways) await t.test(each.way, () => follow(server.db, each));
  await requireUntold(server.db, needles);
});

test('what an outside provider changes is one entry each time, by the provider', async (t) => {
  const server = await startIdentity(t);
  const { db } = server;
  await watchAudit(db);
  const id = await saveOutsideProvider(db, server.sealer, {
    organizationId: server.first.organization.id,
    name: 'Company',
    issuer: 'https://company.example',
    clientId: 'x',
    clientSecret: undefined,
    scopes: 'openid',
    claims: {},
    groups: { admins: 'Administrators' },
    provisions: true,
  });
  const come = (email: string, groups: readonly string[]) => async (): Promise<void> => {
    const provider = await db.first<OutsideProvider>(
      sql`select ${PROVIDER_COLUMNS} from sign_in_providers where id = ${id}`,
    );
    const names = { userName: 'ada', name: 'Ada', surname: 'King', displayName: '' };
    const told = { subject: 's1', ...names, isEmailConfirmed: false };
    assert.ok((await admitPerson(db, provider!, { ...told, email, groups }, '10.0.0.1')).user);
  };
  const way = (what: string, action: string | undefined, run: () => Promise<void>): Way => ({
    way: what,
    entries: action ? [['User', action, 'ada']] : [],
    by: ['provider', 'Company'],
    run,
  });
  const [old, fresh] = ['ada@company.example', 'king@company.example'];
  const ways: readonly Way[] = [
    way('comes for the first time', 'Create', come(old, [])),
    way('comes again, and nothing is new', undefined, come(old, [])),
    way('is put into Administrators', 'FollowProvider', come(old, ['admins'])),
    way('has another address', 'FollowProvider', come(fresh, ['admins'])),
    way('is taken out', 'FollowProvider', come(fresh, [])),
  ];
  for (const each of ways) await t.test(each.way, () => follow(db, each));
});
