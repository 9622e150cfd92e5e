/** Node's codes for a server that answers with a certificate that is not valid here. */
const UNTRUSTED =
  /^(CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_(GET|VERIFY|DECRYPT|DECODE)_|HOSTNAME_MISMATCH|ERR_TLS_CERT_)/;

/**
 * What helps; the first code that matches counts. Trusting another CA helps only if this machine does not
 * know the one that signed the certificate.
 */
const ADVICE: readonly (readonly [code: RegExp, advice: string])[] = [
  [/^CERT_HAS_EXPIRED$/, 'It has to be renewed on the server'],
  [/^CERT_NOT_YET_VALID$/, 'Look at the clocks of the server and of this machine'],
  [
    /^(HOSTNAME_MISMATCH|ERR_TLS_CERT_ALTNAME_INVALID)$/,
    'Call the server by a name that it has a certificate for',
  ],
  [
    /^(DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_(GET_ISSUER|VERIFY)|CERT_UNTRUSTED)/,
    'Name the file of its CA in NODE_EXTRA_CA_CERTS',
  ],
];

/**
 * What is wrong with a server's certificate, in a sentence that says what helps; undefined for all other
 * errors. Trying again does not help.
 */
export function certificateFault(url: string, error: unknown): string | undefined {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (!(cause instanceof Error) || !('code' in cause) || !UNTRUSTED.test(String(cause.code)))
    return undefined;
  const advice = ADVICE.find(([code]) => code.test(String(cause.code)))?.[1];
  return (
    `The certificate of ${new URL(url).origin} is not trusted here: ${cause.message.replace(/\.$/, '')}` +
    (advice ? `. ${advice}` : '')
  );
}

/**
 * What is wrong if something answers at the URL, but does not speak the protocol that the URL names;
 * undefined for all other errors.
 */
export function protocolFault(url: string, error: unknown): string | undefined {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (!(cause instanceof Error)) return undefined;
  const { origin, protocol } = new URL(url);
  const code = 'code' in cause ? String(cause.code) : '';
  const isTls = protocol === 'https:';
  if (isTls && /^(ERR_SSL_(WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST))$/.test(code))
    return `${origin} answers, but without TLS: is it http://${origin.slice('https://'.length)}?`;
  if (isTls && /^(ERR_SSL_|ERR_TLS_|EPROTO$)/.test(code))
    return `${origin} answers, but there is no agreement on TLS: ${reasonOfTls(cause)}`;
  if (cause.name === 'HTTPParserError' || code.startsWith('HPE_'))
    return `${origin} answers, but not in HTTP: ${cause.message}`;
  return undefined;
}

/** OpenSSL's message names the place in its sources. The reason is the last part but one. */
const reasonOfTls = ({ message }: Error): string =>
  /:SSL routines:[^:]*:([^:]+):/.exec(message)?.[1] ?? message.trim();
