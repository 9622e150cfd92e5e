import { closeSync, openSync, readSync, watch } from 'node:fs';
import { cutLines } from './lines.ts';

const LOOK_MS = 250;
const CHUNK = 256 * 1024;

export type Followed = {
  /** Reads what is there now. */
  read(): void;
  end(): void;
};

/**
 * Follows `BATON_LOG`, a plain file that the job's processes append to. A pipe does not serve: if its reader
 * is killed, its writers die too. A descriptor does not serve either: children that Python starts do not
 * inherit it.
 */
export function followRecords(file: string, onLine: (line: string) => void): Followed {
  const handle = openSync(file, 'a+', 0o600);
  const buffer = Buffer.allocUnsafe(CHUNK);
  const cutter = cutLines();
  let offset = 0;
  const read = () => {
    for (let length = -1; length !== 0; offset += length) {
      length = readSync(handle, buffer, 0, CHUNK, offset);
      cutter.push(buffer.subarray(0, length)).forEach(onLine);
    }
  };
  const timer = setInterval(read, LOOK_MS);
  const watcher = watch(file, read);
  watcher.on('error', () => watcher.close());
  return {
    read,
    end() {
      clearInterval(timer);
      watcher.close();
      read();
      cutter.end().forEach(onLine);
      closeSync(handle);
    },
  };
}
