import type { Entity } from '../apps/server/src/kernel/contract/entity.ts';
import type { Enumeration } from '../apps/server/src/kernel/contract/enumeration.ts';
import type { Dto, Field } from '../apps/server/src/kernel/contract/fields.ts';
import { descriptionOf, isNullable } from '../apps/server/src/kernel/contract/openapi/schemas.ts';
import { enumerationText, interfaceText, type Member } from './contract-text.ts';

/**
 * Whether a shape is sent or answered. A sent shape lacks members that are only shown; an
 * answered one lacks secrets.
 */
export type Side = 'taken' | 'answered';

/** A type of the contract: one side of a shape, or an enumeration. */
export interface NamedType {
  readonly name: string;
  readonly text: string;
  readonly isEnumeration?: true;
  /** The types that its text refers to. */
  readonly uses: ReadonlySet<NamedType>;
  /** The declarations that it was made from. */
  readonly sources: ReadonlySet<object>;
}

/** A declared type in TypeScript, and the types that it refers to. */
export interface TypeText {
  readonly text: string;
  readonly uses: readonly NamedType[];
}

/** Makes the types of shapes and fields. Two declarations with the same text are one type. */
export class ContractTypes {
  readonly #made: Readonly<Record<Side, Map<object, Unfinished>>> = { answered: new Map(), taken: new Map() };

  /** Answered shapes come first. A shape that is sent under the same name becomes a type of its own. */
  shape(shape: Dto | Entity, side: Side): NamedType {
    const isTwice = side === 'taken' && this.#made.answered.values().some(({ name }) => name === shape.name);
    const name = isTwice ? `${shape.name}Input` : shape.name;
    return this.#once(side, shape, name, (type) => {
      const members = membersOf(shape, side).map(([member, field]) =>
        this.#member(member, field, side, 'key' in shape && shape.key === member, type),
      );
      const navigations = 'navigations' in shape && side === 'answered' ? shape.navigations : {};
      for (const [member, { target, many }] of Object.entries(navigations)) {
        const to = this.shape(target(), side);
        type.uses.add(to);
        members.push({
          name: member,
          type: many ? `readonly ${to.name}[]` : `${to.name} | null`,
          isOptional: true,
          description: 'With `$expand`.',
        });
      }
      type.text = interfaceText(name, members);
    });
  }

  /** The type of a value that is present. */
  field(field: Field, side: Side): TypeText {
    switch (field.kind) {
      case 'int32':
      case 'int64':
      case 'double':
        return plain('number');
      case 'boolean':
        return plain('boolean');
      case 'string':
      case 'guid':
      case 'datetime':
        return plain('string');
      case 'any':
        return plain('unknown');
      case 'enum':
        return this.#enumerated(field, side);
      case 'object':
        return this.#named(this.shape(field.dto!(), side));
      case 'array': {
        const { text, uses } = this.field(field.items!, side);
        return { text: `readonly ${/^[\w.]+$/.test(text) ? text : `(${text})`}[]`, uses };
      }
      case 'map': {
        const { text, uses } = this.orNull(field.items!, side);
        return { text: `Readonly<Record<string, ${text}>>`, uses };
      }
    }
  }

  /** The same, or null if an answer or an input may be null. */
  orNull(field: Field, side: Side): TypeText {
    const { text, uses } = this.field(field, side);
    const isNull = side === 'answered' ? isNullable(field) : !field.options.required;
    return { text: isNull && text !== 'unknown' ? `${text} | null` : text, uses };
  }

  #named = (type: NamedType): TypeText => ({ text: type.name, uses: [type] });

  /** Answers contain names. Identity answers numbers and accepts both. */
  #enumerated({ enumeration, options }: Field, side: Side): TypeText {
    const type = this.#enumeration(enumeration!);
    if (!options.numbered) return this.#named(type);
    const numbers = [...new Set(Object.values(enumeration!.members))].join(' | ');
    return side === 'answered' ? plain(numbers) : { text: `${type.name} | ${numbers}`, uses: [type] };
  }

  #enumeration(enumeration: Enumeration): NamedType {
    const { name, members } = enumeration;
    return this.#once('answered', enumeration, name, (type) => {
      type.text = enumerationText(name, members);
      type.isEnumeration = true;
    });
  }

  #member(name: string, field: Field, side: Side, isKey: boolean, type: Unfinished): Member {
    const { text, uses } = isKey ? this.field(field, side) : this.orNull(field, side);
    for (const used of uses) type.uses.add(used);
    const isOptional = side === 'taken' && !field.options.required;
    return { name, type: text, isOptional, description: descriptionOf(field) };
  }

  /** Types refer to each other in circles, so a type is registered before it is finished. */
  #once(side: Side, source: object, name: string, finish: (type: Unfinished) => void): NamedType {
    const made = this.#made[side];
    const known = made.get(source);
    if (known) return known;
    const type: Unfinished = { name, text: '', uses: new Set(), sources: new Set([source]) };
    made.set(source, type);
    finish(type);
    return type;
  }

  /** Every type that was made. Types with the same text are one. */
  all(): ReadonlyMap<NamedType, NamedType> {
    const byText = new Map<string, Unfinished>();
    const found = new Map<NamedType, NamedType>();
    for (const type of [...this.#made.answered.values(), ...this.#made.taken.values()]) {
      const key = deepText(type);
      const same = byText.get(key);
      if (same) for (const source of type.sources) same.sources.add(source);
      else byText.set(key, type);
      found.set(type, same ?? type);
    }
    return found;
  }
}

interface Unfinished extends NamedType {
  text: string;
  isEnumeration?: true;
  readonly uses: Set<NamedType>;
  readonly sources: Set<object>;
}

/** The type's own text, followed by the texts of all types that it leads to. */
function deepText(type: NamedType): string {
  const reached = new Set([type]);
  for (const each of reached) for (const used of each.uses) reached.add(used);
  const [own, ...others] = [...reached].map(({ text }) => text);
  return [own, ...new Set(others)].join('\n');
}

const plain = (text: string): TypeText => ({ text, uses: [] });

const membersOf = ({ fields }: Dto, side: Side): [string, Field][] =>
  Object.entries(fields).filter(([, { options }]) =>
    side === 'answered' ? !options.writeOnly : !options.readOnly,
  );
