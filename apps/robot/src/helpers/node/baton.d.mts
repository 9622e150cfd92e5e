// The types of the helper. What each does in detail stands in README.md of the robot, "The helper".

/** What JSON can hold. Whole numbers beyond 2^53 are BigInt. */
export type Json = string | number | boolean | bigint | null | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [name: string]: Json | undefined;
}

/** The input arguments. */
export function input<Input extends object = Record<string, unknown>>(): Input;
/** Sets the output arguments. The last call before the job ends counts. */
export function output(value: object): void;
/**
 * Whether somebody asked the job to stop. After a true answer, a job that ends without an error is Stopped.
 */
export function stopRequested(): boolean;
/** From here on, the job's log and output show *** in the place of this text. */
export function mask(secret: string): void;

type Write = (message: unknown, fields?: Readonly<Record<string, unknown>>) => void;
/** Lines of the job's log: `log.info('text', { field: 1 })`. */
export const log: Readonly<
  Record<'verbose' | 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'critical', Write>
>;

/** The server answered and refused the call. */
export class OrchestratorError extends Error {
  constructor(status: number, message: string, errorCode?: number);
  readonly status: number;
  readonly errorCode: number | null;
}

interface Once {
  readonly idempotencyKey?: string;
}

/**
 * Calls in the job's folder; `path` begins with /odata or /api. They are tried again while the server is
 * away.
 * One that changes something is carried out once; `idempotencyKey` is for one that the program itself may
 * repeat. The answer is null where there is none.
 */
export const orchestrator: {
  request<Answer = unknown>(method: string, path: string, body?: unknown, more?: Once): Promise<Answer>;
  get<Answer = unknown>(path: string): Promise<Answer>;
  post<Answer = unknown>(path: string, body?: unknown, more?: Once): Promise<Answer>;
  put<Answer = unknown>(path: string, body: unknown): Promise<Answer>;
  delete<Answer = unknown>(path: string): Promise<Answer>;
};

export type Priority = 'High' | 'Normal' | 'Low';

export interface NewItem<Content extends object = Record<string, unknown>> {
  readonly content?: Content;
  readonly reference?: string;
  readonly priority?: Priority;
  readonly dueDate?: string | Date;
  readonly deferDate?: string | Date;
  /** Other members of the API. */
  readonly [member: string]: unknown;
}

export interface QueueItem<Content extends object = Record<string, unknown>> {
  readonly Id: number;
  readonly Key: string;
  readonly Status: string;
  readonly Priority: Priority;
  readonly Reference: string | null;
  readonly SpecificContent: Content;
  readonly DueDate: string | null;
  readonly DeferDate: string | null;
  readonly RetryNumber: number;
  /** Other members of the API. */
  readonly [member: string]: unknown;
}

export interface FailedItem {
  readonly Ordinal: number;
  readonly ErrorCode: string | null;
  readonly ErrorMessage: string | null;
  readonly [member: string]: unknown;
}

export const queue: {
  /** Adds an item. Throws OrchestratorError 1016 where its reference must be unique, and is there already. */
  add<Content extends object = Record<string, unknown>>(
    name: string,
    item?: NewItem<Content>,
  ): Promise<QueueItem<Content>>;
  /** Adds many items in one call, and answers those that were not added. */
  addAll(
    name: string,
    items: readonly NewItem<object>[],
    commitType?: 'AllOrNothing' | 'StopOnFirstFailure' | 'ProcessAllIndependently',
  ): Promise<FailedItem[]>;
  /** Starts the next item, which then belongs to this job; null where there is none. */
  startTransaction<Content extends object = Record<string, unknown>>(
    name: string,
    more?: Readonly<Record<string, unknown>>,
  ): Promise<QueueItem<Content> | null>;
  succeed(item: Pick<QueueItem, 'Id'>, output?: object): Promise<void>;
  /** A BusinessException is final. An ApplicationException may be tried again, as the queue says. */
  fail(
    item: Pick<QueueItem, 'Id'>,
    reason: string,
    more?: {
      readonly type?: 'ApplicationException' | 'BusinessException';
      readonly details?: string;
    },
  ): Promise<void>;
  progress(item: Pick<QueueItem, 'Id'>, text: string): Promise<void>;
};

export interface Login {
  readonly username: string;
  readonly password: string;
}
export type AssetValue = string | boolean | number | Readonly<Record<string, string>> | Login;

export const assets: {
  /** The value for this robot: say its type, `assets.get<Login>('mail')`. */
  get<Value extends AssetValue = AssetValue>(name: string): Promise<Value>;
  /** Takes what `get` answers for the asset's type. */
  set(name: string, value: AssetValue): Promise<void>;
};

/** Storage buckets of the folder. A path may begin with a slash; those that `list` answers do. */
export const buckets: {
  list(bucket: string, directory?: string): Promise<string[]>;
  read(bucket: string, path: string): Promise<Buffer>;
  write(bucket: string, path: string, content: string | Uint8Array, contentType?: string): Promise<void>;
  delete(bucket: string, path: string): Promise<void>;
};

export interface Job {
  readonly Id: number;
  readonly Key: string;
  readonly State: string;
  readonly Info: string | null;
  readonly OutputArguments: string | null;
  /** Other members of the API. */
  readonly [member: string]: unknown;
}

/** A job that `processes.run` waited for did not end as Successful. */
export class JobFailed extends Error {
  constructor(job: Job);
  readonly job: Job;
}

/** Other processes of the folder. */
export const processes: {
  /** Starts a job of a process, without waiting for its end. */
  start(name: string, args?: object): Promise<Job>;
  /**
   * Runs a job of a process to its end, and answers its output; `timeout` is in seconds. Throws JobFailed.
   */
  run<Output extends object = Record<string, unknown>>(
    name: string,
    args?: object,
    more?: { readonly timeout?: number },
  ): Promise<Output>;
};

export interface JobFile {
  readonly id: string;
  readonly name: string;
  readonly category: string | null;
  /** In bytes. */
  readonly size: number;
  readonly type: string | null;
}

/** Makes a file of the disk one of the files of this job, and answers the attachment's id. */
export function attach(
  path: string,
  more?: { readonly name?: string; readonly category?: string; readonly type?: string },
): Promise<string>;

/** The files of this job: what it was given at its start, and what it attached. */
export const attachments: {
  list(jobKey?: string): Promise<JobFile[]>;
  read(file: string | JobFile): Promise<Buffer>;
  /** Writes a file to the disk, and answers its path. */
  download(file: string | JobFile, path?: string): Promise<string>;
};
