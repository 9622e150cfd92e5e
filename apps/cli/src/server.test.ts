import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { settingsOf } from '@baton/server/config';
import { until } from '../../../tests/until.fixture.ts';
import { testDatabase } from '../../server/src/kernel/db/test-database.ts';
import { baton, type Env, live } from './cli.fixture.ts';
import { mistyped } from './server.ts';

async function surroundings(t: TestContext, databaseUrl: string): Promise<Env> {
  const folder = await mkdtemp(join(tmpdir(), 'baton-server-start-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return {
    BATON_DATA: folder,
    BATON_PORT: '0',
    DATABASE_URL: databaseUrl,
    BATON_ENCRYPTION_KEY: randomBytes(32).toString('base64'),
  };
}

const NOT_THERE = 'postgres://baton@127.0.0.1:1/baton';

for (const [name, command] of [
  ['server', ['server']],
  ['start', ['start', '--no-robot']],
] as const)
  test(`'baton ${name}' stops at once while it waits for a database`, { timeout: 600_000 }, async (t) => {
    const env = await surroundings(t, NOT_THERE);
    const server = live(command, { ...env, BATON_DATABASE_WAIT_SECONDS: '86400' });
    t.after(() => server.end('SIGKILL'));
    const log = async (): Promise<string> =>
      name === 'server'
        ? server.output()
        : readFile(join(env['BATON_DATA']!, 'logs', 'server.log'), 'utf8').catch(() => '');
    await until('it waits', async () => /waiting up to 86400 s for the database/.test(await log()));
    assert.equal(await server.end('SIGTERM'), 0, server.errors());
    assert.match(server.output(), /SIGTERM: stopped before the start was over/);
  });

test('a database that lets nobody in is told by the name of its setting', async (t) => {
  const { url, db } = await testDatabase(t);
  const named = (name: string): string => url.replace(/\/test_[0-9a-f]+/, `/${name}`);
  const none = await baton(['server'], await surroundings(t, named('no_such_database')));
  assert.equal(none.code, 1);
  assert.match(none.err, /DATABASE_URL: database "no_such_database" does not exist\.\n$/);

  const name = `latin_${randomBytes(6).toString('hex')}`;
  await db.execute({
    text: `create database ${name} encoding 'LATIN1' locale 'C' template template0`,
    values: [],
  });
  try {
    const latin = await baton(['server'], await surroundings(t, named(name)));
    assert.equal(latin.code, 1);
    assert.match(latin.err, /The database has the encoding LATIN1, and UTF8 is needed/);
  } finally {
    await db.execute({ text: `drop database ${name} with (force)`, values: [] });
  }
});

test('a node that has a folder of files of its own does not start', { timeout: 600_000 }, async (t) => {
  const { url } = await testDatabase(t);
  const env = await surroundings(t, url);
  const first = live(['server'], env);
  t.after(() => first.end('SIGKILL'));
  await first.event('listening');
  const { BATON_DATA } = await surroundings(t, url);
  const second = await baton(['server'], { ...env, BATON_DATA: BATON_DATA! });
  assert.equal(second.code, 1);
  assert.match(second.err, /files is not the folder of files of this database/);
  assert.equal(await first.end('SIGTERM'), 0);
});

test('what is nearly a setting is told, and nothing else', () => {
  assert.deepEqual(
    mistyped({ BATON_PORTT: '1', BATON_DATABASE_URL: 'x', BATON_SMTP: 'y', BATON_PORT: '8' }),
    [
      'BATON_PORTT is no setting. Did you mean BATON_PORT?',
      'BATON_DATABASE_URL is no setting. Did you mean DATABASE_URL?',
      'BATON_SMTP is no setting. Did you mean BATON_SMTP_URL?',
    ],
  );
  const ours = settingsOf().map(({ name }) => name);
  const ofCommands =
    'URL TOKEN PROFILE CONFIG FOLDER CLIENT_ID CLIENT_SECRET MACHINE_KEY MACHINE_SECRET PYTHON'
      .split(' ')
      .map((name) => `BATON_${name}`);
  const ofKubernetes = ['BATON_SERVICE_HOST', 'BATON_SERVICE_PORT', 'BATON_PORT_8080_TCP', 'HOME'];
  const all = [...ours, ...ofCommands, ...ofKubernetes];
  assert.deepEqual(mistyped(Object.fromEntries(all.map((name) => [name, 'x']))), []);
});
