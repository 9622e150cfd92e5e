import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import sql from 'sql-template-tag';
import type {
  JobStateVerdict,
  RobotCommandDataDto,
  RobotJobDto,
} from '../../../../../packages/contract/src/robots-service.ts';
import { until } from '../../../../../tests/until.fixture.ts';
import { type Answer, type Caller, callerWith, type TestServer } from '../../server.fixture.ts';
import { publishSample } from '../packages/packages.fixture.ts';
import { reap } from './reap.ts';

const NS = 'UiPath.Server.Configuration.OData';
export const JOBS = '/odata/Jobs';
export const jobs = (name: string): string => `${JOBS}/${NS}.${name}`;
export const job = (id: number, name: string): string => `${JOBS}(${id})/${NS}.${name}`;

export interface Account {
  readonly userId: number;
  readonly robotId: number;
  readonly robotKey: string;
  readonly userName: string;
}

/**
 * Runs a whole round of the reaper that begins now. The server's own rounds continue beside it, and only one
 * round runs at a time.
 */
export const reapNow = ({ parts, db }: TestServer): Promise<unknown> =>
  until('the reaper is free', () => reap(parts.services, db));

/** A user who may run jobs unattended in a folder. */
export async function addAccount(server: TestServer, folderId = server.folder.id): Promise<Account> {
  const user = await server.user({ folderRoles: { [folderId]: ['Automation User'] } });
  const made = await server.admin.patch(`/odata/Users(${user.userId})`, { MayHaveUnattendedSession: true });
  assert.equal(made.status, 200, made.text);
  const { body } = await server.admin.get(`/odata/Robots?$filter=UserId eq ${user.userId}`);
  const [robot] = body.value;
  const row = await server.db.first<{ key: string }>(sql`select key from robots where id = ${robot.Id}`);
  return { userId: user.userId!, robotId: robot.Id, robotKey: row!.key, userName: robot.Username };
}

export interface MachineKit {
  readonly id: number;
  readonly key: string;
  readonly licenseKey: string;
  readonly secret: string;
  readonly name: string;
  /** Calls with the token that the machine's own credentials gave. */
  readonly caller: Caller;
}

/** A machine of a folder, signed in as hosts do it. */
export async function addMachine(
  server: TestServer,
  more: { readonly slots?: number; readonly folderId?: number; readonly body?: Record<string, unknown> } = {},
): Promise<MachineKit> {
  const name = `machine-${randomUUID().slice(0, 8)}`;
  const made = await server.admin.post('/odata/Machines', {
    Name: name,
    Type: 'Template',
    UnattendedSlots: more.slots ?? 1,
    ...more.body,
  });
  assert.equal(made.status, 201, made.text);
  const { Id: id, Key: key, LicenseKey: licenseKey, ClientSecret: secret } = made.body;
  const assigned = await server.admin.post(`/odata/Folders/${NS}.AssignMachines`, {
    assignments: { MachineIds: [id], FolderIds: [more.folderId ?? server.folder.id] },
  });
  assert.equal(assigned.status, 204, assigned.text);
  const caller = callerWith(server.url, (await signIn(server, licenseKey, secret)).body.access_token);
  return { id, key, licenseKey, secret, name, caller };
}

export const signIn = (server: TestServer, licenseKey: string, secret: string): Promise<Answer> =>
  server.anonymous.send('POST', '/identity/connect/token', {
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: licenseKey,
      client_secret: secret,
    }),
  });

export interface Order {
  readonly key: string;
  readonly executionId: string;
  readonly job: RobotJobDto;
}

/** A host as a robot's agent plays it. */
export interface Host {
  readonly sessionKey: string;
  readonly name: string;
  readonly answer: Answer;
  heartbeat(held?: readonly object[]): Promise<Answer>;
  /** Commands of a heartbeat. */
  commands(held?: readonly object[]): Promise<RobotCommandDataDto[]>;
  /** Jobs that a heartbeat hands out, or hands out still. */
  orders(held?: readonly object[]): Promise<Order[]>;
  report(
    order: { key: string; executionId: string },
    jobState: string,
    more?: object,
  ): Promise<JobStateVerdict>;
}

export async function connect(
  { caller }: Pick<MachineKit, 'caller'>,
  more: Record<string, unknown> = {},
): Promise<Host> {
  const name = `host-${randomUUID().slice(0, 8)}`;
  const answer = await caller.post('/api/RobotsService/StartService', {
    hostMachineName: name,
    installationId: randomUUID(),
    version: '0.1.0',
    platform: 'Linux',
    runtimes: { Unattended: 100 },
    capabilities: ['python', 'node'],
    ...more,
  });
  assert.equal(answer.status, 200, answer.text);
  const { sessionKey } = answer.body;
  const heartbeat = (held: readonly object[] = []): Promise<Answer> =>
    caller.post('/api/RobotsService/HeartbeatV2', {
      sessionKey,
      commandState: 'All',
      heartbeats: held.length > 0 ? held : [{ robotState: 'Available' }],
    });
  const commands = async (held: readonly object[] = []): Promise<RobotCommandDataDto[]> => {
    const { status, body, text } = await heartbeat(held);
    assert.equal(status, 200, text);
    return body.commands.map((command: { data: RobotCommandDataDto }) => command.data);
  };
  return {
    sessionKey,
    name,
    answer,
    heartbeat,
    commands,
    async orders(held) {
      return (await commands(held))
        .filter(({ type }) => type === 'StartProcess')
        .map(({ executionId, job }) => ({ key: job!.key, executionId: executionId!, job: job! }));
    },
    async report({ key, executionId }, jobState, moreOfReport = {}) {
      const { status, body, text } = await caller.post('/api/RobotsService/SubmitJobState', [
        { jobKey: key, executionId, jobState, robotState: 'Busy', ...moreOfReport },
      ]);
      assert.equal(status, 200, text);
      return body.results[0];
    },
  };
}

/** A process of the sample package in a folder. */
export async function addProcess(
  caller: Caller,
  name = 'Invoices',
  more: Record<string, unknown> = {},
): Promise<{ Key: string; Id: number }> {
  const published = await publishSample(caller, name, '1.0.0');
  assert.equal(published.status, 200, published.text);
  const made = await caller.post('/odata/Releases', {
    Name: name,
    ProcessKey: name,
    ProcessVersion: '1.0.0',
    ...more,
  });
  assert.equal(made.status, 201, made.text);
  return made.body;
}

export const start = (caller: Caller, startInfo: Record<string, unknown>): Promise<Answer> =>
  caller.post(jobs('StartJobs'), { startInfo });

export interface StartedJob {
  readonly Id: number;
  readonly Key: string;
  readonly State: string;
}

/** Starts jobs of a process with the argument that it needs. */
export async function started(
  caller: Caller,
  releaseKey: string,
  more: Record<string, unknown> = {},
): Promise<StartedJob[]> {
  const answer = await start(caller, {
    ReleaseKey: releaseKey,
    InputArguments: '{"queue":"Invoices"}',
    ...more,
  });
  assert.equal(answer.status, 201, answer.text);
  return answer.body.value;
}

export const refused = (answer: Answer, status: number, code?: number, message?: RegExp): void => {
  assert.equal(answer.status, status, answer.text);
  if (code !== undefined) assert.equal(answer.body.errorCode, code, answer.text);
  if (message) assert.match(answer.body.message, message);
};
