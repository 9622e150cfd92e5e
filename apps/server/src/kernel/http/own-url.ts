import { isIPv6 } from 'node:net';

const LOOPBACK: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '[::]': '[::1]' };

const written = (host: string): string => new URL(`http://${isIPv6(host) ? `[${host}]` : host}`).hostname;

/** Whether it is not the address of a machine but stands for all of them. */
export const isEveryAddress = (host: string): boolean => Object.hasOwn(LOOPBACK, written(host));

/**
 * The URL that a server without a public URL gives itself. If it listens on every address, it uses one that
 * certainly leads to it: that of its own machine.
 */
export function ownUrl({ host, port }: { readonly host: string; readonly port: number }): string {
  const name = isIPv6(host) ? `[${host}]` : host;
  return `http://${isEveryAddress(host) ? LOOPBACK[written(host)] : name}:${port}`;
}
