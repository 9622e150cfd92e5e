import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import * as client from 'openid-client';
import sql from 'sql-template-tag';
import { skip, startChromium } from '../../chromium.fixture.ts';
import { findUser } from '../users/users.ts';
import { PASSWORD, person } from './flow.fixture.ts';
import { OWN, press, scene, secretIn, send, step } from './page-looks.fixture.ts';
import { codeOf } from './pages.fixture.ts';
import { DEFAULT_POLICY, savePolicy } from './set-password.ts';
import { checkFactor } from './steps.ts';

// Of every page that people see; page-looks.fixture.ts says how they are looked at.
const browser = skip ? undefined : await startChromium({ after });

for (const language of ['en', 'ja'] as const) {
  test(`pages of a sign-in, in ${language}`, { skip }, async (t) => {
    const { server, page, issuer, begin, seen, faults, config, companyId } = await scene(
      t,
      browser!,
      language,
    );
    const ahead = (): number => Date.now() + server.time.ahead;
    const { id: organizationId } = server.first.organization;
    const { id } = await person(server, { mustChange: true });
    await savePolicy(server.db, organizationId, { ...DEFAULT_POLICY, requiresSecondFactor: true });

    await page.goto(server.origin);
    await seen('front');
    await begin();
    await seen('login');
    await send(page, { login: 'ada', password: 'wrong' });
    await seen('login-wrong');
    for (let i = 0; i < 10; i++)
      await server.identity.signIn.checkPassword({
        organizationId,
        login: 'somebody',
        password: 'wrong',
        source: '127.0.0.1',
      });
    await send(page, { login: 'somebody', password: 'wrong' });
    await seen('login-too-many');

    await send(page, { login: 'ada', password: PASSWORD });
    await seen('change');
    await send(page, { password: OWN, repeat: 'other' });
    await seen('change-repeat');
    await send(page, { password: 'short', repeat: 'short' });
    await seen('change-short');
    await send(page, { password: OWN, repeat: OWN });
    await seen('enrol');
    const secret = await secretIn(page);
    await send(page, { code: '1' });
    await seen('enrol-wrong');
    await send(page, { code: codeOf(secret, ahead()) });
    await seen('codes');
    const codes = await page.locator('.codes code').allInnerTexts();
    await press(page, '[name=kept]');
    await step(page, 'kept');
    await seen('consent');
    await step(page, 'refuse');
    await page.waitForURL(/error=access_denied/);

    await begin({ prompt: 'login' });
    await send(page, { login: 'ada', password: OWN });
    await seen('factor');
    await send(page, { code: '1' });
    await seen('factor-wrong');
    await press(page, '.more a');
    await seen('recovery');
    await send(page, { code: 'x' });
    await seen('recovery-wrong');
    const told = { code: 'x', isRecovery: true, device: undefined, source: '127.0.0.1', browser: undefined };
    await server.db.execute(sql`delete from known_devices where user_id = ${id}`);
    const user = (await findUser(server.db, id))!;
    for (let i = 0; i < 10; i++) await checkFactor(server.identity.signIn, user, told);
    await send(page, { code: 'x' });
    await seen('recovery-too-many');
    await server.db.execute(sql`delete from sign_in_attempts`);
    await send(page, { code: codes[0]! });
    await step(page, 'allow');
    await page.waitForURL(/code=/);

    const device = await client.initiateDeviceAuthorization(config, { scope: 'openid OR.Jobs' });
    await page.goto(device.verification_uri);
    await seen('device');
    await send(page, { user_code: 'WRONG' });
    await seen('device-wrong');
    await send(page, { user_code: device.user_code });
    await seen('device-confirm');
    await press(page, '.card form:has([name=abort]) button');
    await seen('device-refused');
    const other = await client.initiateDeviceAuthorization(config, { scope: 'openid OR.Jobs' });
    await page.goto(other.verification_uri_complete!);
    await press(page, '.card form button');
    await press(page, '.card form:not(:has([name=abort])) button');
    await seen('device-done');

    await begin({ prompt: 'login' });
    const over = page.url();
    await page.context().clearCookies();
    await page.goto(over);
    await seen('over');
    await page.goto(`${issuer}/sign-in/${'x'.repeat(21)}`);
    await seen('over-unknown');
    await begin();
    await page.evaluate(`document.querySelector('[name=csrf]').value = 'old'`);
    await send(page, { login: 'ada', password: OWN });
    await seen('stale');
    await page.goto(`${issuer}/connect/authorize?client_id=${crypto.randomUUID()}`);
    await seen('error-client');
    await page.goto(`${issuer}/sign-in/callback?state=x`);
    await seen('error-callback');
    await begin();
    await page.goto(`${page.url()}?provider=${crypto.randomUUID()}`);
    await seen('outside-unavailable');
    await page.goto(`${page.url().split('?')[0]}?provider=${companyId}`);
    await page.getByLabel('Who').fill('7');
    await page.getByRole('button').click();
    await seen('outside-no-account');
    assert.deepEqual(faults, []);
  });
}
