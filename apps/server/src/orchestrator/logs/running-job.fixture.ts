import { randomUUID } from 'node:crypto';
import sql from 'sql-template-tag';
import { type Caller, callerWith, type TestServer } from '../../server.fixture.ts';
import { issueJobToken } from '../jobs/job-token.ts';

/** A job that runs on a machine as an account, with the callers that act for it. */
export interface RunningJob {
  readonly key: string;
  readonly robot: { readonly id: number; readonly key: string; readonly name: string };
  readonly userId: number;
  readonly machineId: number;
  /** The caller that is the process of the job. */
  readonly process: Caller;
  /** The caller that is the agent on its machine. */
  readonly agent: Caller;
}

/**
 * Makes a running job directly in the database, because robots and dispatch do not matter to these tests. The
 * account holds `permissions` in the folder.
 */
export async function runningJob(
  server: TestServer,
  { folderId = server.folder.id, permissions = ['Assets.View', 'Assets.Edit'] } = {},
): Promise<RunningJob> {
  const { db, tenant, parts } = server;
  const name = `robot-${randomUUID().slice(0, 8)}`;
  const account = (await server.user({ permissions, folder: folderId })).userId!;
  const robot = (await db.first<RunningJob['robot']>(sql`
    insert into robots (tenant_id, user_id, name) values (${tenant.id}, ${account}, ${name})
    returning id, key, name`))!;
  const machine = (await db.first<{ id: number; key: string; license_key: string }>(sql`
    insert into machines (tenant_id, name) values (${tenant.id}, ${name}) returning id, key, license_key`))!;
  // A job whose host is silent is soon declared lost. This host was last heard of a day in the future, and no
  // test takes that long.
  const session = (await db.first<{ id: number }>(sql`
    insert into sessions (tenant_id, machine_id, host_machine_name, installation_id, reporting_at, responsive_until)
    values (${tenant.id}, ${machine.id}, 'host-1', ${randomUUID()}, now() + interval '1 day', now() + interval '1 day')
    returning id`))!;
  const key = randomUUID();
  await db.execute(sql`
    insert into jobs (session_id, key, tenant_id, folder_id, release_name, process_key, process_version, runtime_kind,
                      state,
                      batch_execution_key, machine_id, robot_id, host_machine_name)
    values (${session.id}, ${key}, ${tenant.id}, ${folderId}, 'Invoices', 'Invoices', '1.0.0', 'python', 1, ${randomUUID()},
            ${machine.id}, ${robot.id}, 'host-1')`);
  const user = await db.first<{ key: string }>(sql`select key from users where id = ${account}`);
  const organizationId = server.organizationId;
  const processToken = await issueJobToken(
    { tokens: parts.services.tokens, organization: { id: organizationId }, tenant },
    { key, userId: account, userKey: user!.key, robotId: robot.id, folderId },
  );
  const agentToken = await parts.identity.issueToken({
    kind: 'machine',
    subject: machine.key,
    clientId: machine.license_key,
    organizationId,
    tenantId: tenant.id,
    scopes: ['OR.Default'],
    lifetimeSeconds: 600,
    extra: { machine_id: machine.id },
  });
  return {
    key,
    robot,
    userId: account,
    machineId: machine.id,
    process: callerWith(server.url, processToken),
    agent: callerWith(server.url, agentToken),
  };
}
