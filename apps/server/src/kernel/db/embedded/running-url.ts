import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { clusterFolder, USER } from './cluster.ts';

/** Whether a server was ever started on this data folder. */
export const hasCluster = (dataFolder: string): boolean => existsSync(clusterFolder(baseOf(dataFolder)));

/**
 * The address of a PostgreSQL that another process runs on this data folder. Undefined until it has
 * written where it listens. Throws the file system's error if this account may not read that: reading it
 * proves who asks.
 */
export function runningUrl(dataFolder: string, database: string): string | undefined {
  const cluster = clusterFolder(baseOf(dataFolder));
  const password = readFileSync(join(baseOf(dataFolder), 'password'), 'utf8').trim();
  // Lines: pid, data directory, start, port, folder of the socket, address.
  const lines = readLines(join(cluster, 'postmaster.pid'));
  const [port, socket = '', address] = lines.slice(3, 6).map((line) => line.trim());
  if (!port || lines.length < 6) return undefined;
  if (process.platform === 'win32') return `postgresql://${USER}:${password}@${address}:${port}/${database}`;
  const folder = socket.startsWith('/') && !socket.startsWith('/proc/self/cwd') ? socket : cluster;
  return `postgresql://${USER}:${password}@/${database}?host=${encodeURIComponent(folder)}&port=${port}`;
}

const baseOf = (dataFolder: string): string => join(dataFolder, 'postgresql');

function readLines(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
