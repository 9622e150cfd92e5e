import { randomUUID } from 'node:crypto';
import type { Dto, Field, Fields } from '../../apps/server/src/kernel/contract/fields.ts';
import type { Random } from './random.ts';

/** What rows there are: ids and names that a request may mean. */
export interface Known {
  readonly numbers: readonly number[];
  readonly guids: readonly string[];
  readonly texts: readonly string[];
}

/** A value that the field's declaration lets in. */
export function validValue(field: Field, random: Random, known: Known, depth = 0): unknown {
  const { options } = field;
  switch (field.kind) {
    case 'int32':
    case 'int64':
      if (random.chance(0.6) && known.numbers.length > 0) return random.of(known.numbers);
      return (options.min ?? 0) + random.below(Math.min(50, (options.max ?? 50) - (options.min ?? 0) + 1));
    case 'double':
      return random.below(1000) / 8;
    case 'string':
      return validText(field, random, known);
    case 'guid':
      return random.chance(0.7) && known.guids.length > 0 ? random.of(known.guids) : randomUUID();
    case 'boolean':
      return random.chance(0.5);
    case 'datetime':
      return new Date(1_700_000_000_000 + random.below(10 ** 9) * 100).toISOString();
    case 'enum': {
      const [name, number] = random.of(Object.entries(field.enumeration!.members));
      return random.chance(0.8) ? name : number;
    }
    case 'object':
      return validObject(field.dto!(), random, known, depth + 1);
    case 'array': {
      const length = Math.max(options.min ?? 0, random.below(depth > 2 ? 1 : 3));
      return Array.from({ length }, () => validValue(field.items!, random, known, depth + 1));
    }
    case 'map':
      return { [random.of(known.texts)]: validValue(field.items!, random, known, depth + 1) };
    case 'any':
      return random.of<unknown>([
        { Number: 1, Text: 'a' },
        'text',
        1.25,
        true,
        { A: { B: [1, 2, 'c'] } },
        null,
      ]);
  }
}

/** An object whose required members are there, the others by chance. */
export function validObject(shape: Dto, random: Random, known: Known, depth = 0): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  const share = depth > 2 ? 0 : random.next();
  for (const [name, field] of Object.entries(shape.fields as Fields)) {
    if (field.options.readOnly) continue;
    if (field.options.required || random.chance(share))
      result[name] = validValue(field, random, known, depth);
  }
  return result;
}

function validText({ options }: Field, random: Random, known: Known): string {
  const text = random.chance(0.7) ? random.of(known.texts) : `Made ${random.below(1000)}`;
  return text.slice(0, options.maxLength ?? 1000).padEnd(options.minLength ?? 0, 'x');
}
