import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * Where the browser comes back to: a port of this machine (RFC 8252, 7.3), for as long as the sign-in takes.
 */
export interface Loopback {
  readonly redirectUri: string;
  /** The address that the browser was sent to. */
  readonly arrived: Promise<URL>;
  close(): void;
}

const PATH = '/signed-in';

/** `state` is what makes an arrival that of our own sign-in: any page may call a port of this machine. */
export async function listenOnLoopback(state: string): Promise<Loopback> {
  const arrived = Promise.withResolvers<URL>();
  const server = createServer((request, response) => {
    const url = URL.parse(request.url ?? '', origin());
    if (request.method !== 'GET' || url?.pathname !== PATH || url.searchParams.get('state') !== state)
      return answer(response, 404, 'Nothing is here.');
    const isRefused = url.searchParams.has('error');
    answer(response, 200, isRefused ? 'You are not signed in.' : 'You are signed in.', () =>
      arrived.resolve(url),
    );
  });
  const origin = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    redirectUri: origin() + PATH,
    arrived: arrived.promise,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

function answer(response: ServerResponse, status: number, text: string, done?: () => void): void {
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
    connection: 'close',
  });
  response.end(
    `<!doctype html><html lang="en"><meta name="color-scheme" content="light dark"><title>Baton</title>
<body style="font: 1.1rem system-ui; margin: 4rem auto; max-width: 26rem">
<h1 style="font-size: 1.4rem">${text}</h1><p role="status">Go on in the terminal; you can close this window.</p>\n`,
    done,
  );
}
