import { randomBytes } from 'node:crypto';
import { readdirSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { Acts, Answer, Facts, Request } from './folder-worker.ts';
import { type Log, messageOf } from './log.ts';

export type { Facts };

/** The worker beside this file, with the same extension: `.ts` in the source, `.js` as published. */
const WORKER = fileURLToPath(import.meta.url.replace('/folders.', '/folder-worker.'));
/** The beginning of the names of what is to be removed. */
const GONE = '.gone-';
/** How long the end of a robot waits for what is being removed. The next robot removes the rest. */
const GOODBYE_MS = 2000;

/**
 * Folders that may hold thousands of files. The thread of the robot never waits for them: it has heartbeats
 * to send.
 */
export type Folders = {
  /** See `folder-worker.ts`. */
  extract(file: string, content: string): Promise<void>;
  seal(folder: string): Promise<Facts>;
  plant(from: string, to: string, isShared: boolean): Promise<void>;
  plantAhead(from: string, to: string, isShared: boolean): Promise<void>;
  handOver(folder: string, uid: number | null, gid: number): Promise<void>;
  isUnchanged(folder: string): Promise<boolean>;
  measure(folder: string): Promise<number>;
  /**
   * From now on it is not there any more. It is removed in the background, and after a kill by the next
   * robot (`sweep`).
   * @throws the file system's error where it cannot be renamed
   */
  discard(folder: string): void;
  /** Removes what an earlier robot left of discarded folders below a root. */
  sweep(root: string): void;
  close(): Promise<void>;
};

export function openFolders(log: Log): Folders {
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  const removing = new Set<Promise<void>>();
  let worker: Worker | null = null;
  let last = 0;
  let closed = false;

  const open = (): Worker => {
    const made = new Worker(WORKER);
    made.on('message', (answer: Answer) => {
      const call = waiting.get(answer.id);
      waiting.delete(answer.id);
      if (waiting.size === 0) made.unref();
      if ('value' in answer) call?.resolve(answer.value);
      else call?.reject(Object.assign(new Error(answer.fault.message), answer.fault));
    });
    const end = (error: Error) => {
      if (worker === made) worker = null;
      for (const [id, call] of waiting) {
        waiting.delete(id);
        call.reject(error);
      }
    };
    made.on('error', end);
    made.on('exit', () => end(new Error('the thread for folders ended')));
    made.unref();
    return made;
  };
  const ask = <Act extends keyof Acts>(
    act: Act,
    ...args: Parameters<Acts[Act]>
  ): Promise<Awaited<ReturnType<Acts[Act]>>> =>
    new Promise((resolve, reject) => {
      if (closed) throw new Error('the robot stops');
      worker ??= open();
      worker.ref();
      const id = ++last;
      waiting.set(id, { resolve: resolve as (value: unknown) => void, reject });
      worker.postMessage({ id, act, args } satisfies Request, []);
    });
  const remove = (folder: string) => {
    const done = ask('remove', folder)
      .catch((error: unknown) =>
        log.debug({ folder, error: messageOf(error) }, 'a folder is not removed yet'),
      )
      .finally(() => removing.delete(done));
    removing.add(done);
  };
  worker = open(); // the first job does not wait for its start

  return {
    extract: (file, content) => ask('extract', file, content),
    seal: (folder) => ask('seal', folder),
    plant: (from, to, isShared) => ask('plant', from, to, isShared),
    plantAhead: (from, to, isShared) => ask('plantAhead', from, to, isShared),
    handOver: (folder, uid, gid) => ask('handOver', folder, uid, gid),
    isUnchanged: (folder) => ask('isUnchanged', folder),
    measure: (folder) => ask('measure', folder),
    discard(folder) {
      const gone = join(dirname(folder), `${GONE}${randomBytes(8).toString('hex')}`);
      try {
        renameSync(folder, gone);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
        throw error;
      }
      remove(gone);
    },
    sweep(root) {
      for (const name of readdirSync(root)) if (name.startsWith(GONE)) remove(join(root, name));
    },
    async close() {
      const goodbye = Promise.withResolvers<void>();
      const timer = setTimeout(goodbye.resolve, GOODBYE_MS);
      await Promise.race([Promise.all(removing), goodbye.promise]);
      clearTimeout(timer);
      closed = true;
      await worker?.terminate();
    },
  };
}
