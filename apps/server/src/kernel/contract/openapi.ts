import { namesOfScope } from '../auth/principal.ts';
import { accessKindOf } from './access-kind.ts';
import type { Entity } from './entity.ts';
import type { Dto, Field, Fields } from './fields.ts';
import { effectOf } from './not-carried-out.ts';
import type { Answer, Operation, Permission } from './operation.ts';

/** The OpenAPI 3 document of the declared operations. `baseUrl` is where the reader reached it. */
export function openApi(
  operations: readonly Operation[],
  about: { readonly baseUrl: string; readonly tokenUrl: string },
): unknown {
  const schemas = new Map<string, unknown>();
  const paths: Record<string, Record<string, unknown>> = {};
  for (const operation of operations) {
    (paths[operation.path] ??= {})[operation.method.toLowerCase()] = describe(operation, schemas);
  }
  return {
    openapi: '3.0.3',
    info: {
      title: 'Baton Orchestrator',
      version: '20.0',
      description: 'Jobs, queues, assets and robots of one tenant.',
    },
    servers: [{ url: about.baseUrl || '/' }],
    tags: [...new Set(operations.map((o) => o.tag))].sort().map((name) => ({ name })),
    paths,
    components: {
      schemas: Object.fromEntries([...schemas].sort(([a], [b]) => a.localeCompare(b))),
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
        application: {
          type: 'oauth2',
          flows: { clientCredentials: { tokenUrl: about.tokenUrl, scopes: scopesOf(operations) } },
        },
      },
    },
    security: [{ bearer: [] }, { application: [] }],
  };
}

const SIDES = ['Read', 'Write'] as const;
const scopesOf = (operations: readonly Operation[]): Record<string, string> =>
  Object.fromEntries(
    [
      ...new Set(
        operations.flatMap(({ scope }) => (scope ? SIDES.flatMap((side) => namesOfScope(scope, side)) : [])),
      ),
    ]
      .sort()
      .map((scope) => [scope, scope]),
  );

function describe(operation: Operation, schemas: Map<string, unknown>): unknown {
  const isFree = operation.callers?.includes('anonymous');
  return {
    tags: [operation.tag],
    operationId: operation.id,
    summary: operation.summary,
    description: rightsOf(operation),
    parameters: parametersOf(operation, schemas),
    ...(operation.multipart || operation.rawBody || operation.body
      ? { requestBody: bodyOf(operation, schemas) }
      : {}),
    responses: responsesOf(operation, schemas),
    ...(isFree ? { security: [] } : {}),
  };
}

function rightsOf(operation: Operation): string {
  const parts = [];
  if (operation.scope)
    parts.push(`Scope: ${namesOfScope(operation.scope, accessKindOf(operation)).join(' or ')}.`);
  if (operation.permission) parts.push(`Permission: ${permissionText(operation.permission)}.`);
  if (operation.folder === 'required') parts.push('Works in the folder that a header names.');
  return parts.join(' ');
}

const permissionText = (permission: Permission): string =>
  typeof permission === 'string'
    ? permission
    : 'any' in permission
      ? permission.any.join(' or ')
      : permission.all.join(' and ');

const OPTIONS: Readonly<Record<string, readonly [name: string, type: string, text: string]>> = {
  e: ['$expand', 'string', 'Navigation properties to include.'],
  f: ['$filter', 'string', 'Condition on the rows.'],
  s: ['$select', 'string', 'Properties to answer.'],
  o: ['$orderby', 'string', 'Order of the rows, at most five properties.'],
  t: ['$top', 'integer', 'Most rows to answer.'],
  k: ['$skip', 'integer', 'Rows to leave out first.'],
  c: ['$count', 'boolean', 'False spares the count of all rows.'],
};

function parametersOf(operation: Operation, schemas: Map<string, unknown>): unknown[] {
  const from = (fields: Fields | undefined, where: 'path' | 'query') =>
    Object.entries(fields ?? {}).map(([name, field]) => ({
      name,
      in: where,
      required: where === 'path' || field.options.required === true,
      description: descriptionOf(field),
      schema: schemaOf(field, schemas),
    }));
  const options = [...(operation.odata?.options ?? '')].map((letter) => {
    const [name, type, description] = OPTIONS[letter]!;
    return { name, in: 'query', description, schema: { type } };
  });
  const folder =
    operation.folder === 'none'
      ? []
      : [
          {
            name: 'X-UIPATH-OrganizationUnitId',
            in: 'header',
            required: operation.folder === 'required',
            description: 'Id of the folder.',
            schema: { type: 'integer', format: 'int64' },
          },
        ];
  return [...from(operation.params, 'path'), ...from(operation.query, 'query'), ...options, ...folder];
}

function bodyOf(operation: Operation, schemas: Map<string, unknown>): unknown {
  if (operation.rawBody) return { content: { '*/*': { schema: { type: 'string', format: 'binary' } } } };
  if (operation.multipart) {
    const schema = {
      type: 'object',
      properties: { file: { type: 'string', format: 'binary' } },
      required: ['file'],
    };
    return { content: { 'multipart/form-data': { schema } } };
  }
  const body = operation.body!;
  const schema = 'kind' in body ? schemaOf(body, schemas) : reference(body, schemas);
  return {
    content: {
      'application/json': {
        schema,
        ...(operation.example === undefined ? {} : { example: operation.example }),
      },
    },
  };
}

function responsesOf(operation: Operation, schemas: Map<string, unknown>): unknown {
  const schema = answerSchema(operation.answer, schemas);
  const success = schema
    ? {
        description: 'Success',
        content: {
          [schema.format === 'binary' ? 'application/octet-stream' : 'application/json']: { schema },
        },
      }
    : { description: 'Success' };
  const empty = 'emptyStatus' in operation.answer ? operation.answer.emptyStatus : undefined;
  return {
    [operation.answer.status]: success,
    ...(empty === undefined ? {} : { [empty]: { description: 'There is none.' } }),
    default: { description: 'Refused', content: { 'application/json': { schema: errorSchema(schemas) } } },
  };
}

function answerSchema(answer: Answer, schemas: Map<string, unknown>): Record<string, unknown> | undefined {
  switch (answer.kind) {
    case 'nothing':
      return undefined;
    case 'file':
    case 'stream':
      return { type: 'string', format: 'binary' };
    case 'value':
      return { type: 'object', properties: { value: schemaOf(answer.of, schemas) } };
    case 'many': {
      const items = 'kind' in answer.of ? schemaOf(answer.of, schemas) : reference(answer.of, schemas);
      return {
        type: 'object',
        properties: { '@odata.count': { type: 'integer' }, value: { type: 'array', items } },
      };
    }
    default:
      return 'kind' in answer.of ? schemaOf(answer.of, schemas) : reference(answer.of, schemas);
  }
}

function errorSchema(schemas: Map<string, unknown>): unknown {
  schemas.set('Error', {
    type: 'object',
    properties: { message: { type: 'string' }, errorCode: { type: 'integer' }, traceId: { type: 'string' } },
  });
  return { $ref: '#/components/schemas/Error' };
}

function reference(shape: Dto | Entity, schemas: Map<string, unknown>): Record<string, unknown> {
  if (!schemas.has(shape.name)) {
    schemas.set(shape.name, {});
    const properties = Object.fromEntries(
      Object.entries(shape.fields).map(([name, field]) => [name, schemaOf(field, schemas)]),
    );
    for (const [name, { target, many }] of Object.entries('navigations' in shape ? shape.navigations : {})) {
      const schema = reference(target(), schemas);
      properties[name] = many ? { type: 'array', items: schema } : schema;
    }
    const required = Object.keys(shape.fields).filter((name) => shape.fields[name]!.options.required);
    schemas.set(shape.name, { type: 'object', ...(required.length > 0 ? { required } : {}), properties });
  }
  return { $ref: `#/components/schemas/${shape.name}` };
}

const descriptionOf = ({ options }: Field): string | undefined =>
  [options.description, effectOf(options)].filter(Boolean).join(' ') || undefined;

function schemaOf(field: Field, schemas: Map<string, unknown>): Record<string, unknown> {
  const { options } = field;
  const description = descriptionOf(field) ?? '';
  const common = {
    ...(description === '' ? {} : { description }),
    ...(options.readOnly ? { readOnly: true } : {}),
    ...(options.writeOnly ? { writeOnly: true } : {}),
  };
  const limits = { minimum: options.min, maximum: options.max };
  switch (field.kind) {
    case 'int32':
    case 'int64':
      return { type: 'integer', format: field.kind, ...limits, ...common };
    case 'double':
      return { type: 'number', format: 'double', ...limits, ...common };
    case 'boolean':
      return { type: 'boolean', ...common };
    case 'string':
      return { type: 'string', maxLength: options.maxLength, minLength: options.minLength, ...common };
    case 'guid':
      return { type: 'string', format: 'uuid', ...common };
    case 'datetime':
      return { type: 'string', format: 'date-time', ...common };
    case 'enum':
      if (field.options.numbered)
        return { type: 'integer', enum: Object.values(field.enumeration!.members), ...common };
      return { type: 'string', enum: Object.keys(field.enumeration!.members), ...common };
    case 'array':
      return { type: 'array', items: schemaOf(field.items!, schemas), ...common };
    case 'map':
      return { type: 'object', additionalProperties: schemaOf(field.items!, schemas), ...common };
    case 'object':
      return description === ''
        ? reference(field.dto!(), schemas)
        : { allOf: [reference(field.dto!(), schemas)], ...common };
    case 'any':
      return { ...common };
  }
}
