// What a job of Baton can do: its arguments, its log, its stop, its queues and assets. No dependencies, Node
// 20 or newer. Outside of a job (no BATON_* in the environment) `input()` is empty and `output()` and the log
// print, so a script can be tried at a desk.
import { appendFileSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** The input arguments, an object. */
export function input() {
  const file = process.env.BATON_INPUT;
  return file ? parseJson(readFileSync(file, 'utf8')) : {};
}

/** Sets the output arguments, an object. The last call before the end counts. */
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

/** Whether somebody asked the job to stop. Having been told so, the job ends as Stopped if it ends well. */
export function stopRequested() {
  const file = process.env.BATON_STOP;
  if (!asked && !(file && existsSync(file))) return false;
  const beside = process.env.BATON_OUTPUT;
  if (!acknowledged && beside) writeWhole(join(dirname(beside), 'stopped.json'), '{"stopped": true}');
  acknowledged = true;
  return true;
}

/** For the robot's bootstrap: SIGTERM came. */
export function askToStop() {
  asked = true;
}

// The robot cuts lines at 65,536 characters, and a record that was cut is no JSON any more.
const MAX_MESSAGE = 60_000;

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

/** The server answered, and the answer is no. */
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
/** A name that is not known may be known in a moment, as at the start of a machine; not much later. */
const UNKNOWN_NAME_MS = 30_000;
/** What is tried again for so long is said in the job's log. */
const SAID_AFTER_MS = 2000;
const UNTRUSTED =
  /^(CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_(GET|VERIFY|DECRYPT|DECODE)_|HOSTNAME_MISMATCH|ERR_TLS_CERT_)/;
/** Of them those that another CA helps against. */
const UNKNOWN_CA = /^(DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_(GET_ISSUER|VERIFY)|CERT_UNTRUSTED)/;

/**
 * A call in the job's folder: the answer's JSON, or null for an empty one. `path` begins with /odata or /api.
 * It is tried again for five minutes (`BATON_RETRY_SECONDS`) while the server is away or overloaded; a call
 * that changes something has a key by which the server knows it again, so that it is done once. What waiting
 * does not mend (a certificate that is not trusted, an address that is none) is thrown at once.
 */
async function request(method, path, body) {
  const base = (process.env.UIPATH_URL ?? '').replace(/\/+$/, '');
  const url = `${base}/orchestrator_/${path.replace(/^\/+/, '')}`;
  const init = { method, headers: headers(), body: body === undefined ? undefined : toJson(body) };
  if (body !== undefined) init.headers['content-type'] = 'application/json';
  if (method !== 'GET') init.headers['idempotency-key'] = crypto.randomUUID();
  const begun = Date.now();
  const patience = Number(process.env.BATON_RETRY_SECONDS ?? 300) * 1000;
  let isSaid = false;
  for (let wait = 200; ; wait = Math.min(wait * 2, 15_000)) {
    let failure;
    let atLeast = 0;
    try {
      const response = await fetch(url, { ...init, signal: AbortSignal.timeout(TIMEOUT_MS) });
      const text = await response.text();
      if (response.ok) return text === '' ? null : parseJson(text);
      failure = refusal(response, text);
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

/** In words: fetch says "fetch failed", and what failed in the cause. */
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
  const { UIPATH_ACCESS_TOKEN, UIPATH_FOLDER_KEY, UIPATH_JOB_KEY } = process.env;
  return {
    accept: 'application/json',
    authorization: `Bearer ${UIPATH_ACCESS_TOKEN ?? ''}`,
    ...(UIPATH_FOLDER_KEY && { 'x-uipath-folderkey': UIPATH_FOLDER_KEY }),
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

export const queue = Object.freeze({
  /**
   * Adds an item and returns it. Priority is High, Normal or Low. A reference that is there already, in a
   * queue that wants unique ones, throws OrchestratorError 409 / 1016.
   */
  add(name, { content, reference, priority, dueDate, deferDate, ...more } = {}) {
    const itemData = {
      Name: name,
      SpecificContent: content,
      Reference: reference,
      Priority: priority,
      DueDate: dueDate,
      DeferDate: deferDate,
      ...more,
    };
    return request('POST', '/odata/Queues/UiPathODataSvc.AddQueueItem', { itemData });
  },
  /** The next item, which is then this job's; null where there is none. */
  startTransaction(name, more = {}) {
    const transactionData = { Name: name, RobotIdentifier: process.env.UIPATH_ROBOT_KEY, ...more };
    return request('POST', '/odata/Queues/UiPathODataSvc.StartTransaction', { transactionData });
  },
  async succeed(item, output) {
    await result(item, { IsSuccessful: true, Output: output });
  },
  /** A BusinessException is final; an ApplicationException may be tried again, as the queue says. */
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
   * The value of an asset for this robot: a string (texts, connection strings, secrets), boolean, number, an
   * object for a list of keys and values, or for a credential `{ username, password }`.
   */
  async get(name) {
    const path = '/odata/Assets/UiPath.Server.Configuration.OData.GetRobotAssetByNameForRobotKey';
    const body = { assetName: name, robotKey: process.env.UIPATH_ROBOT_KEY };
    const asset = await request('POST', path, body);
    const kind = asset.ValueType;
    if (kind === 'Credential' || kind === 'WindowsCredential') {
      return { username: asset.CredentialUsername, password: asset.CredentialPassword };
    }
    if (kind === 'KeyValueList') {
      return Object.fromEntries(asset.KeyValueList.map(({ Key, Value }) => [Key, Value]));
    }
    const member = MEMBER_OF_KIND.get(kind);
    if (!member) throw new TypeError(`The asset ${name} is of a type that this robot does not know: ${kind}`);
    return asset[member];
  },
});

/**
 * Whole numbers that a number cannot hold (beyond 2^53) are BigInt, both ways. Fractions are the nearest
 * number, as everywhere in JavaScript: whoever needs all their digits keeps them as text.
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

/** Node 20 and 21 have no JSON.rawJSON: there a number stands in, which may be rounded. */
const rawNumber = (value) => (JSON.rawJSON ? JSON.rawJSON(String(value)) : Number(value));

function writeWhole(file, text) {
  const temporary = `${file}.${process.pid}.tmp`;
  writeFileSync(temporary, text, { flush: true });
  renameSync(temporary, file);
}
