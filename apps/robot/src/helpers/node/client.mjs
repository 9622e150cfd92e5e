import { setTimeout as delay } from 'node:timers/promises';
import { log, mask } from './job.mjs';
import { parseJson, toJson } from './json.mjs';

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
 * out only once: a new key, or `idempotencyKey` for a call that the program itself may repeat. Errors that
 * waiting does not solve (a certificate that is not trusted, an invalid address) are thrown at once.
 */
export async function request(method, path, body, { idempotencyKey } = {}) {
  const base = (process.env.UIPATH_URL ?? '').replace(/\/+$/, '');
  const url = `${base}/orchestrator_/${path.replace(/^\/+/, '')}`;
  const init = { method, headers: headers(), body: body === undefined ? undefined : toJson(body) };
  if (body !== undefined) init.headers['content-type'] = 'application/json';
  if (method !== 'GET') init.headers['idempotency-key'] = idempotencyKey ?? crypto.randomUUID();
  const text = (await exchange(url, init)).toString();
  return text === '' ? null : masked(parseJson(text));
}

const bytesOf = async (response) => Buffer.from(await response.arrayBuffer());

/**
 * What `take` makes of an answer, by default its bytes; tried again as said. With a `timeoutMs` of null the
 * content may take as long as it comes.
 */
export async function exchange(url, init, { take = bytesOf, timeoutMs = TIMEOUT_MS } = {}) {
  const begun = Date.now();
  const patience = Number(process.env.BATON_RETRY_SECONDS ?? 300) * 1000;
  let isSaid = false;
  for (let wait = 200; ; wait = Math.min(wait * 2, 15_000)) {
    let failure;
    let atLeast = 0;
    try {
      const signal = timeoutMs === null ? null : AbortSignal.timeout(timeoutMs);
      const response = await fetch(url, { ...init, signal });
      if (response.ok) return await take(response);
      failure = refusal(response, await response.text());
      atLeast = Math.min(Number(response.headers.get('retry-after')) || 0, 60) * 1000;
    } catch (error) {
      failure = error.isLasting ? error : connectionFailure(error, url);
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
export const SECRET_KINDS = new Set(['DBConnectionString', 'HttpConnectionString']);

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

export function headers() {
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
  post: (path, body = {}, more = {}) => request('POST', path, body, more),
  put: (path, body) => request('PUT', path, body),
  delete: (path) => request('DELETE', path),
});
