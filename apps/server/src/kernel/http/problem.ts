import { toDouble } from '@baton/nupkg/exact-json';
import { Complex, type Dto, type Field } from '../contract/fields.ts';
import { isObject } from '../contract/read-input.ts';
import { ApiError } from '../errors.ts';
import { explainJson, placesOf } from '../json/explain-json.ts';
import { parseJson } from '../json/parse-json.ts';

/** The section of RFC 7231 that explains a status. Newer builds name RFC 9110, and clients read neither. */
const SECTIONS: Readonly<Record<number, string>> = {
  400: 'rfc7231#section-6.5.1',
  401: 'rfc7235#section-3.1',
  403: 'rfc7231#section-6.5.3',
  404: 'rfc7231#section-6.5.4',
  405: 'rfc7231#section-6.5.5',
  408: 'rfc7231#section-6.5.7',
  409: 'rfc7231#section-6.5.8',
  413: 'rfc7231#section-6.5.11',
  414: 'rfc7231#section-6.5.12',
  415: 'rfc7231#section-6.5.13',
  417: 'rfc7231#section-6.5.14',
  429: 'rfc6585#section-4',
  431: 'rfc6585#section-5',
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
  408: 'Request Timeout',
  409: 'Conflict',
  413: 'Payload Too Large',
  414: 'URI Too Long',
  415: 'Unsupported Media Type',
  417: 'Expectation Failed',
  429: 'Too Many Requests',
  431: 'Request Header Fields Too Large',
  500: 'An error occurred while processing your request.',
  503: 'Service Unavailable',
  507: 'Insufficient Storage',
};

export function problemOf({ status, message, detail, errors }: ApiError): Record<string, unknown> {
  const type = SECTIONS[status] && `https://tools.ietf.org/html/${SECTIONS[status]}`;
  if (errors) return { errors, type, title: 'One or more validation errors occurred.', status };
  const why = status === 403 && typeof detail === 'string' ? detail : message;
  // Clients that do not know problem details look for `errorMessage` when a scope is missing.
  const forOlder = status === 403 ? { errorMessage: why } : {};
  return { type, title: TITLES[status] ?? message, status, detail: why, ...forOlder };
}

const badInput = (errors: Readonly<Record<string, readonly string[]>>): ApiError =>
  new ApiError(400, 1009, 'One or more validation errors occurred.', { errors });

/** A parameter of path or query that is wrong. */
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
 * Says what is wrong with a member that could not be read, or with a body that is no object, and where it
 * stands in the text. Any other error stays as it is.
 */
export function explainInput(error: unknown, body: Dto | Field, value: unknown, text: string): unknown {
  const fault = error instanceof ApiError ? faultOf(error, body, value) : undefined;
  if (!fault) return error;
  const { path, reasons, field, found } = fault;
  if (found === undefined || found === null) {
    const name = path.replace(/^.*\./, '');
    return badInput({
      [path]: [path === '' ? 'A non-empty request body is required.' : `The ${name} field is required.`],
    });
  }
  const place = placesOf(text).find((each) => each.path.toLowerCase() === path.toLowerCase());
  const message = field && place && conversionFault(field, found);
  if (!message) return badInput({ [path]: reasons });
  const { line, position } = message.atStart ? place.start : place.end;
  const column = message.atStart ? position + 1 : position;
  return badInput({ [path]: [`${message.text} Path '${place.path}', line ${line}, position ${column}.`] });
}

interface InputFault {
  readonly path: string;
  readonly reasons: readonly string[];
  readonly field: Field | undefined;
  readonly found: unknown;
}

/** What was refused. Undefined if the error is about something else. */
function faultOf(error: ApiError, body: Dto | Field, value: unknown): InputFault | undefined {
  if (!('kind' in body) && !isObject(value))
    return { path: '', reasons: [error.message], field: Complex(body), found: toDouble(value) };
  const [path, reasons] = Object.entries(error.errors ?? {})[0] ?? [];
  if (path === undefined) return undefined;
  const { field, found } = lookUp(body, value, path);
  return { path, reasons: reasons!, field, found: toDouble(found) };
}

/** What Newtonsoft.Json calls the types that it has readers for. */
const CONVERSIONS: Readonly<Partial<Record<Field['kind'], readonly [inWords: string, type: string]>>> = {
  boolean: ['boolean', 'System.Boolean'],
  int32: ['integer', 'System.Int32'],
  int64: ['integer', 'System.Int64'],
  double: ['double', 'System.Double'],
  datetime: ['DateTime', 'System.DateTime'],
};

interface Conversion {
  readonly text: string;
  /** Reported where the value begins, not where it ends. */
  readonly atStart: boolean;
}

/** Undefined if the kind is right and the value breaks one of our rules. */
function conversionFault(field: Field, found: unknown): Conversion | undefined {
  const conversion = CONVERSIONS[field.kind];
  const given = JSON.stringify(found);
  if (typeof found === 'object') {
    if (conversion || field.kind === 'string') return unexpected(given[0]!);
    const expected = EXPECTED[field.kind] ?? PRIMITIVE;
    const shape = Array.isArray(found) ? EXPECTED.array! : EXPECTED.object!;
    if (expected === shape || field.kind === 'any') return undefined;
    const text = `Cannot deserialize the current ${shape} into type '${typeNameOf(field)}' because the type`;
    return { text: `${text} requires a ${expected} to deserialize correctly.`, atStart: true };
  }
  if (conversion) return scalarFault(field.kind, conversion, found);
  const name = typeNameOf(field);
  return name
    ? { text: `Error converting value ${given.slice(0, 200)} to type '${name}'.`, atStart: false }
    : undefined;
}

function scalarFault(
  kind: Field['kind'],
  [inWords, type]: readonly [string, string],
  found: unknown,
): Conversion | undefined {
  if (typeof found === 'string')
    return { text: `Could not convert string to ${inWords}: ${found.slice(0, 200)}.`, atStart: false };
  if (kind === 'boolean')
    return { text: `Error converting value ${found} to type '${type}'.`, atStart: false };
  if (typeof found === 'boolean' || kind === 'datetime') return unexpected(String(found)[0]!);
  if (kind !== 'double' && !Number.isInteger(found))
    return { text: `Input string '${found}' is not a valid integer.`, atStart: false };
  return undefined;
}

const unexpected = (character: string): Conversion => ({
  text: `Unexpected character encountered while parsing value: ${character}.`,
  atStart: true,
});

const EXPECTED: Readonly<Partial<Record<Field['kind'], string>>> = {
  object: 'JSON object (e.g. {"name":"value"})',
  map: 'JSON object (e.g. {"name":"value"})',
  array: 'JSON array (e.g. [1,2,3])',
};
const PRIMITIVE = 'JSON primitive value (e.g. string, number, boolean, null)';

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
