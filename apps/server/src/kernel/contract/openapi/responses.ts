import type { Answer, Operation } from '../operation.ts';
import { answerSchema, type Schema, type Schemas, shapeReference } from './schemas.ts';

const JSON_TYPE = 'application/json';
const PROBLEM_TYPE = 'application/problem+json';

/** The responses of an operation: success, other responses that it declares, and refusals. */
export function responsesOf(operation: Operation, ofIdentity: boolean, schemas: Schemas): unknown {
  const { answer } = operation;
  const content = contentOf(answer, schemas);
  const isList = answer.kind === 'many' && operation.odata?.options.includes('t');
  const success = { ...(isList ? { headers: PAGE_HEADERS } : {}), ...(content ? { content } : {}) };
  const empty = 'emptyStatus' in answer ? answer.emptyStatus : undefined;
  return {
    [answer.status]: { description: 'Success.', ...success },
    ...(empty === undefined ? {} : { [empty]: { description: 'There is none.' } }),
    ...refusalsOf(operation),
    ...alsoOf(answer, content ?? {}, ofIdentity, schemas),
  };
}

const PAGE_HEADERS = {
  'Preference-Applied': { description: 'The size of pages that was preferred.', schema: { type: 'string' } },
};

/** What `/$count` behind a list answers. */
export const countResponsesOf = (operation: Operation): unknown => ({
  200: {
    description: 'Success.',
    content: { 'text/plain': { schema: { type: 'integer', format: 'int64' } } },
  },
  ...refusalsOf(operation),
});

type Content = Readonly<Record<string, unknown>>;

function alsoOf(
  { also = {} }: Answer,
  success: Content,
  ofIdentity: boolean,
  schemas: Schemas,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(also).map(([status, { text: description, body }]) => {
      const usual = errorContent(ofIdentity, Number(status));
      const own =
        typeof body === 'object'
          ? { [JSON_TYPE]: { schema: shapeReference(body, schemas) } }
          : { same: success, refusal: usual, none: {} }[body];
      // The handler's own answer is listed beside the usual refusal of the same status.
      return [status, { description, content: REFUSALS[Number(status)] ? either(usual, own) : own }];
    }),
  );
}

/** Both contents. If they share a media type, it offers a choice of the two schemas. */
const either = (a: Content, b: Content): Content =>
  Object.fromEntries(
    [...new Set([...Object.keys(a), ...Object.keys(b)])].map((type) => {
      const [one, other] = [a[type], b[type]] as (Media | undefined)[];
      return [type, one && other ? { schema: { anyOf: [one.schema, other.schema] } } : (one ?? other)];
    }),
  );

interface Media {
  readonly schema: Schema;
}

/** Refusals by status: the name of the response, and its description. */
const REFUSALS: Readonly<Record<number, readonly [name: string, text: string]>> = {
  400: ['BadRequest', 'The request is not what it should be; the message names the member.'],
  401: ['Unauthorized', 'There is no token, or it is not good.'],
  403: ['Forbidden', 'The token lacks a scope, or the caller a permission.'],
  404: ['NotFound', 'What is asked for does not exist, or the caller may not see it.'],
  409: ['Conflict', 'It does not go with what is there.'],
  413: ['TooLarge', 'The body is larger than is allowed.'],
  415: ['UnsupportedType', 'The content type is none that is read here.'],
};
const ANY: readonly [string, string] = ['Refused', 'Any other refusal, or a fault of the server.'];

const refusal = (name: string): unknown => ({ $ref: `#/components/responses/${name}` });

function refusalsOf({ method, answer, body, multipart, rawBody }: Operation): Record<string, unknown> {
  const statuses = [400, 401, 403, 404];
  if (method !== 'GET' || answer.kind !== 'many') statuses.push(409);
  if (body || multipart || rawBody) statuses.push(413, 415);
  const told = statuses.map((status) => [status, refusal(REFUSALS[status]![0])]);
  return { ...Object.fromEntries(told), default: refusal('Refused') };
}

/** The refusals that operations refer to. Identity and Orchestrator have different error bodies. */
export const sharedResponses = (ofIdentity: boolean): Record<string, unknown> =>
  Object.fromEntries(
    [...Object.entries(REFUSALS), ['', ANY] as const].map(([status, [name, description]]) => [
      name,
      { description, content: errorContent(ofIdentity, Number(status)) },
    ]),
  );

/** In Orchestrator, 401 and 403 have a different error body. Status 0 stands for any status. */
function errorContent(ofIdentity: boolean, status: number): Content {
  const named = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });
  if (ofIdentity) return { [PROBLEM_TYPE]: { schema: named('ProblemDetails') } };
  if (status === 0) return { [JSON_TYPE]: { schema: { anyOf: [named('Error'), named('AccessError')] } } };
  return { [JSON_TYPE]: { schema: named(status === 401 || status === 403 ? 'AccessError' : 'Error') } };
}

const text = { type: 'string' };
const textOrNull = { type: 'string', nullable: true };
const nothing = { type: 'object', nullable: true, enum: [null] };

/** All members of an error. `kernel/http/errors.ts` and `problem.ts` write them. */
export const errorSchemas = (ofIdentity: boolean): Record<string, Schema> =>
  ofIdentity
    ? {
        ProblemDetails: {
          type: 'object',
          required: ['title', 'status', 'traceId'],
          properties: {
            errors: {
              type: 'object',
              description: 'What is wrong with the input, by the path of the member.',
              additionalProperties: { type: 'array', items: text },
            },
            type: text,
            title: text,
            status: { type: 'integer' },
            detail: textOrNull,
            errorMessage: textOrNull,
            traceId: text,
          },
        },
      }
    : {
        Error: {
          type: 'object',
          required: ['message', 'errorCode', 'resourceIds', 'traceId'],
          properties: {
            message: text,
            errorCode: { type: 'integer' },
            resourceIds: nothing,
            traceId: text,
          },
        },
        AccessError: {
          type: 'object',
          required: ['message', 'errorCode', 'success', 'error', 'unAuthorizedRequest', '__abp', 'traceId'],
          properties: {
            message: text,
            errorCode: { type: 'integer' },
            result: nothing,
            targetUrl: nothing,
            success: { type: 'boolean' },
            error: {
              type: 'object',
              required: ['code', 'message', 'details'],
              properties: {
                code: { type: 'integer' },
                message: text,
                details: text,
                validationErrors: nothing,
              },
            },
            unAuthorizedRequest: { type: 'boolean' },
            __abp: { type: 'boolean' },
            traceId: text,
          },
        },
      };

function contentOf(answer: Answer, schemas: Schemas): Record<string, unknown> | undefined {
  if (answer.kind === 'nothing') return undefined;
  if (answer.kind === 'file' || answer.kind === 'stream')
    return { [answer.type.split(';')[0]!]: { schema: { type: 'string', format: 'binary' } } };
  const json = { [JSON_TYPE]: { schema: bodyOf(answer, schemas) } };
  return answer.kind === 'plain' && answer.streamed !== undefined
    ? { ...json, [answer.streamed]: { schema: { type: 'string' } } }
    : json;
}

type WithJson = Exclude<Answer, { kind: 'nothing' | 'file' | 'stream' }>;

function bodyOf(answer: WithJson, schemas: Schemas): Schema {
  const { of } = answer;
  const schema = 'kind' in of ? answerSchema(of, schemas) : shapeReference(of, schemas);
  const context = { '@odata.context': text };
  switch (answer.kind) {
    case 'value':
      return { type: 'object', required: ['value'], properties: { ...context, value: schema } };
    case 'many': {
      const number = { type: 'integer', format: 'int64' };
      const about =
        'With `Prefer: odata.include-annotations="baton.estimatedCount"`, where there is no count.';
      const count = {
        '@odata.count': {
          ...number,
          description: 'All rows that the filter leaves; none with `$count=false`.',
        },
        '@baton.estimatedCount': { ...number, description: about },
      };
      const value = { type: 'array', items: schema };
      const next = { '@odata.nextLink': { type: 'string', description: 'Where the list goes on.' } };
      return { type: 'object', required: ['value'], properties: { ...context, ...count, value, ...next } };
    }
    default:
      return schema;
  }
}
