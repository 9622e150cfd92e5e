import { join } from 'node:path';
import { certificateFault } from '@baton/client/certificate';
import { remove, writeDurably } from './durable.ts';
import { type Log, messageOf } from './log.ts';

/**
 * A problem that only people at this machine can solve, in a sentence. Waiting does not help. The job that
 * met the problem is not at fault: another host may well run it.
 */
export class HostTrouble extends Error {
  override readonly name = 'HostTrouble';
}

const WORDS: Readonly<Record<string, string>> = {
  ENOSPC: 'The disk is full',
  EDQUOT: 'The disk quota is used up',
  EFBIG: 'A file may not grow any more',
  EROFS: 'The file system is read-only',
  EACCES: 'The robot has no access to its own files',
  EPERM: 'The robot has no access to its own files',
  EIO: 'The disk does not work',
  ENOENT: 'A file or folder of the robot is gone',
  ENOTDIR: 'A folder of the robot is gone',
  ESTALE: 'The file system is gone',
  EMFILE: 'The robot has too many files open',
  ENFILE: 'This machine has too many files open',
  ENOMEM: 'This machine has no memory left',
};

/** The trouble behind an error of a local file or a certificate; null for other errors, which may pass. */
export function troubleOf(error: unknown, hostName: string, url = ''): HostTrouble | null {
  if (error instanceof HostTrouble) return error;
  const fault = url === '' ? undefined : certificateFault(url, error);
  if (fault) return new HostTrouble(`On the host ${hostName}: ${fault}`, { cause: error });
  const words = isOfFiles(error) ? WORDS[error.code] : undefined;
  if (!words) return null;
  return new HostTrouble(`On the host ${hostName}: ${words} (${messageOf(error)})`, { cause: error });
}

/** Network calls share these codes: EACCES may come from a firewall, EMFILE from too many sockets. */
const OF_NETWORK = new Set(['connect', 'getaddrinfo', 'bind', 'listen', 'accept', 'socket']);

function isOfFiles(error: unknown): error is Error & { readonly code: string } {
  if (!(error instanceof Error) || !('code' in error) || !('syscall' in error)) return false;
  return typeof error.code === 'string' && !OF_NETWORK.has(String(error.syscall));
}

/** Remembers the trouble that a host is in until it is over. */
export type TroubleWatch = {
  /** Writes it to the log once, and sends it with the next heartbeat. */
  note(trouble: HostTrouble): void;
  /** What a heartbeat reports: null as soon as all folders can be written again. */
  current(): string | null;
};

/** More than one block: a nearly full disk may still take one byte, but refuses this. */
const PROBE = ' '.repeat(64 * 1024);

/** @throws the file system's error where nothing can be written to the folder */
export function probe(folder: string): void {
  const file = join(folder, 'probe');
  writeDurably(file, PROBE);
  remove(file);
}

/** @param folders where the robot writes; each may be on a disk of its own */
export function watchTrouble(folders: readonly string[], log: Log): TroubleWatch {
  let noted: string | null = null;
  return {
    note({ message }) {
      if (noted !== message) log.error({ trouble: message }, 'this host can begin no job');
      noted = message;
    },
    current() {
      if (noted === null) return null;
      try {
        folders.forEach(probe);
        noted = null;
        log.info({}, 'this host can begin jobs again');
      } catch (error) {
        log.debug({ error: messageOf(error) }, 'the trouble of this host goes on');
      }
      return noted;
    },
  };
}
