import type { Complex, EntityType, Enumeration, Navigation, Property } from './model.ts';
import { type Attributes, element } from './xml.ts';

export interface MetadataModel {
  readonly namespace: string;
  readonly types: readonly EntityType[];
  readonly enums: readonly Enumeration[];
  /** Entity sets; `type` is the name of an entity type. */
  readonly sets: readonly { readonly name: string; readonly type: string }[];
  readonly operations?: readonly OperationModel[];
}

/** Types here are `Edm.…` names, names of the model's types, or `Collection(…)` of either. */
export interface OperationModel {
  readonly name: string;
  readonly kind: 'Function' | 'Action';
  /** Type of the first parameter, the one the operation is called on; absent: called on the service. */
  readonly bound?: string;
  readonly parameters: readonly { readonly name: string; readonly type: string }[];
  /** The schema knows one answer; more than one stands for alternatives, the first is written. */
  readonly returns?: readonly string[];
}

/** The EDMX 4.0 document of `/odata/$metadata`; types that others refer to are added by themselves. */
export function edmx(model: MetadataModel): string {
  const { namespace } = model;
  const { types, complexes, enums } = closure(model);
  const qualify = qualifier(namespace);
  const schema = element(
    'Schema',
    { xmlns: 'http://docs.oasis-open.org/odata/ns/edm', Namespace: namespace },
    [
      ...types.map((type) => entityType(type, qualify)),
      ...complexes.map((complex) =>
        element('ComplexType', { Name: complex.name }, propertiesOf(complex, null, qualify)),
      ),
      ...enums.map(enumType),
      ...(model.operations ?? []).map((operation) => operationOf(operation, qualify)),
      container(model, types, qualify),
    ],
  );
  const services = element('edmx:DataServices', {}, [schema]);
  const edmxNamespace = 'http://docs.oasis-open.org/odata/ns/edmx';
  const root = element('edmx:Edmx', { Version: '4.0', 'xmlns:edmx': edmxNamespace }, [services]);
  return `<?xml version="1.0" encoding="utf-8"?>\n${root}`;
}

type Qualify = (type: string) => string;

const qualifier = (namespace: string): Qualify => {
  const qualify = (type: string): string => {
    const inner = /^Collection\((.*)\)$/.exec(type)?.[1];
    if (inner !== undefined) return `Collection(${qualify(inner)})`;
    return type.includes('.') ? type : `${namespace}.${type}`;
  };
  return qualify;
};

/** Everything reachable from the given types, each name once. */
function closure(model: MetadataModel) {
  const types = new Map<string, EntityType>();
  const complexes = new Map<string, Complex>();
  const enums = new Map(model.enums.map((enumeration) => [enumeration.name, enumeration]));
  const visitProperties = (properties: Readonly<Record<string, Property>>): void => {
    for (const { enumeration, complex } of Object.values(properties)) {
      if (enumeration && !enums.has(enumeration.name)) enums.set(enumeration.name, enumeration);
      if (!complex || complexes.has(complex.name)) continue;
      complexes.set(complex.name, complex);
      visitProperties(complex.properties);
    }
  };
  const visit = (type: EntityType): void => {
    if (types.has(type.name)) return;
    types.set(type.name, type);
    visitProperties(type.properties);
    for (const { target } of Object.values(type.navigations)) visit(target());
  };
  for (const type of model.types) visit(type);
  // A shape that is both an entity and a part of others is written once.
  const values = [...complexes.values()].filter(({ name }) => !types.has(name));
  return { types: [...types.values()], complexes: values, enums: [...enums.values()] };
}

function entityType(type: EntityType, qualify: Qualify): string {
  const key = type.key === null ? [] : [element('Key', {}, [element('PropertyRef', { Name: type.key })])];
  const navigations = Object.entries(type.navigations).map(([name, navigation]) =>
    element('NavigationProperty', { Name: name, Type: targetOf(navigation, qualify) }),
  );
  return element('EntityType', { Name: type.name }, [
    ...key,
    ...propertiesOf(type, type.key, qualify),
    ...navigations,
  ]);
}

function targetOf({ target, many }: Navigation, qualify: Qualify): string {
  const name = qualify(target().name);
  return many ? `Collection(${name})` : name;
}

function propertiesOf({ properties }: EntityType | Complex, key: string | null, qualify: Qualify): string[] {
  return Object.entries(properties).map(([name, property]) => {
    const one = qualify(property.complex?.name ?? property.enumeration?.name ?? property.type);
    const attributes: Attributes = { Name: name, Type: property.collection ? `Collection(${one})` : one };
    const required = name === key || property.nullable === false;
    return element('Property', required ? { ...attributes, Nullable: 'false' } : attributes);
  });
}

function enumType({ name, members }: Enumeration): string {
  const children = Object.entries(members).map(([member, value]) =>
    element('Member', { Name: member, Value: String(value) }),
  );
  return element('EnumType', { Name: name }, children);
}

function operationOf({ name, kind, bound, parameters, returns }: OperationModel, qualify: Qualify): string {
  const binding = bound === undefined ? [] : [{ name: 'bindingParameter', type: bound }];
  const children = [...binding, ...parameters].map((parameter) =>
    element('Parameter', { Name: parameter.name, Type: qualify(parameter.type) }),
  );
  const [result] = returns ?? [];
  if (result !== undefined) children.push(element('ReturnType', { Type: qualify(result) }));
  return element(kind, bound === undefined ? { Name: name } : { Name: name, IsBound: 'true' }, children);
}

function container(model: MetadataModel, types: readonly EntityType[], qualify: Qualify): string {
  const setOf = new Map(model.sets.map(({ name, type }) => [type, name]));
  const sets = model.sets.map(({ name, type }) => {
    const navigations = types.find((known) => known.name === type)?.navigations ?? {};
    const bindings = Object.entries(navigations).flatMap(([path, { target }]) => {
      const set = setOf.get(target().name);
      return set === undefined ? [] : [element('NavigationPropertyBinding', { Path: path, Target: set })];
    });
    return element('EntitySet', { Name: name, EntityType: qualify(type) }, bindings);
  });
  const imports = (model.operations ?? [])
    .filter(({ bound }) => bound === undefined)
    .map(({ name, kind }) => element(`${kind}Import`, { Name: name, [kind]: qualify(name) }));
  return element('EntityContainer', { Name: 'Container' }, [...sets, ...imports]);
}
