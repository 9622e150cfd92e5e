import { readFile } from 'node:fs/promises';

/** A call that the server has answered. */
export interface Call {
  /** Of the API's description, such as `Jobs_StartJobs`; absent where no operation was found. */
  readonly operation?: string;
  readonly method: string;
  readonly url: string;
  readonly status: number;
  readonly type?: string;
  /** Bodies that are JSON. */
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
