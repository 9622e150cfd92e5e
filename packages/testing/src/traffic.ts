import { readFile } from 'node:fs/promises';

/** A call that the server has answered. */
export interface Call {
  /**
   * The operation's name in the API's description, such as `Jobs_StartJobs`; absent if no
   * operation was found.
   */
  readonly operation?: string;
  readonly method: string;
  readonly url: string;
  readonly status: number;
  readonly type?: string;
  /** The bodies, if they are JSON. */
  readonly request?: unknown;
  readonly response?: unknown;
}

export async function readTraffic(file: string): Promise<Call[]> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Call);
}
