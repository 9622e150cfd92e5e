// What a job of Baton can use: its arguments, its log, its stop request, queues and assets. It has no
// dependencies and runs on Node 20 or newer. Outside of a job (without BATON_* in the environment) `input()`
// is empty, and `output()` and the log print, so that a script can be tried by hand.
import { appendFileSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

export { attach } from './attach.mjs';

/** The input arguments, an object. */
export function input() {
  const file = process.env.BATON_INPUT;
  return file ? parseJson(readFileSync(file, 'utf8')) : {};
}

/** Sets the output arguments, an object. The last call before the job ends counts. */
export function output(value) {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new TypeError('output arguments are an object');
  }
  const file = process.env.BATON_OUTPUT;
  if (file) writeWhole(file, toJson(value));
  else console.log(toJson(value, 2));
}

let asked = false;
let acknowledged = false;

/**
 * Whether somebody asked the job to stop. After a true answer, a job that ends without an error is Stopped.
 */
export function stopRequested() {
  const file = process.env.BATON_STOP;
  if (!asked && !(file && existsSync(file))) return false;
  const beside = process.env.BATON_OUTPUT;
  if (!acknowledged && beside) writeWhole(join(dirname(beside), 'stopped.json'), '{"stopped": true}');
  acknowledged = true;
  return true;
}

/** Called by the robot's bootstrap when SIGTERM comes. */
export function askToStop() {
  asked = true;
}

// The robot cuts lines at 65,536 characters, and a record that is cut is no longer valid JSON.
const MAX_MESSAGE = 60_000;

/** Escaped, so many characters are shorter than the longest line that the robot takes. */
const MAX_MASK = 10_000;

/**
 * From here on, the job's log shows *** in the place of this text. Texts of less than four characters stay.
 */
export function mask(secret) {
  const file = process.env.BATON_LOG;
  for (let start = 0; file && start < secret.length; start += MAX_MASK)
    appendFileSync(file, `${JSON.stringify({ mask: secret.slice(start, start + MAX_MASK) })}\n`);
}

function logger(level) {
  return (message, fields) => {
    const text = message instanceof Error ? (message.stack ?? String(message)) : String(message);
    const more = text.length - MAX_MESSAGE;
    const cut = more > 0 ? `${text.slice(0, MAX_MESSAGE)} ... [${more} characters cut]` : text;
    const record = { level, message: cut, timeStamp: new Date().toISOString(), fields };
    // One synchronous append: lines of several processes do not mix, and none is lost at an exit.
    if (process.env.BATON_LOG) appendFileSync(process.env.BATON_LOG, `${toJson(record)}\n`);
    else console.log(`${level}: ${cut}`);
  };
}

/** `log.info('text', { field: 1 })` */
export const log = Object.freeze({
  verbose: logger('Verbose'),
  trace: logger('Trace'),
  debug: logger('Trace'),
  info: logger('Information'),
  warn: logger('Warning'),
  error: logger('Error'),
  critical: logger('Critical'),
});

/** The server answered and refused the call. */
export class OrchestratorError extends Error {
  name = 'OrchestratorError';

  constructor(status, message, errorCode) {
    super(`${message} (status ${status}, error code ${errorCode ?? 'none'})`);
    this.status = status;
    this.errorCode = errorCode ?? null;
  }
}

const PASSING = new Set([429, 502, 503, 504]);
const TIMEOUT_MS = 60_000;
/** While a machine starts, a host name may not resolve yet. After this time it is taken to be wrong. */
const UNKNOWN_NAME_MS = 30_000;
/** Calls that are tried again for longer than this are reported in the job's log. */
const SAID_AFTER_MS = 2000;
const UNTRUSTED =
  /^(CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_(GET|VERIFY|DECRYPT|DECODE)_|HOSTNAME_MISMATCH|ERR_TLS_CERT_)/;
/** Those of them that trusting another CA solves. */
const UNKNOWN_CA = /^(DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_(GET_ISSUER|VERIFY)|CERT_UNTRUSTED)/;

/**
 * Makes a call in the job's folder. Answers the parsed JSON, or null for an empty body. `path` begins with
 * /odata or /api. While the server is away or overloaded, the call is tried again for five minutes
 * (`BATON_RETRY_SECONDS`). A call that changes something carries an idempotency key, so the server carries it
 * out only once. Errors that waiting does not solve (a certificate that is not trusted, an invalid address)
 * are thrown at once.
 */
async function request(method, path, body) {
  const base = (process.env.UIPATH_URL ?? '').replace(/\/+$/, '');
  const url = `${base}/orchestrator_/${path.replace(/^\/+/, '')}`;
  const init = { method, headers: headers(), body: body === undefined ? undefined : toJson(body) };
  if (body !== undefined) init.headers['content-type'] = 'application/json';
  if (method !== 'GET') init.headers['idempotency-key'] = crypto.randomUUID();
  const text = (await exchange(url, init)).toString();
  return text === '' ? null : masked(parseJson(text));
}

/** The bytes of an answer, tried again as said. */
async function exchange(url, init) {
  const begun = Date.now();
  const patience = Number(process.env.BATON_RETRY_SECONDS ?? 300) * 1000;
  let isSaid = false;
  for (let wait = 200; ; wait = Math.min(wait * 2, 15_000)) {
    let failure;
    let atLeast = 0;
    try {
      const response = await fetch(url, { ...init, signal: AbortSignal.timeout(TIMEOUT_MS) });
      const bytes = Buffer.from(await response.arrayBuffer());
      if (response.ok) return bytes;
      failure = refusal(response, bytes.toString());
      atLeast = Math.min(Number(response.headers.get('retry-after')) || 0, 60) * 1000;
    } catch (error) {
      failure = connectionFailure(error, url);
    }
    if (failure instanceof OrchestratorError ? !PASSING.has(failure.status) : failure.isLasting)
      throw failure;
    const pause = Math.max(wait, atLeast) * (0.9 + Math.random() / 5);
    const waited = Date.now() - begun;
    if (waited + pause > (failure.isName ? Math.min(patience, UNKNOWN_NAME_MS) : patience)) throw failure;
    if (!isSaid && waited > SAID_AFTER_MS) {
      log.warn(`Orchestrator cannot be reached, trying again: ${failure.message}`);
      isSaid = true;
    }
    await delay(pause);
  }
}

/** What an asset tells in confidence. Connection strings usually hold a password. */
const SECRET_MEMBERS = ['CredentialPassword', 'SecretValue'];
const SECRET_KINDS = new Set(['DBConnectionString', 'HttpConnectionString']);

/** Keeps the secrets of an asset, and of a list of them, out of the job's log. */
function masked(answer) {
  const found = Array.isArray(answer?.value) ? answer.value : [];
  for (const one of [answer, ...found]) {
    if (typeof one?.ValueType !== 'string') continue;
    const kept = SECRET_KINDS.has(one.ValueType) ? [...SECRET_MEMBERS, 'StringValue'] : SECRET_MEMBERS;
    for (const member of kept) if (typeof one[member] === 'string') mask(one[member]);
  }
  return answer;
}

/** The failure in words: fetch only says "fetch failed" and puts the reason into the cause. */
function connectionFailure(error, url) {
  const { code = '', message } = error.cause ?? error;
  if (UNTRUSTED.test(code)) {
    const text =
      `The certificate of ${new URL(url).origin} is not trusted here: ${message}` +
      (UNKNOWN_CA.test(code)
        ? '. Name the file of its CA in NODE_EXTRA_CA_CERTS, in the environment of the robot'
        : '');
    return Object.assign(new Error(text, { cause: error }), { isLasting: true });
  }
  if (code === 'ERR_INVALID_URL') {
    const text = `UIPATH_URL is no address: '${process.env.UIPATH_URL ?? ''}'`;
    return Object.assign(new Error(text, { cause: error }), { isLasting: true });
  }
  if (error instanceof SyntaxError) return Object.assign(error, { isLasting: true });
  const isName = code === 'ENOTFOUND';
  const text = isName
    ? `The name of ${new URL(url).host}, which UIPATH_URL has, is not known here (${message}). ` +
      'BATON_PUBLIC_URL of the server says what jobs are told'
    : `${new URL(url).origin} cannot be reached: ${message || code}`;
  return Object.assign(new Error(text, { cause: error }), { isName });
}

function headers() {
  const { UIPATH_ACCESS_TOKEN, UIPATH_FOLDER_KEY, UIPATH_FOLDER_PATH, UIPATH_JOB_KEY } = process.env;
  return {
    accept: 'application/json',
    authorization: `Bearer ${UIPATH_ACCESS_TOKEN ?? ''}`,
    ...(UIPATH_FOLDER_KEY
      ? { 'x-uipath-folderkey': UIPATH_FOLDER_KEY }
      : // At a desk people know the folder by its path. Headers are ASCII, paths need not be.
        UIPATH_FOLDER_PATH && {
          'x-uipath-folderpath-encoded': Buffer.from(UIPATH_FOLDER_PATH, 'utf16le').toString('base64'),
        }),
    ...(UIPATH_JOB_KEY && { 'x-uipath-jobkey': UIPATH_JOB_KEY }),
  };
}

function refusal(response, text) {
  try {
    const { message, errorCode } = JSON.parse(text);
    return new OrchestratorError(response.status, message ?? response.statusText, errorCode);
  } catch {
    return new OrchestratorError(response.status, response.statusText);
  }
}

export const orchestrator = Object.freeze({
  request,
  get: (path) => request('GET', path),
  post: (path, body = {}) => request('POST', path, body),
  put: (path, body) => request('PUT', path, body),
  delete: (path) => request('DELETE', path),
});

const result = (item, transactionResult) =>
  request('POST', `/odata/Queues(${item.Id})/UiPathODataSvc.SetTransactionResult`, { transactionResult });

const itemOf = ({ content, reference, priority, dueDate, deferDate, ...more }) => ({
  SpecificContent: content,
  Reference: reference,
  Priority: priority,
  DueDate: dueDate,
  DeferDate: deferDate,
  ...more,
});

export const queue = Object.freeze({
  /**
   * Adds an item and returns it. Priority is High, Normal or Low. If the queue enforces unique references and
   * the reference exists already, it throws OrchestratorError 409 / 1016.
   */
  add(name, item = {}) {
    const itemData = { Name: name, ...itemOf(item) };
    return request('POST', '/odata/Queues/UiPathODataSvc.AddQueueItem', { itemData });
  },
  /**
   * Adds many items in one call, each as for `add`. Answers the failures, which only ProcessAllIndependently
   * and StopOnFirstFailure leave beside items that were added.
   */
  async addAll(name, items, commitType = 'AllOrNothing') {
    const body = { queueName: name, commitType, queueItems: items.map(itemOf) };
    const { FailedItems } = await request('POST', '/odata/Queues/UiPathODataSvc.BulkAddQueueItems', body);
    return FailedItems ?? [];
  },
  /** Starts the next item, which then belongs to this job; null where there is none. */
  startTransaction(name, more = {}) {
    const transactionData = { Name: name, RobotIdentifier: process.env.UIPATH_ROBOT_KEY, ...more };
    return request('POST', '/odata/Queues/UiPathODataSvc.StartTransaction', { transactionData });
  },
  async succeed(item, output) {
    await result(item, { IsSuccessful: true, Output: output });
  },
  /** A BusinessException is final. An ApplicationException may be retried if the queue is set to do so. */
  async fail(item, reason, { type = 'ApplicationException', details } = {}) {
    const ProcessingException = { Reason: reason, Details: details, Type: type };
    await result(item, { IsSuccessful: false, ProcessingException });
  },
  async progress(item, text) {
    const path = `/odata/QueueItems(${item.Id})/UiPathODataSvc.SetTransactionProgress`;
    await request('POST', path, { progress: text });
  },
});

const MEMBER_OF_KIND = new Map([
  ['DBConnectionString', 'StringValue'],
  ['HttpConnectionString', 'StringValue'],
  ['Text', 'StringValue'],
  ['Bool', 'BoolValue'],
  ['Integer', 'IntValue'],
  ['Secret', 'SecretValue'],
]);

export const assets = Object.freeze({
  /**
   * The value of an asset for this robot. It is a string (text, connection string, secret), a boolean, a
   * number, an object for a list of keys and values, or `{ username, password }` for a credential.
   */
  async get(name) {
    const asset = await readAsset(name);
    const kind = asset.ValueType;
    if (kind === 'Credential' || kind === 'WindowsCredential') {
      return { username: asset.CredentialUsername, password: asset.CredentialPassword };
    }
    if (kind === 'KeyValueList') {
      return Object.fromEntries(asset.KeyValueList.map(({ Key, Value }) => [Key, Value]));
    }
    return asset[memberOf(name, kind)];
  },
  /**
   * Sets the asset: the value of everybody, or this robot's own, as the asset is made. It takes what `get`
   * answers for its type.
   */
  async set(name, value) {
    const { ValueType: kind } = await readAsset(name);
    const robotAsset = { Name: name };
    if (kind === 'Credential' || kind === 'WindowsCredential') {
      mask(value.password);
      robotAsset.CredentialUsername = value.username;
      robotAsset.CredentialPassword = value.password;
    } else if (kind === 'KeyValueList') {
      robotAsset.KeyValueList = Object.entries(value).map(([Key, Value]) => ({ Key, Value }));
    } else {
      robotAsset[memberOf(name, kind)] = value;
      if (kind === 'Secret' || SECRET_KINDS.has(kind)) mask(value);
    }
    const body = { robotKey: process.env.UIPATH_ROBOT_KEY, robotAsset };
    await request('POST', '/odata/Assets/UiPath.Server.Configuration.OData.SetRobotAssetByRobotKey', body);
  },
});

function readAsset(name) {
  const path = '/odata/Assets/UiPath.Server.Configuration.OData.GetRobotAssetByNameForRobotKey';
  return request('POST', path, { assetName: name, robotKey: process.env.UIPATH_ROBOT_KEY });
}

function memberOf(name, kind) {
  const member = MEMBER_OF_KIND.get(kind);
  if (!member) throw new TypeError(`The asset ${name} is of a type that this robot does not know: ${kind}`);
  return member;
}

const literal = (text) => encodeURIComponent(`'${text.replaceAll("'", "''")}'`);

async function needed(set, what, name, member) {
  const { value } = await request(
    'GET',
    `/odata/${set}?$select=${member}&$filter=Name%20eq%20${literal(name)}`,
  );
  if (value.length === 0)
    throw new Error(`There is no ${what} ${name} in this folder, or this job may not see it`);
  return value[0][member];
}

const bucketPath = async (name) =>
  `/odata/Buckets(${await needed('Buckets', 'bucket', name, 'Id')})/UiPath.Server.Configuration.OData`;

async function transfer(bucket, operation, path, body, contentType) {
  const query = `path=${encodeURIComponent(path)}${contentType ? `&contentType=${encodeURIComponent(contentType)}` : ''}`;
  const access = await request('GET', `${await bucketPath(bucket)}.${operation}?${query}`);
  const { Keys, Values } = access.Headers ?? {};
  const said = Object.fromEntries((Keys ?? []).map((name, index) => [name.toLowerCase(), Values[index]]));
  if (access.RequiresAuth) said.authorization = headers().authorization;
  if (body !== undefined) said['content-type'] ??= contentType;
  return exchange(access.Uri, { method: access.Verb ?? 'GET', headers: said, body });
}

const TEXT = 'text/plain; charset=utf-8';
const BYTES = 'application/octet-stream';

/** Storage buckets of the folder. A path may begin with a slash; those that `list` answers do. */
export const buckets = Object.freeze({
  /** The paths of all files in a directory and in those below it. */
  async list(bucket, directory = '/') {
    const path = `${await bucketPath(bucket)}.GetFiles?recursive=true&directory=${encodeURIComponent(directory)}`;
    const paths = [];
    for (;;) {
      const { value } = await request('GET', `${path}&$skip=${paths.length}`);
      if (value.length === 0) return paths;
      paths.push(...value.map(({ FullPath }) => FullPath));
    }
  },
  /** The content of a file, as a Buffer. */
  read: (bucket, path) => transfer(bucket, 'GetReadUri', path),
  /**
   * Writes a file; the content is bytes, or a text, which is written as UTF-8. Without a type it is
   * text/plain or application/octet-stream.
   */
  async write(bucket, path, content, contentType = typeof content === 'string' ? TEXT : BYTES) {
    await transfer(bucket, 'GetWriteUri', path, content, contentType);
  },
  async delete(bucket, path) {
    await request('DELETE', `${await bucketPath(bucket)}.DeleteFile?path=${encodeURIComponent(path)}`);
  },
});

/** A job that `processes.run` waited for did not end as Successful; `job` is all that is known of it. */
export class JobFailed extends Error {
  name = 'JobFailed';

  constructor(job) {
    super(`Job ${job.Key} is ${job.State}: ${job.Info ?? 'no reason is known'}`);
    this.job = job;
  }
}

const FINAL = new Set(['Successful', 'Faulted', 'Stopped']);
const FIRST_LOOK_MS = 500;
const LAST_LOOK_MS = 5000;

/** Other processes of the folder. */
export const processes = Object.freeze({
  /** Starts a job of a process and answers it, without waiting for its end. */
  async start(name, args) {
    const ReleaseKey = await needed('Releases', 'process', name, 'Key');
    const InputArguments = args === undefined ? undefined : toJson(args);
    const startInfo = { ReleaseKey, Strategy: 'ModernJobsCount', JobsCount: 1, InputArguments };
    const path = '/odata/Jobs/UiPath.Server.Configuration.OData.StartJobs';
    return (await request('POST', path, { startInfo })).value[0];
  },
  /**
   * Runs a job of a process to its end and answers its output arguments. Throws JobFailed if it ends as
   * Faulted or Stopped, and an error after `timeout` seconds; the other job then goes on.
   */
  async run(name, args, { timeout = Number.POSITIVE_INFINITY } = {}) {
    let job = await processes.start(name, args);
    const end = Date.now() + timeout * 1000;
    for (let wait = FIRST_LOOK_MS; !FINAL.has(job.State); wait = Math.min(wait * 1.5, LAST_LOOK_MS)) {
      const left = end - Date.now();
      if (left <= 0) throw new Error(`Job ${job.Key} is ${job.State} after ${timeout} seconds`);
      await delay(Math.min(wait, left));
      job = await request('GET', `/odata/Jobs(${job.Id})`);
    }
    if (job.State !== 'Successful') throw new JobFailed(job);
    return parseJson(job.OutputArguments || '{}');
  },
});

/**
 * Whole numbers beyond 2^53, which a number cannot hold, are BigInt in both directions. Fractions become the
 * nearest number, as everywhere in JavaScript. Keep a fraction as text if all its digits matter.
 */
function parseJson(text) {
  if (!/\d{16}/.test(text)) return JSON.parse(text);
  return JSON.parse(text, (_name, value, context) =>
    typeof value === 'number' && !Number.isSafeInteger(value) && /^-?\d+$/.test(context?.source ?? '')
      ? BigInt(context.source)
      : value,
  );
}

function toJson(value, indent) {
  return JSON.stringify(
    value,
    (_name, member) => (typeof member === 'bigint' ? rawNumber(member) : member),
    indent,
  );
}

/** Node 20 and 21 have no JSON.rawJSON. There a plain number is written, which may be rounded. */
const rawNumber = (value) => (JSON.rawJSON ? JSON.rawJSON(String(value)) : Number(value));

function writeWhole(file, text) {
  const temporary = `${file}.${process.pid}.tmp`;
  writeFileSync(temporary, text, { flush: true });
  renameSync(temporary, file);
}
