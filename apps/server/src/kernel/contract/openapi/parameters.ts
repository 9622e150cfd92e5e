import type { EntityType, Property } from '@baton/odata/model';
import type { Entity } from '../entity.ts';
import type { Field } from '../fields.ts';
import type { Operation } from '../operation.ts';
import { FAMILIAR, NO_GUID } from './familiar-parameters.ts';
import { descriptionOf, type Schema, type Schemas, valueSchema } from './schemas.ts';

/**
 * Parameters of path, query and header. Each has an example, and the operation accepts all examples together,
 * because tools that import the document send them unchanged. `renamed` maps declared names of path
 * parameters to those in the document.
 */
export function parametersOf(
  operation: Operation,
  renamed: ReadonlyMap<string, string>,
  schemas: Schemas,
): unknown[] {
  const one = (where: 'path' | 'query') => (entry: [string, Field]) => {
    const [name, field] = entry;
    const familiar = FAMILIAR[name];
    return {
      name: where === 'path' ? (renamed.get(name) ?? name) : name,
      in: where,
      required: where === 'path' || field.options.required === true,
      description: descriptionOf(field) ?? familiar?.text(operation) ?? '',
      schema: withoutDescription(valueSchema(field, schemas)),
      example: field.options.example ?? familiar?.example ?? exampleOf(field),
    };
  };
  const isList = operation.answer.kind === 'many' && operation.odata?.options.includes('t');
  return [
    ...Object.entries(operation.params ?? {}).map(one('path')),
    ...Object.entries(operation.query ?? {}).map(one('query')),
    ...queryOptionsOf(operation),
    ...(isList ? PAGES : []),
    ...folderOf(operation),
  ];
}

/** The parameters of a list's count: those that choose the rows. */
export const countParametersOf = (
  operation: Operation,
  renamed: ReadonlyMap<string, string>,
  schemas: Schemas,
): unknown[] =>
  parametersOf({ ...operation, odata: undefined }, renamed, schemas).concat(
    queryOptionsOf(operation).filter(({ name }) => name === '$filter'),
  );

/** For lists whose pages the server itself may end. */
const PAGES = [
  {
    name: '$skiptoken',
    in: 'query',
    required: false,
    schema: { type: 'string' },
    description: 'Where the page begins: it stands in the `@odata.nextLink` of the page before.',
    // The first row, in any order.
    example: 'MA',
  },
  {
    name: 'Prefer',
    in: 'header',
    required: false,
    schema: { type: 'string' },
    description: '`odata.maxpagesize=100` makes pages smaller than the server would.',
    example: 'odata.maxpagesize=100',
  },
];

/** The parameter itself carries the description. */
const withoutDescription = (schema: Schema): Schema => ({ ...schema, description: undefined });

/** An example for kinds whose values are all equally good. */
function exampleOf(field: Field): unknown {
  switch (field.kind) {
    case 'int32':
    case 'int64':
      return Math.max(1, field.options.min ?? 1);
    case 'boolean':
      return false;
    case 'guid':
      return NO_GUID;
    case 'datetime':
      return '2026-01-01T00:00:00Z';
    case 'enum':
      return Object.keys(field.enumeration!.members)[0];
    case 'array':
      return [exampleOf(field.items!)];
    default:
      return undefined;
  }
}

function queryOptionsOf({ odata }: Operation): (QueryOption & { readonly in: string })[] {
  if (!odata) return [];
  const { entity, options } = odata;
  const all: Readonly<Record<string, QueryOption>> = {
    e: {
      name: '$expand',
      schema: { type: 'string' },
      description: `Navigation properties to include: ${Object.keys(entity.navigations).join(', ')}.`,
      example: Object.keys(entity.navigations)[0],
    },
    f: {
      name: '$filter',
      schema: { type: 'string' },
      description: 'Condition on the rows.',
      example: conditionOn(entity.type),
    },
    s: {
      name: '$select',
      schema: { type: 'string' },
      description: 'Properties to answer; all others stay away.',
      example: selectionOf(entity),
    },
    o: {
      name: '$orderby',
      schema: { type: 'string' },
      description: 'Order of the rows, at most five properties.',
      example: `${sortableOf(entity.type)[0]} desc`,
    },
    t: {
      name: '$top',
      schema: { type: 'integer', minimum: 0 },
      description: 'Most rows to answer.',
      example: 10,
    },
    k: {
      name: '$skip',
      schema: { type: 'integer', minimum: 0 },
      description: 'Rows to leave out first.',
      example: 0,
    },
    c: {
      name: '$count',
      schema: { type: 'boolean' },
      description: 'False spares the count of all rows.',
      example: true,
    },
  };
  return [...options]
    .map((letter) => all[letter]!)
    .filter(({ example }) => example !== undefined)
    .map(({ name, ...more }) => ({ name, in: 'query', required: false, ...more }));
}

interface QueryOption {
  readonly name: string;
  readonly schema: unknown;
  readonly description: string;
  readonly example: unknown;
}

/** Properties that can be sorted by, the key first. */
const sortableOf = ({ key, properties }: EntityType): string[] =>
  Object.keys(properties)
    .filter((name) => isPlain(properties[name]!) && properties[name]!.filterable)
    .sort((a, b) => Number(b === key) - Number(a === key));

const isPlain = ({ collection, complex, type }: Property): boolean =>
  !collection && !complex && type !== 'Edm.Untyped';

function selectionOf({ type }: Entity): string {
  const names = sortableOf(type);
  return [names[0], ...names.slice(1).filter((name) => /^(?:User)?Name$/.test(name))].join(',');
}

function conditionOn(type: EntityType): string {
  const name = sortableOf(type)[0]!;
  const { type: edm, enumeration } = type.properties[name]!;
  if (enumeration) return `${name} ne '${Object.keys(enumeration.members)[0]}'`;
  if (edm === 'Edm.Int32' || edm === 'Edm.Int64' || edm === 'Edm.Double') return `${name} gt 0`;
  return `${name} ne ${edm === 'Edm.String' ? "''" : 'null'}`;
}

function folderOf({ folder }: Operation): unknown[] {
  if (folder === 'none') return [];
  const need =
    folder === 'required'
      ? 'One of the three is needed'
      : 'Without any, all folders count that the caller may see';
  return [
    {
      name: 'X-UIPATH-OrganizationUnitId',
      in: 'header',
      required: false,
      description: `Id of the folder. X-UIPATH-FolderKey or X-UIPATH-FolderPath may name it instead. ${need}.`,
      schema: { type: 'integer', format: 'int64' },
      example: 1,
    },
  ];
}
