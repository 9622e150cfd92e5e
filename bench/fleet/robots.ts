import { tokenSource } from '@baton/client/token';
import pg from 'pg';
import type { Stage } from '../baton.ts';
import { type Answer, type Line, openLine, requestBytes } from '../http-load.ts';
import { ADD, START } from '../rivals/baton.ts';
import { CONTENT, OUTPUT } from '../rivals/contender.ts';

/**
 * Everything that the robots of a run need: queues, assets, a machine to connect by, and fifty robot
 * accounts that they share.
 */
export interface Ground {
  readonly machine: Readonly<Record<string, string>>;
  readonly robotKeys: readonly string[];
}

export const QUEUES = 100;
const ACCOUNTS = 50;
const ASSETS = 20;
const NS = 'UiPath.Server.Configuration.OData';

export async function prepare(stage: Stage): Promise<Ground> {
  for (let n = 0; n < QUEUES; n++) await must(stage, '/odata/QueueDefinitions', { Name: `Fleet ${n}` });
  for (let n = 0; n < ASSETS; n++) {
    await must(stage, '/odata/Assets', {
      Name: `Asset ${n}`,
      ValueScope: 'Global',
      ValueType: 'Text',
      StringValue: `value ${n}`,
    });
  }
  const machine = await must(stage, '/odata/Machines', {
    Name: 'fleet',
    Type: 'Template',
    UnattendedSlots: 1,
  });
  const { url, folderId, tenantId } = stage.server.ready;
  await must(stage, `/odata/Folders/${NS}.AssignMachines`, {
    assignments: { MachineIds: [machine.Id], FolderIds: [folderId] },
  });
  const token = await tokenSource({
    url,
    clientId: String(machine.LicenseKey),
    clientSecret: String(machine.ClientSecret),
  }).get();
  const db = new pg.Client({ connectionString: stage.database.url });
  await db.connect();
  const { rows } = await db.query<{ key: string }>(
    `with people as (
       insert into users (tenant_id, user_name, type, may_have_unattended_session)
       select $1, 'robot-' || n, 1, true from generate_series(1, $2::int) n returning id, user_name)
     insert into robots (tenant_id, user_id, name, username) select $1, id, user_name, user_name from people returning key`,
    [tenantId, ACCOUNTS],
  );
  await db.end();
  return { machine: { authorization: `Bearer ${token}` }, robotKeys: rows.map(({ key }) => key) };
}

async function must(stage: Stage, path: string, body: unknown): Promise<Record<string, unknown>> {
  const answer = await stage.post(path, body);
  if (answer.status >= 300)
    throw new Error(`${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
  return answer.body;
}

/** One robot. It has a connection of its own, which carries one call at a time. */
export interface Robot {
  log(): Promise<Answer>;
  heartbeat(): Promise<Answer>;
  asset(): Promise<Answer>;
  add(): Promise<Answer>;
  start(): Promise<Answer>;
  result(item: string): Promise<Answer>;
  close(): void;
}

export async function openRobot(stage: Stage, ground: Ground, number: number): Promise<Robot> {
  const line = await openLine(stage.target);
  const one = oneAtATime(line);
  const queue = `Fleet ${number % QUEUES}`;
  const robotKey = ground.robotKeys[number % ground.robotKeys.length]!;
  const begun = await one(
    requestBytes({
      path: '/api/RobotsService/StartService',
      headers: ground.machine,
      body: {
        hostMachineName: `host-${number}`,
        installationId: crypto.randomUUID(),
        platform: 'Linux',
        runtimes: { Unattended: 1 },
      },
    }),
  );
  const { sessionKey } = JSON.parse(begun.body) as { sessionKey?: string };
  if (!sessionKey) throw new Error(`StartService answered ${begun.status}: ${begun.body}`);
  const heartbeat = requestBytes({
    path: '/api/RobotsService/HeartbeatV2',
    headers: ground.machine,
    body: { sessionKey, commandState: 'All', heartbeats: [{ robotState: 'Available' }] },
  });
  const asset = requestBytes({
    method: 'GET',
    path: `/odata/Assets/${NS}.GetRobotAsset(robotId='${robotKey}',assetName='Asset%20${number % ASSETS}')`,
    headers: stage.headers,
  });
  const add = stage.request(ADD, { itemData: { Name: queue, SpecificContent: CONTENT } });
  const start = stage.request(START, { transactionData: { Name: queue, RobotIdentifier: robotKey } });
  return {
    log: () =>
      one(
        stage.request('/api/Logs/SubmitLogs', [
          JSON.stringify({
            message: 'Invoice INV-000123 was read and booked',
            level: 'Information',
            timeStamp: new Date().toISOString(),
            windowsIdentity: 'ACME\\robot',
            processName: 'Invoices',
            jobId: '8066c309-cef8-4b47-9163-b273fc14cc43',
          }),
        ]),
      ),
    heartbeat: () => one(heartbeat),
    asset: () => one(asset),
    add: () => one(add),
    start: () => one(start),
    result: (item) =>
      one(
        stage.request(`/odata/Queues(${item})/UiPathODataSvc.SetTransactionResult`, {
          transactionResult: { IsSuccessful: true, Output: OUTPUT },
        }),
      ),
    close: line.close,
  };
}

function oneAtATime(line: Line): (request: Buffer) => Promise<Answer> {
  let last: Promise<unknown> = Promise.resolve();
  return (request) => {
    const answer = last.then(() => line.call(request));
    last = answer.catch(() => undefined);
    return answer;
  };
}
