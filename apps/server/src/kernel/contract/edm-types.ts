import type { EnumModel, PropertyModel, SchemaModel, TypeModel } from '@baton/odata/metadata';
import { ANY_OBJECT, edmTypeOf, qualified, TYPES } from './context-url.ts';
import type { Entity } from './entity.ts';
import type { Dto, Field, Fields } from './fields.ts';

/** Collects the types that sets and operations name, and all types that those name in turn. */
export class EdmTypes {
  readonly #entities = new Map<string, TypeModel>();
  readonly #complexes = new Map<string, TypeModel>();
  readonly #enums = new Map<string, EnumModel>();
  readonly #lists: ReadonlyMap<string, Entity>;

  /** `lists`: for each set, the entity that its plain list answers. */
  constructor(lists: ReadonlyMap<string, Entity>) {
    this.#lists = lists;
  }

  /** Entities of one set that have the same members are one type: the one that the set's list answers. */
  entity(entity: Entity): string {
    const listed = entity.base ? undefined : this.#lists.get(entity.set ?? '');
    const shown = listed ?? entity;
    const isRow = shown.keys.length > 0;
    const known = isRow ? this.#entities : this.#complexes;
    if (!known.has(shown.name)) {
      known.set(shown.name, { name: shown.name, properties: [] });
      known.set(shown.name, this.#describe(shown));
    }
    return qualified(shown.name);
  }

  /** The type of an address that is not a row and has no members. */
  address(name: string): string {
    this.#entities.set(name, { name, properties: [] });
    return qualified(name);
  }

  of(field: Field): string {
    const { dto, enumeration, options, kind } = inner(field);
    const shape = dto?.();
    if (shape && 'navigations' in shape) this.entity(shape as Entity);
    else if (shape) this.complex(shape);
    else if (enumeration && !options.numbered) {
      const { name, members } = enumeration;
      this.#enums.set(name, { name, members });
    } else if (kind === 'any' || kind === 'map') {
      this.#complexes.set(ANY_OBJECT, { name: ANY_OBJECT, open: true, properties: [] });
    }
    return edmTypeOf(field);
  }

  complex(shape: Dto): string {
    if (!this.#complexes.has(shape.name)) {
      this.#complexes.set(shape.name, { name: shape.name, properties: [] });
      this.#complexes.set(shape.name, { name: shape.name, properties: this.properties(shape.fields) });
    }
    return qualified(shape.name);
  }

  /** The properties that answers show or, for a body, the ones that input may set. */
  properties(fields: Fields, side: 'shown' | 'taken' = 'shown'): PropertyModel[] {
    return Object.entries(fields)
      .filter(([, { options }]) => (side === 'shown' ? !options.writeOnly : !options.readOnly))
      .map(([name, field]) => {
        const never = side === 'shown' ? field.options.notNull : field.options.required;
        return { name, type: this.of(field), ...(never ? { nullable: false } : {}) };
      });
  }

  schema(): SchemaModel {
    const sorted = <T extends { readonly name: string }>(models: ReadonlyMap<string, T>): T[] =>
      [...models.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
    return {
      namespace: TYPES,
      enums: sorted(this.#enums),
      // A shape that is both an entity and a part of other shapes is written once.
      complexTypes: sorted(this.#complexes).filter(({ name }) => !this.#entities.has(name)),
      entityTypes: sorted(this.#entities),
    };
  }

  #describe({ name, base, keys, fields, navigations }: Entity): TypeModel {
    const inherited: Partial<Entity> = base?.() ?? {};
    const own = <T>(members: Readonly<Record<string, T>>, theirs: object = {}): Record<string, T> =>
      Object.fromEntries(Object.entries(members).filter(([member]) => !(member in theirs)));
    const properties = this.properties(own(fields, inherited.fields));
    // Whether a property holds rows of another entity, which are always inline.
    const isRow = (property: string): boolean => 'navigations' in (inner(fields[property]!).dto?.() ?? {});
    return {
      name,
      base: base && this.entity(base()),
      key: base ? [] : keys,
      properties: properties
        .filter((property) => !isRow(property.name))
        .map((property) => (keys.includes(property.name) ? { ...property, nullable: false } : property)),
      navigations: [
        ...properties.filter((property) => isRow(property.name)),
        ...Object.entries(own(navigations, inherited.navigations)).map(([member, { target, many }]) => {
          const type = this.entity(target());
          return { name: member, type: many ? `Collection(${type})` : type };
        }),
      ],
    };
  }
}

const inner = (field: Field): Field => field.items ?? field;
