import * as openid from 'openid-client';
import type { Execute, Invocation } from '../command.ts';
import { readAddress } from '../connect.ts';
import { EXIT, Failure, UsageError } from '../failure.ts';
import { claimsOf } from '../profiles/claims.ts';
import { ask, openIdOf, profileOf, Refusal, SCOPE, type Tokens } from '../profiles/open-id.ts';
import {
  DEFAULT_PROFILE,
  LOCAL_PROFILE,
  namedProfile,
  profileFile,
  readProfile,
  writeProfile,
} from '../profiles/profile-file.ts';
import { stopSignal } from '../stop-signals.ts';
import { listenOnLoopback } from './loopback.ts';
import { browserOf, openBrowser } from './open-browser.ts';

/** How long to wait for the person, who may have left. No port stays open for ever. */
const LONGEST_MS = 15 * 60_000;
const OWN_SERVER = 'http://127.0.0.1:8080';

export const execute: Execute = async (call) => {
  const { terminal, env, text, flag } = call;
  const name = namedProfile(call) ?? DEFAULT_PROFILE;
  if (name === LOCAL_PROFILE)
    throw new UsageError(`'${LOCAL_PROFILE}' is the server of 'baton start', which needs no sign-in.`);
  const known = await readProfile(call, name);
  const url = readAddress(text('url') ?? env['BATON_URL'] ?? known?.url ?? OWN_SERVER);
  const config = await ask(openIdOf(url));
  const browser = flag('no-browser') ? undefined : browserOf(env);
  const asked = AbortSignal.any([stopSignal(), AbortSignal.timeout(LONGEST_MS)]);
  const tokens = await (browser ? byBrowser(call, config, browser, asked) : byCode(call, config, url, asked));
  const userName = nameOf(tokens);
  const file = profileFile(call, name);
  await writeProfile(file, profileOf(url, tokens, userName));
  terminal.say(`Signed in at ${url} as ${terminal.paint('bold', userName)}. The other commands use it.`);
  terminal.data({ event: 'signedIn', url, userName, profile: name, file });
  return EXIT.success;
};

/**
 * The browser brings a code to a port of this process. The code is only valid together with the verifier,
 * which never leaves the process (PKCE).
 */
async function byBrowser(
  { terminal }: Invocation,
  config: openid.Configuration,
  browser: readonly string[],
  asked: AbortSignal,
): Promise<Tokens> {
  const pkceCodeVerifier = openid.randomPKCECodeVerifier();
  const expectedState = openid.randomState();
  const expectedNonce = openid.randomNonce();
  const loopback = await listenOnLoopback(expectedState);
  try {
    const address = openid.buildAuthorizationUrl(config, {
      redirect_uri: loopback.redirectUri,
      scope: SCOPE,
      code_challenge: await openid.calculatePKCECodeChallenge(pkceCodeVerifier),
      code_challenge_method: 'S256',
      state: expectedState,
      nonce: expectedNonce,
    }).href;
    openBrowser(browser, address);
    terminal.say(
      `Sign in with the browser. Where none has opened, with one on this machine:\n\n  ${address}\n`,
    );
    terminal.data({ event: 'browser', url: address });
    const arrived = await unlessStopped(loopback.arrived, asked);
    const checks = { pkceCodeVerifier, expectedState, expectedNonce };
    return await ask(openid.authorizationCodeGrant(config, arrived, checks));
  } finally {
    loopback.close();
  }
}

/**
 * For machines without a browser: the person signs in with a browser elsewhere and
 * compares a code (RFC 8628).
 */
async function byCode(
  { terminal }: Invocation,
  config: openid.Configuration,
  url: string,
  asked: AbortSignal,
): Promise<Tokens> {
  const device = await ask(openid.initiateDeviceAuthorization(config, { scope: SCOPE }));
  // The address of the page under the name by which this machine reaches the server.
  const page = (address: string): string =>
    new URL(address).href.replace(/^https?:\/\/[^/]+/, new URL(url).origin);
  const { user_code: code, verification_uri: plain, verification_uri_complete: whole = plain } = device;
  terminal.say(
    `With any browser open\n\n  ${page(whole)}\n\nand see that it shows the code ${terminal.paint('bold', code)}.`,
  );
  terminal.data({ event: 'code', url: page(whole), code });
  terminal.progress('Waiting …');
  try {
    return await ask(openid.pollDeviceAuthorizationGrant(config, device, undefined, { signal: asked }));
  } catch (error) {
    if (asked.aborted) throw ended(asked);
    if (error instanceof Refusal && error.code === 'expired_token')
      throw new Failure('The code has expired: begin again.');
    throw error;
  }
}

function unlessStopped<T>(work: Promise<T>, asked: AbortSignal): Promise<T> {
  const stopped = Promise.withResolvers<never>();
  const stop = (): void => stopped.reject(ended(asked));
  if (asked.aborted) stop();
  asked.addEventListener('abort', stop, { once: true });
  return Promise.race([work, stopped.promise]);
}

const ended = ({ reason }: AbortSignal): Failure => {
  const isLate = reason instanceof Error && reason.name === 'TimeoutError';
  return new Failure(`${isLate ? 'Time is up' : 'Interrupted'}: nobody is signed in.`, EXIT.interrupted);
};

function nameOf(tokens: Tokens): string {
  const { preferred_username: userName, name, sub } = claimsOf(tokens.access_token);
  return userName ?? name ?? sub ?? 'somebody';
}
