import assert from 'node:assert/strict';
import { test } from 'node:test';
import { refreshTokenGrant } from 'openid-client';
import { good } from '../apps/server/src/identity/platform/platform.fixture.ts';
import { plainBrowser } from '../apps/server/src/identity/sign-in/browser.fixture.ts';
import { allowed, REDIRECT } from '../apps/server/src/identity/sign-in/flow.fixture.ts';
import { problemOf } from '../apps/server/src/identity/sign-in/pages.fixture.ts';
import { callerWith } from '../apps/server/src/server.fixture.ts';
import { requireUntold } from './audit.fixture.ts';
import { DAY, MINUTE, passTime } from './pass-time.fixture.ts';
import { API, openOrganization, type Session, type Someone, someone, tracesOf } from './two-days.fixture.ts';
import { SOON_MS, until } from './until.fixture.ts';

// One story: each step goes on where the one before has ended.
test('two days of an organization', async (t) => {
  let goesOn = true;
  const step = (name: string, work: () => Promise<void>): Promise<void> =>
    t.test(name, async () => {
      assert.ok(goesOn, 'the step before has not ended well');
      goesOn = false;
      await work();
      goesOn = true;
    });
  const organization = await openOrganization(t);
  const { server, box, company, db, url, organizationId, here, expected } = organization;
  const { audited, mailed, invited, secret } = organization;
  const chief = { ...someone('admin'), address: 'chief@example.com' };
  const crowd = Array.from({ length: 100 }, (_, i) =>
    someone(`person-${i}@example.com`, i % 4 === 0 ? 'ja' : 'en'),
  );
  const [yuki, mika, leo, curious, late] = [4, 5, 6, 7, 99].map((i) => crowd[i]!) as [
    Someone,
    Someone,
    Someone,
    Someone,
    Someone,
  ];
  const ids = new Map<string, string>();
  const idOf = ({ name }: Someone): string => ids.get(name) ?? assert.fail(name);
  const groups = new Map<string, string>();
  let admin: Session['caller'];

  const follow = (link: string, password: string): Promise<Response> =>
    fetch(link, { method: 'POST', body: new URLSearchParams({ password, repeat: password }) });

  async function accept(person: Someone, n = 1): Promise<void> {
    person.password = secret(`the own words of ${person.name}`);
    const page = await follow(secret(await organization.link(person, n)), person.password);
    assert.match(await page.text(), /<h1>Welcome to Baton/);
    audited(`${person.name}: AcceptInvitation User ${person.name}`);
    mailed(person, 'passwordChanged');
  }

  await step('the password of the first start is changed before anything else', async () => {
    chief.password = secret(server.parts.first.adminPassword!);
    const visitor = await organization.enter(chief);
    assert.match(visitor.page.text, /<h1>Choose a new password/);
    assert.match(
      (await visitor.flow.begin({ scope: 'openid' })).text,
      /<h1>Sign in/,
      'there is no way round',
    );
    const again = await organization.enter(chief);
    again.page = await organization.choose(again, chief, 'the words of the chief');
    const session = await organization.arrive(again);
    admin = session.caller;
    ids.set(chief.name, session.id);
    audited('The server: Create User admin', 'admin: ChangePassword User admin', 'admin: SignIn');
    const { address: email } = chief;
    good(await admin.put(`${API}/User/${idOf(chief)}`, { email }));
    audited('admin: Update User admin');
    mailed(chief, 'mailChanged');
  });

  await step('administrators need a second factor, from their next sign-in on', async () => {
    const policy = { requiresSecondFactorOfAdministrators: true, passwordExpirationDays: 60 };
    good(await admin.put(`${API}/PasswordPolicy/${organizationId}`, policy));
    audited('admin: Update PasswordPolicy');
    const visitor = await organization.enter(chief);
    await organization.enrol(visitor, chief);
    admin = (await organization.arrive(visitor)).caller;
    audited('admin: EnableSecondFactor User admin', 'admin: SignIn');
    mailed(chief, 'secondFactorOn');
  });

  await step('a hundred are invited at once, while the mail server is away', async () => {
    const group = good(await admin.post(`${API}/Group`, { ...here, name: 'Clerks' }), 201);
    groups.set('Clerks', group.id);
    audited('admin: Create Group Clerks');
    const emails = crowd.map(({ address }) => address);
    const { users } = good(
      await admin.post(`${API}/User/InviteUsers`, { ...here, emails, groupIDs: [group.id] }),
    );
    for (const { userName, id } of users) ids.set(userName, id);
    for (const person of crowd) {
      audited(`admin: Create User ${person.name}`);
      invited(person);
    }
    for (const { language, name } of crowd.filter((person) => person.language !== 'en')) {
      const setting = [{ key: 'UserLanguage.Language', value: language }];
      good(await admin.put(`${API}/Setting`, { ...here, userId: ids.get(name), settings: setting }));
      audited('admin: Update Setting');
    }
    for (let minute = 0; minute < 10; minute++) {
      const before = await organization.attempts();
      await passTime(db, MINUTE);
      await until('the mail server is tried again', async () => (await organization.attempts()) > before);
    }
    assert.equal(await organization.waiting(), expected.mails.length, 'nothing is lost');
    assert.equal(box.mails.length, 0);
    await box.start();
    await passTime(db, MINUTE);
    await until('all are sent', async () => (await organization.waiting()) === 0);
    assert.equal(box.mails.length, expected.mails.length);
  });

  await step('they choose passwords and come in; a link is good once', async () => {
    for (const person of crowd) if (person !== late) await accept(person);
    const twice = await follow(await organization.link(curious), secret('other words of the curious'));
    assert.equal(twice.status, 400);
    assert.match(await twice.text(), /invitation no longer works/);
    for (const person of crowd.slice(0, 10)) ids.set(person.name, (await organization.signIn(person)).id);
    const invitations = good(await admin.get(`${API}/UserInvite/${organizationId}`));
    assert.deepEqual(
      invitations.results.map(({ userName }: { userName: string }) => userName),
      [late.name],
    );
  });

  await step(
    'who guesses at a password is locked out; its owner is told, and freed by an administrator',
    async () => {
      const { password } = yuki;
      for (let i = 0; i < 10; i++) {
        const { page } = await organization.enter({ ...yuki, password: secret('a guess at it') });
        assert.equal(problemOf(page.text), 'The user name or the password is not right.');
        audited(`${yuki.name}: SignIn refused`);
      }
      assert.equal((await organization.enter({ ...yuki, password })).page.status, 429);
      audited(`${yuki.name}: SignIn refused`);
      mailed(yuki, 'tooManyAttempts');
      const lock = `${API}/User/${idOf(yuki)}/Lock`;
      assert.equal(good(await admin.get(lock)).isLocked, true);
      good(await admin.delete(lock), 204);
      audited(`admin: Unlock User ${yuki.name}`);
      await organization.signIn(yuki);
    },
  );

  await step('an invitation that nobody used for a week is over, and is sent again', async () => {
    await passTime(db, 8 * DAY);
    assert.equal((await follow(await organization.link(late), secret('words that came late'))).status, 400);
    good(await admin.post(`${API}/UserInvite/${organizationId}`, { userIds: [idOf(late)] }));
    audited(`admin: Invite User ${late.name}`);
    invited(late);
    await accept(late, 2);
    await organization.signIn(late);
  });

  await step('who becomes an administrator needs a second factor, too', async () => {
    const all = good(await admin.get(`${API}/Group/${organizationId}`)) as { id: string; name: string }[];
    for (const { id, name } of all) groups.set(name, id);
    good(await admin.put(`${API}/User/${idOf(mika)}`, { groupIDsToAdd: [groups.get('Administrators')] }));
    audited(`admin: Update User ${mika.name}`);
    const visitor = await organization.enter(mika);
    await organization.enrol(visitor, mika);
    await organization.arrive(visitor);
    audited(`${mika.name}: EnableSecondFactor User ${mika.name}`, `${mika.name}: SignIn`);
    mailed(mika, 'secondFactorOn');
  });

  const everybody = `${API}/User/users/${organizationId}`;
  const membersOf = async (name: string): Promise<readonly string[]> => {
    const { members } = good(await admin.get(`${API}/Group/${organizationId}/${groups.get(name)}`));
    return members.map(({ name: member }: { name: string }) => member);
  };
  const isAt = (who: string, ...theirs: readonly string[]): void => {
    company.people[who] = {
      preferred_username: who,
      email: `${who}@company.example`,
      given_name: who,
      groups: theirs,
    };
  };

  await step('a company is connected; what its groups are decides what its people may do', async () => {
    good(
      await admin.post(`${API}/ExternalIdentityProvider`, {
        ...here,
        displayName: 'Company',
        authority: company.issuer,
        clientId: company.clientId,
        clientSecret: secret(company.clientSecret),
        settings: {
          scopes: 'openid profile email groups',
          groups: { chiefs: 'Administrators', clerks: 'Clerks' },
        },
      }),
      201,
    );
    audited('admin: Create ExternalIdentityProvider Company');
    isAt('noor', 'clerks');
    const first = await organization.comeFromCompany('noor');
    audited('Company: Create User noor', 'noor: SignIn');
    assert.ok((await membersOf('Clerks')).includes('noor'));
    assert.equal((await first.caller.get(everybody)).status, 403);

    isAt('noor', 'clerks', 'chiefs');
    assert.equal((await first.caller.get(everybody)).status, 403, 'until the next sign-in');
    const second = await organization.comeFromCompany('noor');
    audited('Company: FollowProvider User noor', 'noor: SignIn');
    assert.equal((await second.caller.get(everybody)).status, 200);

    good(await admin.put(`${API}/Group/${groups.get('Clerks')}`, { ...here, name: 'Office' }));
    groups.set('Office', groups.get('Clerks')!);
    audited('admin: Update Group Office');
    isAt('pia', 'clerks');
    await organization.comeFromCompany('pia');
    audited('Company: Create User pia', 'pia: SignIn');
    isAt('noor');
    const third = await organization.comeFromCompany('noor');
    audited('Company: FollowProvider User noor', 'noor: SignIn');
    const office = await membersOf('Office');
    assert.deepEqual([office.includes('pia'), office.includes('noor')], [true, false]);
    assert.deepEqual((await membersOf('Administrators')).toSorted(), ['admin', mika.name]);
    for (const { caller } of [first, second, third])
      await until('the rights are gone', async () => (await caller.get(everybody)).status === 403, SOON_MS);
  });

  await step('passwords grow too old and are changed, an administrator’s too', async () => {
    await passTime(db, 53 * DAY);
    await organization.signIn(late);
    await passTime(db, 8 * DAY);
    const visitor = await organization.enter(late);
    assert.match(visitor.page.text, /choose another one from time to time/);
    visitor.page = await organization.choose(visitor, late, 'the second words of the late');
    await organization.arrive(visitor);
    audited(`${late.name}: ChangePassword User ${late.name}`, `${late.name}: SignIn`);
    mailed(late, 'passwordChanged');

    const own = await organization.enter(chief);
    await own.flow.browser.follow('No access to the app? Use a recovery code');
    own.page = await own.flow.browser.submit({ code: chief.recoveryCodes[0]! }, 'recovery');
    audited('admin: UseRecoveryCode User admin');
    mailed(chief, 'recoveryCodeUsed');
    assert.match(own.page.text, /choose another one from time to time/);
    own.page = await organization.choose(own, chief, 'the second words of the chief');
    admin = (await organization.arrive(own)).caller;
    audited('admin: ChangePassword User admin', 'admin: SignIn');
    mailed(chief, 'passwordChanged');
  });

  await step('one leaves: nothing that was theirs opens anything, and what they did stays told', async () => {
    const scopes = [{ name: 'OR.Jobs', type: 0 }];
    const application = { ...here, name: 'Reports', isConfidential: false, redirectUri: REDIRECT, scopes };
    const { id: clientId } = good(await admin.post(`${API}/ExternalClient`, application), 201);
    audited('admin: Create ExternalClient Reports');

    // A session in a browser, tokens of an application that they have allowed, a token for their programs.
    const visitor = await organization.enter(leo);
    visitor.page = await organization.choose(visitor, leo, 'the second words of leo');
    const command = await organization.arrive(visitor);
    audited(`${leo.name}: ChangePassword User ${leo.name}`, `${leo.name}: SignIn`);
    mailed(leo, 'passwordChanged');
    const reports = await organization.visit(clientId, REDIRECT);
    reports.page = await reports.flow.begin({ scope: 'openid offline_access OR.Jobs' });
    reports.page = await reports.flow.browser.submit({ login: leo.name, password: leo.password }, 'password');
    reports.page = await allowed(reports.flow, reports.page);
    const theirs = await organization.arrive(reports);
    audited(`${leo.name}: SignIn`, `${leo.name}: Consent User ${leo.name}`);
    const expiryTime = new Date(Date.now() + 30 * DAY).toISOString();
    const program = { description: 'nightly', scopes: ['OR.Jobs'], expiryTime };
    const { token } = good(await command.caller.post(`${API}/ReferenceToken`, program), 201);
    audited(`${leo.name}: Create PersonalAccessToken nightly`);
    const nightly = callerWith(url, secret(token));
    assert.equal(theirs.id, idOf(leo));

    const callers = [command.caller, theirs.caller, nightly];
    const isKnown = async (): Promise<readonly boolean[]> =>
      Promise.all(callers.map(async (caller) => (await caller.get('/odata/Jobs')).status !== 401));
    const refused = async ({ refreshToken }: Session, { flow }: typeof visitor): Promise<void> => {
      const refresh = refreshTokenGrant(flow.config, refreshToken!);
      await assert.rejects(refresh, (error: { error?: string }) => error.error === 'invalid_grant');
    };
    const nothingOpens = async (): Promise<void> => {
      await until('their tokens are over', async () => (await isKnown()).every((known) => !known), SOON_MS);
      await refused(command, visitor);
      await refused(theirs, reports);
      for (const { flow } of [visitor, reports])
        assert.match((await flow.browser.open(`${url}/identity/account`)).text, /<h1>Sign in/);
      const { page } = await organization.enter(leo);
      assert.equal(problemOf(page.text), 'The user name or the password is not right.');
      const asked = new URLSearchParams({ login: leo.address });
      await plainBrowser(url).open(`${url}/identity/sign-in/forgotten`, { method: 'POST', body: asked });
    };
    assert.deepEqual(await isKnown(), [true, true, true]);
    const renewed = await refreshTokenGrant(reports.flow.config, theirs.refreshToken!);
    secret(renewed.access_token);
    theirs.refreshToken = secret(renewed.refresh_token!);

    good(await admin.put(`${API}/User/${idOf(leo)}`, { isActive: false }));
    audited(`admin: Update User ${leo.name}`);
    await nothingOpens();
    audited(`${leo.name}: SignIn refused`);

    good(await admin.delete(`${API}/User/${idOf(leo)}`), 204);
    audited(`admin: Delete User ${leo.name}`);
    await nothingOpens();
    audited('Somebody: SignIn refused');
    const left = Object.keys(await tracesOf(db, idOf(leo)));
    assert.deepEqual(left, ['identity_audit', 'login_attempts', 'oidc_records']);
    const own = good(await admin.get(`${API}/AuditQuery/${organizationId}?userId=${idOf(leo)}&top=100`));
    assert.ok(own.results.length > 8);
    for (const { message } of own.results) assert.ok(message.includes(leo.name), message);
  });

  await step('the audit has told all of it in its order, by whom, and no secret', async () => {
    const told = good(
      await admin.get(`${API}/AuditQuery/${organizationId}?sortBy=createdOn&sortOrder=asc&top=5000`),
    );
    assert.deepEqual(
      told.results.map(({ message }: { message: string }) => message),
      expected.audit,
    );
    await requireUntold(db, organization.secrets);
    const answered = JSON.stringify(told);
    for (const needle of organization.secrets) assert.ok(!answered.includes(needle), needle);
  });

  await step('each mail has come once, in the language of whom it is for', async () => {
    await until('all are sent', async () => (await organization.waiting()) === 0);
    const came = box.mails.map(({ to, subject }) => `${to}: ${subject}`);
    assert.deepEqual(came.toSorted(), expected.mails.toSorted());
    assert.equal(new Set(box.mails.map(({ messageId }) => messageId)).size, box.mails.length);
    const languages = new Map([chief, ...crowd].map(({ address, language }) => [address, language]));
    for (const { to, text } of box.mails)
      assert.match(text, languages.get(to) === 'ja' ? /様/ : /^Hello /, text);
  });
});
