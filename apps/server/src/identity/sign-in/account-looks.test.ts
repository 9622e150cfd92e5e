import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import sql from 'sql-template-tag';
import { skip, startChromium } from '../../chromium.fixture.ts';
import { PASSWORD, person } from './flow.fixture.ts';
import {
  linkOf,
  NEXT,
  OWN,
  press,
  scene,
  secretIn,
  send,
  step,
  withoutPassword,
} from './page-looks.fixture.ts';
import { codeOf } from './pages.fixture.ts';
import { DEFAULT_POLICY, savePolicy } from './set-password.ts';

// Of every page that people see; page-looks.fixture.ts says how they are looked at.
const browser = skip ? undefined : await startChromium({ after });

for (const language of ['en', 'ja'] as const) {
  test(`pages of an account, in ${language}`, { skip }, async (t) => {
    const { server, page, issuer, seen, faults, begin } = await scene(t, browser!, language);
    const ahead = (): number => Date.now() + server.time.ahead;
    const { id: organizationId } = server.first.organization;
    const { id } = await person(server);
    const account = `${issuer}/account`;
    await page.goto(account);
    await send(page, { login: 'ada', password: PASSWORD });
    await seen('account');
    await send(page, { old: 'wrong', password: OWN, repeat: OWN });
    await seen('account-wrong-password');
    await send(page, { old: PASSWORD, password: '12345678', repeat: '12345678' });
    await seen('account-simple-password');
    await send(page, { 'begin-old': PASSWORD });
    await seen('account-enrol');
    const secret = await secretIn(page);
    await send(page, { code: '1' });
    await seen('account-enrol-wrong');
    await send(page, { code: codeOf(secret, ahead()) });
    await seen('account-codes');
    await press(page, '[name=kept]');
    await step(page, 'kept');
    await seen('account-factor');
    await savePolicy(server.db, organizationId, { ...DEFAULT_POLICY, requiresSecondFactor: true });
    await page.locator('#factor-old').fill(PASSWORD);
    await press(page, '[name=step][value=disable]');
    await seen('account-factor-demanded');
    assert.equal(await page.locator('[value=disable]').count(), 0, 'nothing is offered that is refused');
    await savePolicy(server.db, organizationId, DEFAULT_POLICY);
    await page.goto(account);
    await page.locator('#factor-old').fill(PASSWORD);
    await press(page, '[name=step][value=disable]');
    await seen('account-factor-off');
    await withoutPassword(server, id, async () => {
      await page.goto(account);
      await seen('account-outside');
    });

    await page.goto(`${issuer}/connect/endsession`);
    await seen('sign-out');
    await press(page, '.card form:has([name=logout]) button');
    await seen('signed-out');
    await page.goto(`${issuer}/connect/endsession`);
    await page.waitForURL(/success/);
    await page.route('**/endsession', async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, body: (await response.text()).replace(/<script>.*<\/script>/, '') });
    });
    await page.goto(`${issuer}/connect/endsession`);
    await seen('sent-on');

    await begin();
    await press(page, '.card > .more a');
    await seen('forgotten');
    await send(page, { login: 'ada' });
    await seen('forgotten-sent');
    const link = await linkOf(server, id, false);
    await page.goto(link);
    await seen('reset');
    await send(page, { password: PASSWORD, repeat: PASSWORD });
    await seen('reset-used-before');
    await send(page, { password: NEXT, repeat: NEXT });
    await seen('reset-done');
    await page.goto(link);
    await seen('reset-spent');
    const grace = await person(server, { userName: 'grace' });
    const invitation = await linkOf(server, grace.id, true);
    await page.goto(invitation);
    await seen('invitation');
    await send(page, { password: 'gracegrace', repeat: 'gracegrace' });
    await seen('invitation-own-name');
    await send(page, { password: OWN, repeat: OWN });
    await seen('welcome');
    await page.goto(invitation);
    await seen('invitation-spent');

    await server.db.execute(sql`
      insert into organizations (name, display_name) values ('Example', 'Example Ltd')`);
    await page.context().clearCookies();
    await page.goto(account);
    await seen('login-organization');
    await press(page, '.card > .more a');
    await seen('forgotten-organization');
    await server.disconnect();
    assert.equal((await page.goto(account))?.status(), 503);
    await seen('error-unavailable');
    assert.deepEqual(faults, []);
  });
}
