import assert from 'node:assert/strict';
import { after, it } from 'node:test';
import { startTenant } from '@baton/testing';
import { plainBrowser } from '../apps/server/src/identity/sign-in/browser.fixture.ts';
import { until } from './until.fixture.ts';

// A year of a tenant in seconds: whatever the product does by itself after a time, it does when the clock is
// turned, before the turn is answered. Nothing in the database is made older by hand.
const tenant = await startTenant();
after(() => tenant.stop());
const { admin, clock, url } = tenant;
const begun = await clock.now();

const NS = 'UiPath.Server.Configuration.OData';
const QUEUES = '/odata/Queues/UiPathODataSvc';

interface Answer {
  readonly status: number;
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into bodies freely
  readonly body: any;
}

async function call(method: string, path: string, body?: unknown): Promise<Answer> {
  const response = await admin.fetch(path, {
    method,
    headers: { 'content-type': 'application/json' },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
}

async function good(method: string, path: string, body?: unknown): Promise<Answer['body']> {
  const answer = await call(method, path, body);
  assert.ok(answer.status < 300, `${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body;
}

const addQueue = (Name: string, more: object = {}): Promise<{ Id: number }> =>
  good('POST', '/odata/QueueDefinitions', { Name, ...more });
const addItem = (Name: string, more: object = {}): Promise<{ Id: number; DueDate: string }> =>
  good('POST', `${QUEUES}.AddQueueItem`, { itemData: { Name, SpecificContent: { A: 1 }, ...more } });
const take = (Name: string): Promise<Answer> =>
  call('POST', `${QUEUES}.StartTransaction`, { transactionData: { Name } });
const end = (id: number): Promise<unknown> =>
  good('POST', `/odata/Queues(${id})/UiPathODataSvc.SetTransactionResult`, {
    transactionResult: { IsSuccessful: true },
  });
const statusOf = async (id: number): Promise<string> =>
  (await good('GET', `/odata/QueueItems(${id})`)).Status;

async function job(ReleaseName: string, input: object = {}): Promise<number> {
  const { value } = await good('POST', `/odata/Jobs/${NS}.StartJobs`, {
    startInfo: { ReleaseName, InputArguments: JSON.stringify(input) },
  });
  return value[0].Id;
}
const jobOf = (id: number): Promise<Answer['body']> => good('GET', `/odata/Jobs(${id})`);
const jobInState = (id: number, state: string): Promise<Answer['body']> =>
  until(`job ${id} is ${state}`, async () => {
    const found = await jobOf(id);
    return found.State === state && found;
  });

const signIn = (password: string): Promise<Response> =>
  fetch(`${url}/api/Account/Authenticate`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ usernameOrEmailAddress: tenant.administrator.userName, password }),
  });

it('a deferred item is handed out on its day, and is abandoned a day after nobody ended it', async () => {
  await addQueue('Deferred');
  const inThreeDays = new Date((await clock.now()).getTime() + 3 * 86_400_000).toISOString();
  const { Id } = await addItem('Deferred', { DeferDate: inThreeDays });
  await clock.advance('2 days 23 hours');
  assert.equal((await take('Deferred')).status, 204);
  await clock.advance('2 hours');
  assert.equal((await take('Deferred')).body.Id, Id);
  await clock.advance('23 hours');
  assert.equal(await statusOf(Id), 'InProgress');
  await clock.advance('1 hour 5 minutes');
  assert.equal(await statusOf(Id), 'Abandoned');
});

it('an item of a queue with an SLA is late when its time is over', async () => {
  await addQueue('Promised', { SlaInMinutes: 90, RiskSlaInMinutes: 60 });
  const { Id, DueDate } = await addItem('Promised');
  const left = Date.parse(DueDate) - (await clock.now()).getTime();
  assert.ok(Math.abs(left - 90 * 60_000) < 60_000, `${left} ms`);
  const late = async (): Promise<number[]> =>
    (
      await good('GET', `/odata/QueueItems?$filter=${encodeURIComponent(`Id eq ${Id} and DueDate lt now()`)}`)
    ).value.map((item: { Id: number }) => item.Id);
  await clock.advance('80 minutes');
  assert.deepEqual(await late(), []);
  await clock.advance('20 minutes');
  assert.deepEqual(await late(), [Id]);
});

it('an access token ends after an hour, and a new one is good', async () => {
  const application = await good('POST', '/identity_/api/ExternalClient', {
    partitionGlobalId: (await organization()).id,
    name: 'reader',
    scopes: [{ name: 'OR.Queues', type: 1 }],
  });
  const token = async (): Promise<string> => {
    const response = await fetch(`${url}/identity/connect/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: application.id,
        client_secret: application.secret,
      }),
    });
    const body = (await response.json()) as { access_token: string };
    assert.equal(response.status, 200, JSON.stringify(body));
    return body.access_token;
  };
  const statusWith = async (bearer: string): Promise<number> => {
    const headers = { authorization: `Bearer ${bearer}`, 'x-uipath-folderpath': 'Shared' };
    return (await fetch(`${url}/odata/QueueDefinitions`, { headers })).status;
  };
  const held = await token();
  await clock.advance('50 minutes');
  assert.equal(await statusWith(held), 200);
  await clock.advance('12 minutes');
  assert.equal(await statusWith(held), 401);
  assert.equal(await statusWith(await token()), 200);
});

it('ten wrong passwords lock for five minutes', async () => {
  const { password } = tenant.administrator;
  for (let i = 0; i < 10; i++) assert.notEqual((await signIn('a guess')).status, 200);
  assert.notEqual((await signIn(password)).status, 200);
  await clock.advance('4 minutes');
  assert.notEqual((await signIn(password)).status, 200);
  await clock.advance('90 seconds');
  assert.equal((await signIn(password)).status, 200);
});

it('an invitation is good for a week, and a password for as long as the organization says', async () => {
  const { id } = await organization();
  const API = '/identity_/api';
  await good('PUT', `${API}/PasswordPolicy/${id}`, { passwordExpirationDays: 90 });
  const emails = ['ada@example.com', 'bob@example.com'];
  await good('POST', `${API}/User/InviteUsers`, { partitionGlobalId: id, emails });
  const linkTo = (address: string): Promise<string> =>
    until(`the mail to ${address}`, async () => {
      const mail = (await tenant.mails()).find((text) => text.includes(`To: ${address}`));
      return mail && /http\S+\/identity\/sign-in\/invitation\?token=[\w-]+/.exec(plain(mail))?.[0];
    });
  const [ada, bob] = [await linkTo(emails[0]!), await linkTo(emails[1]!)];
  const password = 'plenty of turnips';
  const choose = (link: string): Promise<Response> =>
    fetch(link, { method: 'POST', body: new URLSearchParams({ password, repeat: password }) });
  await clock.advance('6 days');
  assert.equal((await choose(ada)).status, 200);
  await clock.advance('25 hours');
  const refused = await choose(bob);
  assert.equal(refused.status, 400);
  assert.match(await refused.text(), /invitation no longer works/);

  const page = async (): Promise<string> => {
    const browser = plainBrowser(url);
    await browser.open(`${url}/identity/account`);
    return (await browser.submit({ login: emails[0]!, password }, 'password')).text;
  };
  await clock.advance('87 days');
  assert.match(await page(), /ada@example\.com[^]*Change the password/);
  await clock.advance('3 days');
  assert.match(await page(), /choose another one from time to time/i);
});

it('robots do jobs all the while, and one that falls silent loses its job', async () => {
  await tenant.robot('Add', ({ input }) => ({ sum: Number(input.a) + Number(input.b) }));
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  await tenant.robot('Wait', async ({ log }) => {
    await log('begun');
    await released;
  });
  const long = await job('Wait');
  await jobInState(long, 'Running');
  for (let month = 0; month < 3; month++) {
    await clock.advance('30 days');
    const { OutputArguments, StartTime } = await jobInState(
      await job('Add', { a: month, b: 2 }),
      'Successful',
    );
    assert.deepEqual(JSON.parse(OutputArguments), { sum: month + 2 });
    assert.ok(Math.abs(Date.parse(StartTime) - (await clock.now()).getTime()) < 600_000, StartTime);
  }
  assert.equal((await jobOf(long)).State, 'Running', 'its robot has reported all the while');
  await clock.advance('20 minutes', { robotsSilent: true });
  const lost = await jobOf(long);
  assert.equal(lost.State, 'Faulted');
  assert.match(lost.Info, /robot was lost/);
  release();
  await jobInState(await job('Add', { a: 1, b: 1 }), 'Successful');
});

it('what queues keep for a month is gone after it', async () => {
  await addQueue('Kept', { RetentionAction: 'Delete', RetentionPeriod: 30 });
  const { Id } = await addItem('Kept');
  assert.equal((await take('Kept')).body.Id, Id);
  await end(Id);
  await clock.advance('29 days');
  assert.equal(await statusOf(Id), 'Successful');
  await clock.advance('2 days');
  assert.equal((await call('GET', `/odata/QueueItems(${Id})`)).status, 404);
});

it('was a year, and everything is in the traffic that was recorded', async () => {
  await clock.set(new Date(begun.getTime() + 365 * 86_400_000));
  const later = await addItem('Kept');
  const { CreationTime } = await good('GET', `/odata/QueueItems(${later.Id})`);
  assert.ok(Math.abs(Date.parse(CreationTime) - begun.getTime() - 365 * 86_400_000) < 600_000, CreationTime);
  const calls = await tenant.traffic();
  assert.ok(calls.filter(({ operation }) => operation === 'TestClock_Turn').length > 15);
  const started = calls.find(({ operation }) => operation === 'Jobs_StartJobs');
  assert.deepEqual([started?.method, started?.status], ['POST', 201]);
});

it('events are gone after their time, and whoever reads on from there is told', async () => {
  const read = (query: string): Promise<Answer['body']> => good('GET', `/api/Events?${query}`);
  const { Id } = await addQueue('Told');
  const { Id: item } = await addItem('Told');
  const queues = 'types=queue.created';
  const told = async (): Promise<number[]> =>
    (await read(`${queues}&take=1000`)).events.map(({ data }: { data: { id: number } }) => data.id);
  await until('it is told', async () => (await told()).includes(Id));
  const {
    events: [first],
  } = await read(`${queues}&take=1`);
  await clock.advance('150 days');
  assert.ok((await told()).includes(Id), 'kept for 180 days');
  assert.equal((await read(`${queues}&after=${first.id}`)).isCut, false);
  await clock.advance('62 days');
  assert.ok(!(await told()).includes(Id), 'gone with its month');
  assert.deepEqual(
    [(await read(queues)).isCut, (await read(`${queues}&after=${first.id}`)).isCut],
    [false, true],
  );
  assert.equal((await read(`types=queueItem.*&after=${first.id}`)).isCut, false);
  const history = await good('GET', `/odata/QueueItemEvents?$filter=QueueItemId eq ${item}`);
  assert.equal(history.value.length, 1, 'the history of an item is kept with it');
});

async function organization(): Promise<{ readonly id: string }> {
  const [, payload] = (await admin.token()).split('.');
  const { prt_id: id } = JSON.parse(Buffer.from(payload!, 'base64url').toString());
  return { id };
}

/** A mail's text, its encoding undone. */
const plain = (mail: string): string =>
  mail
    .replace(/=\r?\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
