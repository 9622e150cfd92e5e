/** Codes of Node for a server that answers, with a certificate that does not hold. */
const UNTRUSTED =
  /^(CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_(GET|VERIFY|DECRYPT|DECODE)_|HOSTNAME_MISMATCH|ERR_TLS_CERT_)/;

/**
 * What is wrong with a server's certificate, in a sentence that names the setting; undefined for all other
 * errors. It does not pass by trying again.
 */
export function certificateFault(url: string, error: unknown): string | undefined {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (!(cause instanceof Error) || !('code' in cause) || !UNTRUSTED.test(String(cause.code)))
    return undefined;
  return (
    `The certificate of ${new URL(url).origin} is not trusted here: ${cause.message}. ` +
    'Name the file of its CA in NODE_EXTRA_CA_CERTS'
  );
}
