import { readBody, readParameter } from '../../contract/read-input.ts';
import { explainInput, notValid, parseBody, problemOf } from '../problem.ts';
import type { Dialect } from './dialect.ts';
import { quoted } from './orchestrator.ts';

/**
 * Identity and Platform Management. Failures are answered as problem details (RFC 7807), in the words of
 * ASP.NET Core and Newtonsoft.Json that clients know.
 */
export const platform: Dialect = {
  name: 'platform',
  prefix: '/identity/',
  place: 'organization',
  readParameter(field, value, name) {
    try {
      return readParameter(field, value, name);
    } catch {
      throw notValid(name, value);
    }
  },
  readBody(body, text, name) {
    const json = parseBody(body, text);
    try {
      return { json, body: readBody(body, json, name) };
    } catch (error) {
      // This dialect reports faults by line and position.
      throw explainInput(error, body, json, text!);
    }
  },
  // Answers may contain secrets, and requests passwords. Neither is kept, not even hashed.
  keepsAnswers: false,
  refusalType: 'application/problem+json; charset=utf-8',
  refusal: (error, traceId) => ({ ...problemOf(error), traceId }),
  scopeMissing: (wanted, held) =>
    `Scope(s) '${[...held].join(',')}' is(are) invalid. Expect to have ${quoted(wanted)}. `,
};
