import type { Dto, Field, Fields } from '../apps/server/src/kernel/contract/fields.ts';

export type Step = string | number;

export interface Place {
  readonly way: readonly Step[];
  readonly field: Field;
}

/**
 * The ways to every member of a body, through lists and objects; a shape that holds itself is gone into once.
 */
export function* placesOf(
  shape: Dto | Field,
  way: readonly Step[] = [],
  seen: readonly Fields[] = [],
): Generator<Place> {
  if (!('kind' in shape)) {
    if (seen.includes(shape.fields)) return;
    for (const [name, field] of Object.entries(shape.fields))
      if (!field.options.readOnly) yield* placesOf(field, [...way, name], [...seen, shape.fields]);
    return;
  }
  yield { way, field: shape };
  if (shape.kind === 'object') yield* placesOf(shape.dto!(), way, seen);
  if (shape.kind === 'array') yield* placesOf(shape.items!, [...way, 0], seen);
  if (shape.kind === 'map') yield* placesOf(shape.items!, [...way, 'Any'], seen);
}

export const MARK = '@the odd one@';

/** The example with a mark at the place; what is on the way and not in the example is made. */
export function marked(value: unknown, way: readonly Step[]): unknown {
  const [step, ...rest] = way;
  if (step === undefined) return MARK;
  if (typeof step === 'number') {
    const items = Array.isArray(value) ? value : [];
    return [marked(items[0], rest), ...items.slice(1)];
  }
  const object = typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
  return { ...object, [step]: marked((object as Record<string, unknown>)[step], rest) };
}
