import { type Attributes, element } from './xml.ts';

/**
 * What `$metadata` describes. Types are `Edm.…` names, qualified names (`Namespace.JobDto`), or
 * `Collection(…)` of either. Some readers resolve names while they read, so schemas of types come before
 * those of operations.
 */
export interface MetadataModel {
  readonly schemas: readonly SchemaModel[];
}

export interface SchemaModel {
  readonly namespace: string;
  readonly enums?: readonly EnumModel[];
  readonly complexTypes?: readonly TypeModel[];
  readonly entityTypes?: readonly TypeModel[];
  readonly operations?: readonly OperationModel[];
  readonly container?: ContainerModel;
}

export interface EnumModel {
  readonly name: string;
  readonly members: Readonly<Record<string, number>>;
}

/** An entity type or a complex type. */
export interface TypeModel {
  readonly name: string;
  /** The qualified name of the base type. Members of the base are not repeated here. */
  readonly base?: string | undefined;
  /** The names of the key properties. An entity type with a base inherits its key. */
  readonly key?: readonly string[];
  /** Whether values may have members that are not declared. */
  readonly open?: boolean;
  readonly properties: readonly PropertyModel[];
  readonly navigations?: readonly PropertyModel[];
}

export interface PropertyModel {
  readonly name: string;
  readonly type: string;
  /** Default true. For a collection it is about the items. */
  readonly nullable?: boolean;
}

export interface OperationModel {
  readonly name: string;
  readonly kind: 'Function' | 'Action';
  /** The type that the operation is called on. */
  readonly bound: string;
  readonly parameters: readonly PropertyModel[];
  /** Functions always return something. */
  readonly returns?: string | undefined;
  /** The answered rows belong to the entity set that the operation is called on. */
  readonly keepsSet?: boolean;
}

export interface ContainerModel {
  readonly sets: readonly SetModel[];
  /** Addresses that are not rows, but have operations. */
  readonly singletons: readonly SetModel[];
}

export interface SetModel {
  readonly name: string;
  readonly type: string;
  /** The entity sets that navigations lead to, by the name of the navigation. */
  readonly bindings?: Readonly<Record<string, string>>;
}

/** The EDMX 4.0 document of `/odata/$metadata`. */
export function edmx({ schemas }: MetadataModel): string {
  const services = element('edmx:DataServices', {}, schemas.map(schemaOf));
  const edmxNamespace = 'http://docs.oasis-open.org/odata/ns/edmx';
  const root = element('edmx:Edmx', { Version: '4.0', 'xmlns:edmx': edmxNamespace }, [services]);
  return `<?xml version="1.0" encoding="utf-8"?>\n${root}`;
}

function schemaOf(schema: SchemaModel): string {
  const { namespace, enums = [], complexTypes = [], entityTypes = [], operations = [], container } = schema;
  return element('Schema', { xmlns: 'http://docs.oasis-open.org/odata/ns/edm', Namespace: namespace }, [
    ...enums.map(enumType),
    ...complexTypes.map((type) => structuredType('ComplexType', type)),
    ...entityTypes.map((type) => structuredType('EntityType', type)),
    ...operations.map(operationOf),
    ...(container ? [containerOf(container)] : []),
  ]);
}

function enumType({ name, members }: EnumModel): string {
  const children = Object.entries(members).map(([member, value]) =>
    element('Member', { Name: member, Value: String(value) }),
  );
  return element('EnumType', { Name: name }, children);
}

function structuredType(kind: 'ComplexType' | 'EntityType', type: TypeModel): string {
  const { name, base, key = [], open, properties, navigations = [] } = type;
  const attributes: Record<string, string> = { Name: name };
  if (base !== undefined) attributes.BaseType = base;
  if (open) attributes.OpenType = 'true';
  const keys = key.map((property) => element('PropertyRef', { Name: property }));
  return element(kind, attributes, [
    ...(keys.length > 0 ? [element('Key', {}, keys)] : []),
    ...properties.map((property) => element('Property', attributesOf(property))),
    ...navigations.map((property) => element('NavigationProperty', attributesOf(property))),
  ]);
}

const attributesOf = ({ name, type, nullable = true }: PropertyModel): Attributes =>
  nullable ? { Name: name, Type: type } : { Name: name, Type: type, Nullable: 'false' };

function operationOf({ name, kind, bound, parameters, returns, keepsSet }: OperationModel): string {
  const binding = { name: 'bindingParameter', type: bound, nullable: false };
  const children = [binding, ...parameters].map((parameter) => element('Parameter', attributesOf(parameter)));
  if (returns !== undefined) children.push(element('ReturnType', { Type: returns }));
  const path: Attributes = keepsSet ? { EntitySetPath: binding.name } : {};
  return element(kind, { Name: name, IsBound: 'true', ...path }, children);
}

function containerOf({ sets, singletons }: ContainerModel): string {
  const bindingsOf = ({ bindings = {} }: SetModel): string[] =>
    Object.entries(bindings).map(([path, target]) =>
      element('NavigationPropertyBinding', { Path: path, Target: target }),
    );
  return element('EntityContainer', { Name: 'Container' }, [
    ...sets.map((set) => element('EntitySet', { Name: set.name, EntityType: set.type }, bindingsOf(set))),
    ...singletons.map(({ name, type }) => element('Singleton', { Name: name, Type: type })),
  ]);
}
