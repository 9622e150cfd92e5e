import sql from 'sql-template-tag';
import type { TestServer } from '../apps/server/src/server.fixture.ts';
import type { Entities } from './entities.fixture.ts';

/**
 * Ties rows to each other as running work would, so that every navigation leads somewhere: the job runs,
 * and the item was taken, by the robot on a host of the machine; the user reviews the item, owns a workspace
 * and has values of the asset.
 */
export async function linkRows({ db }: TestServer, { ids, tenantId }: Entities): Promise<void> {
  const host = await db.first<{ id: number }>(sql`
    insert into sessions (tenant_id, machine_id, host_machine_name, installation_id, responsive_until)
    values (${tenantId}, ${ids.Machines}, ${`host of ${ids.Machines}`}, gen_random_uuid(), now() + interval '1 day')
    returning id`);
  await db.execute(sql`
    update jobs set robot_id = ${ids.Robots}, machine_id = ${ids.Machines}, session_id = ${host!.id}, state = 1, started_at = now()
     where id = ${ids.Jobs}`);
  await db.execute(sql`
    update queue_items set robot_id = ${ids.Robots}, reviewer_user_id = ${ids.Users} where id = ${ids.QueueItems}`);
  await db.execute(sql`
    insert into asset_values (asset_id, user_id, robot_id, string_value)
    values (${ids.Assets}, ${ids.Users}, null, 'of the user'), (${ids.Assets}, null, ${ids.Robots}, 'of the robot')`);
  await db.execute(sql`
    insert into user_roles (user_id, role_id) select ${ids.Users}, id from roles
     where tenant_id = ${tenantId} and name = 'Allow to be Automation User'`);
}

/** The job of one, started from the process of another. */
export async function crossRelease({ db }: TestServer, from: Entities, to: Entities): Promise<void> {
  await db.execute(sql`update jobs set release_id = ${to.ids.Releases} where id = ${from.ids.Jobs}`);
}
