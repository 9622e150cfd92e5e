import { setTimeout as delay } from 'node:timers/promises';
import { exchange, headers, request } from './client.mjs';
import { parseJson, toJson } from './json.mjs';

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
