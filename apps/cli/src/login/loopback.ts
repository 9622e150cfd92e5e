import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { acceptedLanguage, type Words } from '@baton/server/identity/languages';

/** Where the browser comes back to: a port of this machine (RFC 8252, 7.3), open only during the sign-in. */
export interface Loopback {
  readonly redirectUri: string;
  /** The address that the browser requested. */
  readonly arrived: Promise<URL>;
  close(): void;
}

const PATH = '/signed-in';

/** `state` tells the own sign-in from other calls, because any web page may call a port of this machine. */
export async function listenOnLoopback(state: string): Promise<Loopback> {
  const arrived = Promise.withResolvers<URL>();
  const server = createServer((request, response) => {
    const url = URL.parse(request.url ?? '', origin());
    if (request.method !== 'GET' || url?.pathname !== PATH || url.searchParams.get('state') !== state)
      return answer(request, response, 404, WORDS.nothing);
    const isRefused = url.searchParams.has('error');
    answer(request, response, 200, isRefused ? WORDS.refused : WORDS.signedIn, () => arrived.resolve(url));
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

const WORDS = {
  nothing: { en: 'Nothing is here.', ja: 'このページはありません。' },
  refused: { en: 'You are not signed in.', ja: 'サインインしていません。' },
  signedIn: { en: 'You are signed in.', ja: 'サインインしました。' },
  goOn: {
    en: 'Go on in the terminal; you can close this window.',
    ja: 'ターミナルで操作を続けてください。このウィンドウは閉じてもかまいません。',
  },
} as const satisfies Readonly<Record<string, Words>>;

function answer(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  words: Words,
  done?: () => void,
): void {
  const language = acceptedLanguage(request.headers['accept-language']) ?? 'en';
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
    connection: 'close',
  });
  response.end(
    `<!doctype html><html lang="${language}"><meta charset="utf-8"><meta name="color-scheme" content="light dark">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>${words[language]} · Baton</title>
<body style="font: 1.1rem system-ui, sans-serif; margin: 4rem auto; padding: 0 1rem; max-width: 26rem">
<main><h1 style="font-size: 1.4rem">${words[language]}</h1><p role="status">${WORDS.goOn[language]}</p></main>\n`,
    done,
  );
}
