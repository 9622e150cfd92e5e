import { toDouble } from '@baton/nupkg/exact-json';
import type { Dto, Field } from '../contract/fields.ts';
import { isObject } from '../contract/read-input.ts';
import { ApiError } from '../errors.ts';
import { explainJson, placesOf } from '../json/explain-json.ts';
import { parseJson } from '../json/parse-json.ts';

/**
 * The dialect of Identity: its operations belong to an organization and not to a tenant, and what goes wrong
 * is told as problem details (RFC 7807), with the words of ASP.NET Core and Newtonsoft.Json that its clients
 * know.
 */
export const isIdentity = (path: string): boolean => /^\/identity(?:\/|$)/i.test(path);

/** The section of RFC 7231 that explains a status; newer builds name RFC 9110, and clients read neither. */
const SECTIONS: Readonly<Record<number, string>> = {
  400: 'rfc7231#section-6.5.1',
  401: 'rfc7235#section-3.1',
  403: 'rfc7231#section-6.5.3',
  404: 'rfc7231#section-6.5.4',
  405: 'rfc7231#section-6.5.5',
  409: 'rfc7231#section-6.5.8',
  413: 'rfc7231#section-6.5.11',
  415: 'rfc7231#section-6.5.13',
  429: 'rfc6585#section-4',
  500: 'rfc7231#section-6.6.1',
  503: 'rfc7231#section-6.6.4',
  507: 'rfc4918#section-11.5',
};
const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  413: 'Payload Too Large',
  415: 'Unsupported Media Type',
  429: 'Too Many Requests',
  500: 'An error occurred while processing your request.',
  503: 'Service Unavailable',
  507: 'Insufficient Storage',
};

export function problemOf({ status, message, detail, errors }: ApiError): Record<string, unknown> {
  const type = SECTIONS[status] && `https://tools.ietf.org/html/${SECTIONS[status]}`;
  if (errors) return { errors, type, title: 'One or more validation errors occurred.', status };
  const why = status === 403 && typeof detail === 'string' ? detail : message;
  // Clients that know no problem details look for `errorMessage` where a scope is missing.
  const forOlder = status === 403 ? { errorMessage: why } : {};
  return { type, title: TITLES[status] ?? message, status, detail: why, ...forOlder };
}

const badInput = (errors: Readonly<Record<string, readonly string[]>>): ApiError =>
  new ApiError(400, 1009, 'One or more validation errors occurred.', { errors });

/** A parameter of path or query that is not what it should be. */
export const notValid = (name: string, value: string | string[] | undefined): ApiError =>
  badInput({ [name]: [`The value '${String(value ?? '').slice(0, 200)}' is not valid.`] });

/** The JSON of a body, or a 400 that says where it goes wrong. */
export function parseBody(body: Dto | Field, text: string | undefined): unknown {
  const json = text ?? '';
  try {
    if (json.trim() !== '') return parseJson(json);
  } catch {
    // Explained below.
  }
  const errors: Record<string, string[]> = {};
  for (const { path, message } of explainJson(json, body)) (errors[path] ??= []).push(message);
  throw badInput(errors);
}

/**
 * Says of a member that could not be read what, and where in the text it stands; any other error is left as
 * it is.
 */
export function explainInput(error: unknown, body: Dto | Field, value: unknown, text: string): unknown {
  const [path, reasons] = error instanceof ApiError ? (Object.entries(error.errors ?? {})[0] ?? []) : [];
  if (path === undefined) return error;
  const { field, found: given } = lookUp(body, value, path);
  const found = toDouble(given);
  if (found === undefined || found === null) {
    const name = path.replace(/^.*\./, '');
    return badInput({ [path]: [`The ${name} field is required.`] });
  }
  const place = placesOf(text).find((each) => each.path.toLowerCase() === path.toLowerCase());
  const message = field && place && conversionFault(field, found);
  if (!message) return badInput({ [path]: reasons! });
  const { line, position } = message.atStart ? place.start : place.end;
  const column = message.atStart ? position + 1 : position;
  return badInput({ [path]: [`${message.text} Path '${place.path}', line ${line}, position ${column}.`] });
}

const CONVERSIONS: Readonly<Partial<Record<Field['kind'], string>>> = {
  boolean: 'boolean',
  int32: 'integer',
  int64: 'integer',
  double: 'double',
  datetime: 'DateTime',
};

/** Undefined where the kind is right, and the value breaks a rule of ours. */
function conversionFault(
  field: Field,
  found: unknown,
): { readonly text: string; readonly atStart: boolean } | undefined {
  const isContainer = typeof found === 'object';
  const conversion = CONVERSIONS[field.kind];
  if (isContainer && (conversion || field.kind === 'string')) {
    const character = Array.isArray(found) ? '[' : '{';
    return { text: `Unexpected character encountered while parsing value: ${character}.`, atStart: true };
  }
  if (conversion && typeof found === 'string')
    return { text: `Could not convert string to ${conversion}: ${found.slice(0, 200)}.`, atStart: false };
  const name = typeNameOf(field);
  if (name && !isContainer)
    return {
      text: `Error converting value ${JSON.stringify(found).slice(0, 200)} to type '${name}'.`,
      atStart: false,
    };
  return undefined;
}

function typeNameOf(field: Field): string | undefined {
  switch (field.kind) {
    case 'guid':
      return 'System.Guid';
    case 'enum':
      return field.enumeration!.name;
    case 'object':
      return field.dto!().name;
    case 'array':
      return 'System.Collections.Generic.IList';
    case 'map':
      return 'System.Collections.Generic.IDictionary';
    default:
      return undefined;
  }
}

/** The declaration and the given value at a path such as `users[0].type`. */
function lookUp(
  body: Dto | Field,
  value: unknown,
  path: string,
): { field: Field | undefined; found: unknown } {
  let field = 'kind' in body ? body : undefined;
  let fields = 'kind' in body ? body.dto?.().fields : body.fields;
  let found = value;
  for (const step of path.matchAll(/\[(\d+)\]|[^.[\]]+/g)) {
    field = step[1] === undefined ? (fields?.[step[0]] ?? field?.items) : field?.items;
    fields = field?.kind === 'object' ? field.dto!().fields : undefined;
    if (step[1] !== undefined) found = Array.isArray(found) ? found[Number(step[1])] : undefined;
    else found = isObject(found) ? memberOf(found, step[0]) : undefined;
  }
  return { field, found };
}

const memberOf = (value: Record<string, unknown>, name: string): unknown =>
  Object.entries(value).findLast(([given]) => given.toLowerCase() === name.toLowerCase())?.[1];
