import { invalid } from '../../kernel/errors.ts';

const TIMEOUT_MS = 5000;

/** Error codes of Node for a server that answered with an invalid certificate. */
const BAD_SSL =
  /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER|ERR_TLS|ERR_SSL|WRONG_VERSION_NUMBER|EPROTO/;

export interface Availability {
  readonly canConnect: boolean;
  readonly hasBadSsl: boolean;
  readonly connectionError: string | null;
}

/** Any answer counts, whatever its status. The caller sees nothing of it, and redirects are not followed. */
export async function verifyHost(url: string, send: typeof fetch = fetch): Promise<Availability> {
  if (!URL.canParse(url)) throw invalid('url', 'is no address');
  try {
    const answer = await send(url, {
      method: 'HEAD',
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    await answer.body?.cancel();
    return { canConnect: true, hasBadSsl: false, connectionError: null };
  } catch (error) {
    const code = codeOf(error);
    return { canConnect: false, hasBadSsl: BAD_SSL.test(code), connectionError: code };
  }
}

function codeOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  const { code, name } = cause as { readonly code?: unknown; readonly name?: string };
  return typeof code === 'string' ? code : (name ?? 'Error');
}
