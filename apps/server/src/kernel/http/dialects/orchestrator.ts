import { readBody, readParameter } from '../../contract/read-input.ts';
import type { ApiError } from '../../errors.ts';
import { parseJsonBody } from '../read-json.ts';
import type { Dialect } from './dialect.ts';

/** OData, and the plain paths beside it. */
export const orchestrator: Dialect = {
  name: 'orchestrator',
  prefix: '/',
  place: 'tenant',
  readParameter,
  readBody(body, text, name) {
    const json = parseJsonBody(text);
    return { json, body: readBody(body, json, name) };
  },
  keepsAnswers: true,
  refusalType: 'application/json; charset=utf-8',
  refusal: (error, traceId) => ({ ...envelopeOf(error), traceId }),
  scopeMissing: (wanted) => `The token needs the scope ${quoted(wanted)}.`,
};

/** What a command line reads between its sign-in and its first call of a tenant. */
export const portal: Dialect = {
  ...orchestrator,
  name: 'portal',
  prefix: '/portal_/',
  place: 'organization',
};

export const quoted = (names: readonly string[]): string => names.map((name) => `'${name}'`).join(' or ');

/**
 * 401 and 403 carry the older envelope beside the newer one, because clients of both ages read them (auth.md,
 * 5.3 and 8).
 */
function envelopeOf({ status, code, message, detail }: ApiError): Record<string, unknown> {
  if (status !== 401 && status !== 403) return { message, errorCode: code, resourceIds: null };
  const details = typeof detail === 'string' ? detail : 'The requested information requires a login.';
  return {
    message,
    errorCode: code,
    result: null,
    targetUrl: null,
    success: false,
    error: { code: 0, message, details, validationErrors: null },
    unAuthorizedRequest: true,
    __abp: true,
  };
}
