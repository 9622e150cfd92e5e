import { chownSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Account, canEnter } from './account.ts';
import { type Cluster, USER } from './cluster.ts';

/** Where PostgreSQL listens. It stays the same over all restarts of one run. */
export interface Address {
  readonly settings: Readonly<Record<string, string | number>>;
  url(database: string): string;
  release(): void;
}

/** A socket's path may have 103 bytes on macOS and 107 on Linux. */
const LONGEST_PATH = 100;

/**
 * A unix socket inside the data directory, which nobody else may enter. If that path is too long, the
 * socket gets a folder of its own for this run. On Windows, it is a port of the loopback. Each of them
 * requires a password.
 */
export async function findAddress(cluster: Cluster, account: Account | undefined): Promise<Address> {
  const { folder, password } = cluster;
  if (process.platform === 'win32') {
    const port = await freePort();
    const address = `127.0.0.1:${port}`;
    return {
      settings: { listen_addresses: '127.0.0.1', port, unix_socket_directories: '' },
      url: (database) => `postgresql://${USER}:${password}@${address}/${database}`,
      release() {},
    };
  }
  const fits = Buffer.byteLength(join(folder, '.s.PGSQL.5432')) <= LONGEST_PATH;
  const place = fits ? folder : socketFolder(account);
  return {
    // PostgreSQL's working directory is the cluster. See dataDirectory() for why it is given no path.
    settings: { listen_addresses: '', port: 5432, unix_socket_directories: fits ? '.' : place },
    url: (database) =>
      `postgresql://${USER}:${password}@/${database}?host=${encodeURIComponent(place)}&port=5432`,
    release() {
      if (!fits) rmSync(place, { recursive: true, force: true });
    },
  };
}

function socketFolder(account: Account | undefined): string {
  const short = [tmpdir(), '/tmp'].find((path) => path.length < 40 && canEnter(path, account)) ?? '/tmp';
  const place = mkdtempSync(join(short, 'baton-'));
  if (account) chownSync(place, account.uid, account.gid);
  return place;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address ? address.port : 0;
}
