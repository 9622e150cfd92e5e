import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';

/**
 * Decides who may name another caller. A proxy appends the address that called it to `X-Forwarded-For`. So
 * the caller is the right-most address that is not a trusted proxy's. Everything to the left of it is only
 * what the caller claims.
 */
export type TrustedProxies = (address: string, hop: number) => boolean;

/**
 * `10.0.0.0/8, 192.0.2.7`, or a number of hops. Nobody is trusted without being named: on a shared machine,
 * not even loopback.
 */
export function readTrustedProxies(setting: string): TrustedProxies {
  const entries = setting
    .split(',')
    .map((entry) => entry.trim())
    .filter(Boolean);
  if (entries.length === 1 && /^\d{1,3}$/.test(entries[0]!)) {
    const hops = Number(entries[0]);
    return (_address, hop) => hop < hops;
  }
  if (entries.length === 0) return () => false;
  const known = new BlockList();
  for (const entry of entries) {
    const [address = '', bits, more] = entry.split('/');
    const version = isIP(address);
    const most = version === 4 ? 32 : 128;
    if (version === 0 || more !== undefined || (bits !== undefined && !isBits(bits, most)))
      throw new Error(`'${entry}' is no address, no range such as 10.0.0.0/8, and no number of hops.`);
    known.addSubnet(address, bits === undefined ? most : Number(bits), version === 4 ? 'ipv4' : 'ipv6');
  }
  return (address) => {
    const version = isIP(address);
    return version !== 0 && known.check(address, version === 4 ? 'ipv4' : 'ipv6');
  };
}

const isBits = (text: string, most: number): boolean => /^\d{1,3}$/.test(text) && Number(text) <= most;

const FORWARDED = ['x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto'];

/**
 * Normalizes a request's forwarding headers before anything reads them. They are removed if the sender is not
 * trusted, and get plain addresses if it is. Some proxies write ports and brackets; with those, each
 * connection would look like another caller.
 */
export function keepTrustedHeaders(request: IncomingMessage, trusts: TrustedProxies): void {
  const { headers } = request;
  if (!FORWARDED.some((name) => headers[name] !== undefined)) return;
  if (!trusts(plainAddress(request.socket.remoteAddress ?? ''), 0)) {
    for (const name of FORWARDED) delete headers[name];
    return;
  }
  const chain = headers['x-forwarded-for'];
  if (chain === undefined) return;
  headers['x-forwarded-for'] = String(chain)
    .split(',')
    .map((entry) => plainAddress(entry.trim()))
    .join(', ');
}

/** `[2001:db8::1]:443`, `192.0.2.7:1234` and `::ffff:192.0.2.7`, reduced to the address. */
export function plainAddress(text: string): string {
  const bare =
    /^\[([^\]]*)\](?::\d+)?$/.exec(text)?.[1] ?? /^(\d+\.\d+\.\d+\.\d+):\d+$/.exec(text)?.[1] ?? text;
  return /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(bare)?.[1] ?? bare;
}
