import type { EdmType, EntityType, Navigation, Property } from '@baton/odata/model';
import sql, { raw, type Sql } from 'sql-template-tag';
import type { ScopeName } from '../auth/scopes.ts';
import type { Dto, Field, Fields } from './fields.ts';
import type { Growing } from './growing-count.ts';
import type { Permission, PermissionName } from './permission.ts';

/**
 * What a caller needs to read a row that a navigation leads to: the scope, and a permission. The permission
 * is held in the tenant, where it covers every row, or in a folder of the row. Operations on the entity
 * itself declare their own.
 */
export interface Reading {
  readonly scope: ScopeName;
  readonly inTenant?: Permission<PermissionName>;
  /** `any role`: it is enough that the caller has a role in the folder. */
  readonly inFolder?: Permission<PermissionName> | 'any role';
}

/** Rows that the API shows as an OData entity; declared in an area's contract.ts. */
export interface Entity<F extends Fields = Fields> extends Dto<F> {
  /** Entity set, as in the URL: `Jobs`. Absent for types that appear only inside other types. */
  readonly set: string | undefined;
  /** Another address of the same set. */
  readonly otherSet: string | undefined;
  /** The entity of the set that this one extends: it has all its members and some of its own. */
  readonly base: (() => Entity) | undefined;
  /** The member that identifies a row. Null if several members together do, or none does. */
  readonly key: string | null;
  /** The members that identify a row together. Empty if rows have no identity. */
  readonly keys: readonly string[];
  /** What messages call it: `Job does not exist.` */
  readonly label: string;
  readonly navigations: Readonly<Record<string, { target: () => Entity; many: boolean }>>;
  readonly type: EntityType;
  /**
   * Condition that a row belongs to the tenant. `inFolder`: to one of these folders. Absent if the entity
   * does not live in folders.
   */
  readonly inTenant: ((row: Sql, tenantId: number) => Sql) | undefined;
  readonly inFolder: ((row: Sql, folderIds: readonly number[]) => Sql) | undefined;
  /** The same for one folder, whose id is SQL. Only if indexes begin with the folder. */
  readonly inOneFolder: ((row: Sql, folderId: Sql) => Sql) | undefined;
  /** The properties that a filter may compare and still use those indexes. */
  readonly indexedInFolder: ReadonlySet<Property>;
  /** Name properties that many rows share and that those indexes contain. */
  readonly names: ReadonlySet<Property>;
  readonly growing: Growing | undefined;
  /** Absent: no navigation shows the entity to anybody. */
  readonly reading: Reading | 'as part' | undefined;
}

interface EntityDeclaration<F extends Fields> {
  readonly name: string;
  readonly set?: string;
  readonly otherSet?: string;
  readonly base?: () => Entity;
  readonly label?: string;
  /** Default: `Id`. Null: rows of a report, which nothing leads to. */
  readonly key?: Extract<keyof F, string> | readonly Extract<keyof F, string>[] | null;
  /** Whether an index of the table finds a row by its key. Default: true if the key is the column `id`. */
  readonly keyIsIndexed?: boolean;
  /** A table, or a parenthesised query. */
  readonly table: string;
  readonly properties: F;
  readonly navigations?: Readonly<Record<string, NavigationDeclaration>>;
  /** SQL with `$.` for the row and `?` for the tenant's id. False: each operation narrows the rows itself. */
  readonly inTenant?: string | false;
  /**
   * SQL with `$.` for the row and `?` for a list of folder ids: `'$.folder_id in ?'`. Absent: the entity does
   * not live in folders.
   */
  readonly inFolder?: string;
  /**
   * A member that is never null. It orders rows that are equal in the requested order. The key decides among
   * rows that are still equal.
   */
  readonly ties?: Extract<keyof F, string>;
  /** The sequence of `id`. Only for tables whose rows are added and never changed. */
  readonly grows?: string;
  /**
   * The members that a filter may compare and still use the indexes that begin with the folder. Only for
   * entities that have such indexes in the usual orders of lists. A list of several folders is then merged
   * from the first rows of each folder.
   */
  readonly indexedInFolder?: readonly Extract<keyof F, string>[];
  /** Name members that many rows share and that have such indexes, too. */
  readonly names?: readonly Extract<keyof F, string>[];
  /**
   * For an entity that a navigation leads to. `as part`: the row is a piece of the row that leads to it, and
   * whoever may read that one may read it.
   */
  readonly reading?: Reading | 'as part';
}

interface NavigationDeclaration {
  readonly target: () => Entity;
  readonly many: boolean;
  readonly on: string;
}

/** To-one navigation; `on` is SQL with `$.` for this row and `@.` for the other: `'$.robot_id = @.id'`. */
export const toOne = (target: () => Entity, on: string): NavigationDeclaration => ({
  target,
  many: false,
  on,
});
export const toMany = (target: () => Entity, on: string): NavigationDeclaration => ({
  target,
  many: true,
  on,
});

export function entity<const F extends Fields>(declaration: EntityDeclaration<F>): Entity<F> {
  const { name, properties, navigations = {}, inTenant = '$.tenant_id = ?', inFolder } = declaration;
  const keys = keysOf(declaration.key, properties);
  const key = keys.length === 1 ? keys[0]! : null;
  const keyColumn = key === null ? undefined : (properties[key]!.options.from ?? snake(key));
  const type: EntityType = {
    name,
    key,
    ties: declaration.ties,
    keyIsIndexed: declaration.keyIsIndexed ?? keyColumn === 'id',
    source: raw(declaration.table),
    properties: Object.fromEntries(
      Object.entries(properties)
        .filter(([, field]) => !field.options.writeOnly)
        .map(([property, field]) => [
          property,
          { ...propertyOf(property, field), nullable: isNullable(property, field, key) },
        ]),
    ),
    navigations: Object.fromEntries(
      Object.entries(navigations).map(([property, n]): [string, Navigation] => [
        property,
        { target: () => n.target().type, many: n.many, on: (parent, child) => template(n.on, parent, child) },
      ]),
    ),
  };
  return Object.freeze({
    name,
    fields: properties,
    set: declaration.set,
    otherSet: declaration.otherSet,
    base: declaration.base,
    key,
    keys,
    label: declaration.label ?? name.replace(/Dto$/, ''),
    navigations,
    type,
    inTenant:
      inTenant === false
        ? undefined
        : (row: Sql, id: number) => template(inTenant, row, undefined, sql`${id}`),
    inFolder:
      inFolder === undefined
        ? undefined
        : (row: Sql, ids: readonly number[]) => inFolders(inFolder, row, ids),
    inOneFolder:
      inFolder === undefined || !declaration.indexedInFolder
        ? undefined
        : (row: Sql, id: Sql) => template(inFolder, row, undefined, sql`(${id})`),
    indexedInFolder: new Set(declaration.indexedInFolder?.map((property) => type.properties[property]!)),
    names: new Set(declaration.names?.map((property) => type.properties[property]!)),
    growing:
      declaration.grows === undefined ? undefined : { table: declaration.table, sequence: declaration.grows },
    reading: declaration.reading,
  });
}

function keysOf(key: string | readonly string[] | null | undefined, properties: Fields): readonly string[] {
  if (key === undefined) return 'Id' in properties ? ['Id'] : [];
  return key === null ? [] : typeof key === 'string' ? [key] : key;
}

/** One folder is compared by `=`, which the planner handles best. Lists of any length share one statement. */
const inFolders = (text: string, row: Sql, ids: readonly number[]): Sql =>
  ids.length === 1
    ? template(text, row, undefined, sql`(${ids[0]})`)
    : template(text.replaceAll(' in ?', ' = any(?)'), row, undefined, sql`${ids}::bigint[]`);

/**
 * OData and PostgreSQL place nulls differently, so a sort can walk an index only if its column is never null.
 */
const isNullable = (name: string, field: Field, key: string | null): boolean =>
  name !== key && field.options.notNull !== true;

/** The types for comparisons, where the values of an enumeration are numbers. */
export const EDM: Readonly<Record<Field['kind'], EdmType>> = {
  int32: 'Edm.Int32',
  int64: 'Edm.Int64',
  double: 'Edm.Double',
  string: 'Edm.String',
  guid: 'Edm.Guid',
  boolean: 'Edm.Boolean',
  datetime: 'Edm.DateTimeOffset',
  enum: 'Edm.Int32',
  object: 'Edm.Untyped',
  map: 'Edm.Untyped',
  any: 'Edm.Untyped',
  array: 'Edm.Untyped',
};

/**
 * SQL types of constants. Without a type, ORDER BY takes a number for the position of a column and refuses
 * every other constant.
 */
const SQL: Readonly<Record<Field['kind'], string>> = {
  int32: 'int4',
  int64: 'int8',
  double: 'float8',
  string: 'text',
  guid: 'uuid',
  boolean: 'bool',
  datetime: 'timestamptz',
  enum: 'int4',
  object: 'jsonb',
  map: 'jsonb',
  any: 'jsonb',
  array: 'jsonb',
};

function propertyOf(name: string, field: Field): Property {
  const { from = snake(name), constant, filterable = true } = field.options;
  const inner = field.kind === 'array' && field.items ? field.items : field;
  const complex = inner.dto?.();
  return {
    type: EDM[inner.kind],
    enumeration: inner.enumeration,
    complex: complex && { name: complex.name, properties: membersOf(complex) },
    collection: field.kind === 'array',
    filterable,
    sql: (alias) =>
      constant === undefined ? columnOf(from, alias) : raw(`(${literal(constant)}::${SQL[inner.kind]})`),
  };
}

/** Members of a complex value are read from its jsonb. Their `sql` gets that jsonb value as the alias. */
const membersOf = (complex: Dto): Readonly<Record<string, Property>> =>
  Object.fromEntries(Object.entries(complex.fields).map(([name, field]) => [name, propertyOf(name, field)]));

const columnOf = (from: string, alias: Sql): Sql =>
  /^[a-z_][a-z0-9_]*$/.test(from) ? sql`${alias}.${raw(from)}` : template(from, alias);

/** Fills `$.` with the row, `@.` with the other row and `?` with the value. */
function template(text: string, row: Sql, other?: Sql, value?: Sql): Sql {
  const parts = text.split(/(\$(?=\.)|@(?=\.)|\?)/);
  let result = raw('');
  for (const part of parts) {
    if (part === '$') result = sql`${result}${row}`;
    else if (part === '@') result = sql`${result}${other ?? row}`;
    else if (part === '?') result = sql`${result}${value ?? raw('null')}`;
    else result = sql`${result}${raw(part)}`;
  }
  return sql`(${result})`;
}

function literal(value: string | number | boolean | null): string {
  if (value === null) return 'null';
  return typeof value === 'string' ? `'${value.replaceAll("'", "''")}'` : String(value);
}

const snake = (name: string): string =>
  name
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1_$2')
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase();
