import { createHash, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { HeartbeatDto, JobStateReport, RobotJobDto } from '@baton/contract/robots-service';
import { writePackage } from '@baton/nupkg/write';
import { isRecord } from './wire.ts';

/** A job as the fake server sees it. */
export type FakeJob = {
  readonly order: RobotJobDto;
  executionId: string;
  state: string;
  /** Every report that came, and whether it was accepted. */
  readonly reports: { report: JobStateReport; accepted: boolean }[];
  /** The stored lines by fingerprint, in order of arrival. */
  readonly lines: Map<string, Record<string, unknown>>;
  command: 'StopProcess' | 'KillProcess' | null;
};

export type FakeFile = { readonly name: string; readonly category: string; content?: string; type?: string };

type Call = { readonly method: string; readonly path: string; readonly body: unknown };

const FINAL = new Set(['Successful', 'Faulted', 'Stopped']);
export const isFinal = (job: FakeJob) => FINAL.has(job.state);

/** A server in memory that follows PROTOCOL.md and can be made to fail. */
export class FakeServer {
  readonly jobs: FakeJob[] = [];
  readonly calls: Call[] = [];
  /** Decides whether a report of `Running` is accepted. */
  acceptRunning: (job: FakeJob) => boolean = () => true;
  /** How many answers are lost, by the end of the path. The call takes effect all the same. */
  readonly losses = new Map<string, number>();
  url = '';
  sessions = 0;
  heartbeats = 0;
  #session = '';
  /** The trouble that the last heartbeat reported. Until it is over, the host gets no jobs. */
  trouble: string | null = null;
  /** Gives jobs to a host in trouble too, like a server whose answer is already on its way. */
  ignoresTrouble = false;
  /** The keys of the jobs of which a heartbeat said that their process has ended. */
  readonly ended = new Set<string>();
  /** What an answer to log lines of a job waits for, by the job's key. */
  readonly logGates = new Map<string, Promise<void>>();
  /** Files of jobs by id, as AddJobFile made them; `content` once it has arrived. */
  readonly files = new Map<string, FakeFile>();
  refusesFiles = false;
  /** Answers to GetJobInput. */
  input = '';
  readonly #packages = new Map<string, Buffer>();
  readonly #streams = new Set<ServerResponse>();
  #server: Server | null = null;
  #port = 0;

  async listen(): Promise<this> {
    const server = createServer((request, response) => {
      this.#answer(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
    });
    await new Promise<void>((done) => server.listen(this.#port, '127.0.0.1', done));
    this.#port = (server.address() as AddressInfo).port;
    this.url = `http://127.0.0.1:${this.#port}`;
    this.#server = server;
    return this;
  }

  /** Stops listening until `listen` is called again. */
  async vanish(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    server?.closeAllConnections();
    if (server) await new Promise((done) => server.close(done));
  }

  forgetSession(): void {
    this.#session = '';
  }

  async addPackage(
    files: Record<string, string | Buffer>,
    entryPoints: readonly string[] = [],
  ): Promise<PackageRef> {
    const id = `Test${this.#packages.size}`;
    this.#packages.set(id, Buffer.alloc(0));
    const content = Object.entries(files).map(([path, body]) => ({ path, content: body, executable: true }));
    const points = entryPoints.map((path) => ({ path }));
    const bytes = await writePackage({ id, version: '1.0.0', files: content, entryPoints: points });
    this.#packages.set(id, bytes);
    const packageSha256 = createHash('sha256').update(bytes).digest('hex');
    return { packageId: id, packageVersion: '1.0.0', packageSha256, packageUrl: `/packages/${id}` };
  }

  startJob(ref: PackageRef, more: Partial<RobotJobDto> = {}): FakeJob {
    const key = randomUUID();
    const order: RobotJobDto = {
      id: this.jobs.length + 1,
      key,
      url: `${this.url}/Acme/Prod`,
      accessToken: `job-token-${key}`,
      organizationId: 'org',
      tenantId: 'tenant',
      organizationName: 'Acme',
      tenantName: 'Prod',
      folderId: 1,
      folderKey: 'folder-key',
      folderPath: 'Shared',
      robotKey: 'robot-key',
      account: 'robbie',
      releaseKey: 'release-key',
      processName: ref.packageId,
      entryPointPath: null,
      inputArguments: null,
      inputFileUrl: null,
      environmentVariables: {},
      stopAfterSeconds: null,
      killAfterSeconds: null,
      memoryLimitMegabytes: null,
      processorLimit: null,
      traceId: null,
      ...ref,
      ...more,
    };
    const executionId = randomUUID();
    const job: FakeJob = {
      order,
      executionId,
      state: 'Pending',
      reports: [],
      lines: new Map(),
      command: null,
    };
    this.jobs.push(job);
    this.wake();
    return job;
  }

  ask(job: FakeJob, command: 'StopProcess' | 'KillProcess'): void {
    job.command = command;
    this.wake();
  }

  wake(): void {
    for (const stream of this.#streams) stream.write('event: commands\ndata: {}\n\n');
  }

  count(path: string): number {
    return this.calls.filter((call) => call.path.startsWith(path)).length;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? '').replace(/^\/Acme\/Prod\/(api|identity)\//, '/$1/');
    const raw = await text(request);
    const isForm = request.headers['content-type']?.startsWith('application/x-www-form');
    const isRaw = raw === '' || isForm || request.method === 'PUT';
    const body: unknown = isRaw ? raw : JSON.parse(raw);
    this.calls.push({ method: request.method ?? '', path, body });
    const json = (status: number, value: unknown) => {
      const [suffix] = [...this.losses].find(([end, left]) => left > 0 && path.endsWith(end)) ?? [];
      if (suffix !== undefined) {
        this.losses.set(suffix, (this.losses.get(suffix) ?? 0) - 1);
        response.destroy();
        return;
      }
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
    };
    if (path === '/identity/connect/token') {
      const good = raw.includes('client_secret=machine-secret');
      if (!good) return json(400, { error: 'invalid_client' });
      return json(200, { access_token: 'machine-token', expires_in: 3600 });
    }
    if (request.headers.authorization !== 'Bearer machine-token')
      return json(401, { message: 'Unauthorized' });
    if (path.startsWith('/packages/')) {
      return void response.writeHead(200).end(this.#packages.get(path.slice('/packages/'.length)));
    }
    if (path.endsWith('/AddJobFile')) {
      if (this.refusesFiles) return json(413, { message: 'too large' });
      const { id, name, category } = body as Record<'id' | 'name' | 'category', string>;
      if (!this.files.has(id)) this.files.set(id, { name, category });
      const isThere = this.files.get(id)?.content !== undefined;
      return json(200, {
        attachmentId: id,
        isThere,
        access: isThere ? null : { Uri: `${this.url}/files/${id}` },
      });
    }
    if (request.method === 'PUT') {
      const file = this.files.get(path.slice('/files/'.length));
      if (file) Object.assign(file, { content: raw, type: request.headers['content-type'] });
      return json(file ? 201 : 404, {});
    }
    if (path === '/input') return void response.writeHead(200).end(this.input);
    if (path.endsWith('/StartService')) {
      this.sessions++;
      this.#session = randomUUID();
      const robots = [{ robotKey: 'robot-key', robotName: 'robbie', machineName: 'machine' }];
      return json(200, { robots, sessionKey: this.#session, heartbeatSeconds: 30 });
    }
    if (path.includes('/Events?')) return this.#stream(response);
    if (path.endsWith('/StopService')) return void response.writeHead(204).end();
    if (path.endsWith('/HeartbeatV2')) {
      if (!isRecord(body) || body['sessionKey'] !== this.#session) {
        return json(404, { message: 'The session does not exist.', errorCode: 1002 });
      }
      this.heartbeats++;
      for (const beat of (body['heartbeats'] ?? []) as HeartbeatDto[])
        if (beat.processEnded && beat.jobKey) this.ended.add(beat.jobKey);
      this.trouble = typeof body['trouble'] === 'string' ? body['trouble'] : null;
      const giveJobs = this.trouble === null || this.ignoresTrouble;
      const jobs = this.jobs.filter(({ state }) => giveJobs || state !== 'Pending');
      return json(200, { commands: jobs.flatMap(commandsFor), serviceSettingsStamp: '1' });
    }
    if (path.endsWith('/SubmitJobState')) {
      return json(200, { results: (body as JobStateReport[]).map((report) => this.#take(report)) });
    }
    if (path.endsWith('/SubmitLogs')) {
      const entries = (body as string[]).map((entry) => JSON.parse(entry) as Record<string, unknown>);
      await this.logGates.get(String(entries[0]?.['jobId']));
      for (const entry of entries) this.#store(entry);
      return json(200, {});
    }
    return json(404, { message: `no ${path}` });
  }

  #stream(response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write(': ping\n\n');
    this.#streams.add(response);
    response.on('close', () => this.#streams.delete(response));
  }

  #take(report: JobStateReport) {
    const job = this.jobs.find(({ order }) => order.key === report.jobKey);
    if (!job) return { jobKey: report.jobKey, accepted: false, reason: 'unknown' };
    const same = job.executionId === report.executionId;
    const accepted =
      same && (job.state === report.jobState || (!isFinal(job) && this.#mayBecome(job, report)));
    job.reports.push({ report, accepted });
    if (accepted) job.state = report.jobState;
    if (accepted && job.state === 'Pending') job.executionId = randomUUID(); // given back: the next is another execution
    return { jobKey: report.jobKey, accepted, state: job.state };
  }

  #mayBecome(job: FakeJob, report: JobStateReport): boolean {
    return report.jobState !== 'Running' || (job.state === 'Pending' && this.acceptRunning(job));
  }

  #store(line: Record<string, unknown>): void {
    const job = this.jobs.find(({ order }) => order.key === line['jobId']);
    const fingerprint = String(line['fingerprint']);
    if (job && !job.lines.has(fingerprint)) job.lines.set(fingerprint, line);
  }
}

export type PackageRef = Pick<RobotJobDto, 'packageId' | 'packageVersion' | 'packageSha256' | 'packageUrl'>;

function commandsFor(job: FakeJob): { data: object }[] {
  if (isFinal(job)) return [];
  const commands: { data: object }[] = [];
  const { order, executionId, command } = job;
  if (job.state === 'Pending')
    commands.push({ data: { id: randomUUID(), type: 'StartProcess', executionId, job: order } });
  if (command) commands.push({ data: { id: randomUUID(), type: command, jobKey: order.key } });
  return commands;
}

/** The job's own lines in order, without the lines about its start and end. */
export function messages(job: FakeJob): string[] {
  return [...job.lines.values()]
    .filter((line) => line['logType'] === 'User')
    .map((line) => String(line['message']));
}

/** What the robot itself said in the job's log, in order: what it installs, the start and the end. */
export function told(job: FakeJob): string[] {
  return [...job.lines.values()]
    .filter((line) => line['logType'] === 'Default')
    .map((line) => String(line['message']));
}

export function lastReport(job: FakeJob): JobStateReport {
  const last = job.reports.findLast(({ accepted }) => accepted);
  if (!last) throw new Error('no report was accepted');
  return last.report;
}
