import assert from 'node:assert/strict';
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import type { TestServer } from '../apps/server/src/server.fixture.ts';

export type Schema = Readonly<Record<string, unknown>>;

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required: boolean;
  readonly description?: string;
  readonly schema: Schema;
  readonly example?: unknown;
}

interface Media {
  readonly schema: Schema;
  readonly example?: unknown;
}

interface Content {
  readonly content?: Readonly<Record<string, Media>>;
}

export interface Described {
  readonly operationId: string;
  readonly summary?: string;
  readonly description?: string;
  readonly parameters: readonly Parameter[];
  readonly requestBody?: Content & { readonly required?: boolean };
  readonly responses: Readonly<
    Record<string, Content & { readonly $ref?: string; readonly headers?: object }>
  >;
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
}

export interface OpenApi {
  readonly openapi: string;
  readonly servers: readonly { readonly url: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Described>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, Schema>>;
    readonly responses: Readonly<Record<string, Content>>;
    readonly securitySchemes: Readonly<Record<string, unknown>>;
  };
}

export const DOCUMENTS = {
  Orchestrator: '/swagger/v20.0/swagger.json',
  Identity: '/identity/swagger/external/swagger.json',
} as const;

/** A document as the server gives it to anybody who asks. */
export async function documentAt(server: TestServer, path: string): Promise<OpenApi> {
  const { status, body } = await server.anonymous.get(path);
  assert.equal(status, 200, path);
  return body as OpenApi;
}

export interface Place {
  readonly path: string;
  readonly method: string;
  readonly operation: Described;
}

export const operationsOf = ({ paths }: OpenApi): Place[] =>
  Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  );

export const responseOf = ({ components }: OpenApi, { responses }: Described, status: number): Content => {
  const found = responses[status] ?? responses.default!;
  const name = found.$ref?.replace('#/components/responses/', '');
  return name === undefined ? found : components.responses[name]!;
};

/** What does not fit a schema of the document. */
export type Check = (schema: Schema, value: unknown) => readonly string[];

/**
 * Ajv on the schemas of a document as they stand: it knows `nullable`. In answers, members that only go in
 * are missing, and others where `$select` left them out.
 */
export function checkOf(document: OpenApi): Check {
  const ajv = new Ajv({ strict: false, allErrors: true, inlineRefs: false, formats: FORMATS });
  ajv.addSchema({ $id: 'document', components: document.components });
  const compiled = new WeakMap<Schema, ValidateFunction>();
  return (schema, value) => {
    let validate = compiled.get(schema);
    if (!validate) compiled.set(schema, (validate = ajv.compile(absolute(schema))));
    return validate(value) ? [] : (validate.errors ?? []).map(told);
  };
}

const told = ({ instancePath, message, params }: ErrorObject): string =>
  `${instancePath.replace(/\/\d+(?=\/|$)/g, '/*')} ${message} ${JSON.stringify(params)}`;

/** References of a part lead into the whole. */
const absolute = (schema: Schema): Schema =>
  JSON.parse(JSON.stringify(schema).replaceAll('"$ref":"#/', '"$ref":"document#/'));

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;
const FORMATS = {
  uuid: UUID,
  'date-time': (text: string) => INSTANT.test(text) && !Number.isNaN(Date.parse(text)),
  int32: { type: 'number', validate: (n: number) => Number.isInteger(n) && Math.abs(n) <= 2 ** 31 },
  int64: { type: 'number', validate: Number.isSafeInteger },
  double: { type: 'number', validate: Number.isFinite },
  binary: true,
} as const;
