import type { EdmType, Property } from './model.ts';
import type { Type } from './tree.ts';

const PLAIN: Readonly<Record<EdmType, Type>> = {
  'Edm.Boolean': { kind: 'boolean' },
  'Edm.Int32': { kind: 'number', integer: true, stored: 'int' },
  'Edm.Int64': { kind: 'number', integer: true, stored: 'int' },
  'Edm.Double': { kind: 'number', integer: false, stored: 'double' },
  'Edm.String': { kind: 'string' },
  'Edm.Guid': { kind: 'guid' },
  'Edm.DateTimeOffset': { kind: 'datetime' },
  'Edm.Untyped': { kind: 'untyped' },
};

export const plainType = (type: EdmType): Type => PLAIN[type];

/** The type of one value of the property. `inJson` tells that it is read from a jsonb value. */
export function elementType(property: Property, inJson: boolean): Type {
  if (property.complex) return PLAIN['Edm.Untyped'];
  if (property.enumeration) return { kind: 'enum', enumeration: property.enumeration };
  const type = PLAIN[property.type];
  return inJson && type.kind === 'number' ? { ...type, stored: 'numeric' } : type;
}

export function propertyType(property: Property, inJson: boolean): Type {
  return property.collection ? PLAIN['Edm.Untyped'] : elementType(property, inJson);
}

/** Whether the values of a collection property are jsonb. PostgreSQL arrays hold only scalars of entities. */
export function holdsJson(property: Property, inJson: boolean): boolean {
  return inJson || property.complex !== undefined || property.type === 'Edm.Untyped';
}
