import type { AddressInfo } from 'node:net';
import { connect, createServer, type Socket } from 'node:net';

/**
 * What the way between robot and server does: `open`; `gone`, every connection breaks; `deaf`, what is asked
 * arrives and the connection breaks before the answer; `stuck`, nothing moves and nobody is told; `narrow`,
 * nothing more moves to the server on a connection that has carried a megabyte: uploads stop in their middle.
 */
export type Way = 'open' | 'gone' | 'deaf' | 'stuck' | 'narrow';

const NARROW_BYTES = 2 ** 20;

export interface Network {
  /** The server as the robot is to see it. */
  readonly url: string;
  turn(way: Way): void;
  close(): Promise<void>;
}

/** A way to a server on this machine that can be disturbed. */
export async function openNetwork(server: string): Promise<Network> {
  const { hostname, port } = new URL(server);
  let way: Way = 'open';
  const sockets = new Set<Socket>();
  const held = new Set<() => void>();

  const join = (near: Socket): void => {
    const far = connect(Number(port), hostname);
    const both = [near, far] as const;
    const cut = (): void => both.forEach((socket) => socket.destroy());
    for (const socket of both) {
      sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', cut);
      socket.once('close', () => {
        sockets.delete(socket);
        cut();
      });
    }
    const pass = (from: Socket, to: Socket) => (data: Buffer) => {
      if (way === 'gone' || (way === 'deaf' && from === far)) return cut();
      const isTooLong = way === 'narrow' && from === near && near.bytesRead > NARROW_BYTES;
      if (way !== 'stuck' && !isTooLong) return void to.write(data);
      from.pause();
      held.add(() => {
        to.write(data);
        from.resume();
      });
    };
    near.on('data', pass(near, far));
    far.on('data', pass(far, near));
  };

  const proxy = createServer((near) => {
    if (way === 'gone') near.destroy();
    else join(near);
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    turn(to) {
      way = to;
      if (to === 'gone') for (const socket of sockets) socket.destroy();
      if (to === 'stuck') return;
      for (const release of held) release();
      held.clear();
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => proxy.close(resolve));
    },
  };
}
