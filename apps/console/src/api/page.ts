// What the server writes into the page (apps/server/src/console). Under `npm run dev:console` nobody does.
const meta = document.querySelector<HTMLMetaElement>('meta[name=baton]');

/** For style elements that components add: without it the page's policy forbids them. */
export const nonce = meta?.nonce ?? '';

/** The address by which the server names itself; sign-in only works there. */
const ownOrigin = URL.canParse(meta?.content ?? '') ? meta!.content : location.origin;

const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/;
const isHere = ({ hostname }: URL): boolean => LOOPBACK.test(hostname);

/**
 * Where the page has to go to be signed in, if it was opened under another name than the server's own: for
 * whoever may know that the other name leads to the same place. `unreachable`: that is the name of the
 * server's own machine, and this is another one.
 */
export function whereToBe(): 'here' | 'unreachable' | URL {
  const own = new URL(ownOrigin);
  if (own.origin === location.origin) return 'here';
  if (isHere(own) && !isHere(new URL(location.href))) return 'unreachable';
  return new URL(location.pathname + location.search, own);
}
