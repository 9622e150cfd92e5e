import assert from 'node:assert/strict';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import sql from 'sql-template-tag';
import { testServer } from '../../server.fixture.ts';

const server = await testServer({ after });

async function expectReady(...reasons: RegExp[]): Promise<void> {
  const { status, body, text } = await server.anonymous.get('/health/ready');
  assert.deepEqual([status, body.status], reasons.length === 0 ? [200, 'ok'] : [503, 'unavailable'], text);
  assert.equal(body.reasons.length, reasons.length, text);
  for (const [i, reason] of reasons.entries()) assert.match(body.reasons[i], reason);
  assert.ok(!text.includes(server.dataFolder) && !text.includes('127.0.0.1'), text);
  assert.equal((await server.anonymous.get('/health/live')).status, 200);
}

describe('a server is not ready', () => {
  it('while it cannot write files', async () => {
    await expectReady();
    const folder = join(server.dataFolder, 'files');
    await rm(folder, { recursive: true, force: true });
    await writeFile(folder, 'in the way');
    await expectReady(/^The folder of files cannot be used\.$/);
    await rm(folder);
    await mkdir(folder);
    await expectReady();
  });

  it('on a database of an older state', async () => {
    await server.db.transaction(async (tx) => {
      await tx.execute(sql`
        create table taken as select * from schema_migrations order by number desc limit 2`);
      await tx.execute(sql`delete from schema_migrations where number in (select number from taken)`);
    });
    await expectReady(/^The database lacks 2 of this server's migrations: start the server anew\.$/);
    await server.db.execute(sql`insert into schema_migrations select * from taken`);
    await expectReady();
  });

  it('while the database does not answer in time', async () => {
    const { promise: locked, resolve: isLocked } = Promise.withResolvers<void>();
    const { promise: done, resolve: release } = Promise.withResolvers<void>();
    const holding = server.db.transaction(async (tx) => {
      await tx.execute(sql`lock table schema_migrations in access exclusive mode`);
      isLocked();
      await done;
    });
    await locked;
    await expectReady(/^The database does not answer within 2 s\.$/).finally(release);
    await holding;
    await expectReady();
  });

  it('on a database that refuses', async () => {
    await server.db.execute(sql`alter table schema_migrations rename to put_away`);
    await expectReady(/^The database cannot be used\.$/);
    await server.db.execute(sql`alter table put_away rename to schema_migrations`);
    await expectReady();
  });
});
