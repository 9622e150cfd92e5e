import { EDM, type Entity } from './entity.ts';
import type { Dto, Field } from './fields.ts';
import type { Answer } from './operation.ts';

/** Namespace of the types that `$metadata` describes. */
export const TYPES = 'UiPath.Orchestrator.Application.Dto';

/** A complex type that may have any members. It describes JSON objects that clients define. */
export const ANY_OBJECT = 'JsonObject';

/**
 * The part of an answer's `@odata.context` behind `/odata/$metadata#`. It names a set, one entity of a set,
 * or a type, and `$metadata` describes each of them. Undefined for answers that are not OData.
 */
export function contextOf(answer: Answer): string | undefined {
  switch (answer.kind) {
    case 'value':
      return edmTypeOf(answer.of);
    case 'one':
      return isOfSet(answer.of) ? `${setOf(answer.of, answer.set)}/$entity` : qualified(answer.of.name);
    case 'many':
      if ('kind' in answer.of) return `Collection(${edmTypeOf(answer.of)})`;
      return isOfSet(answer.of) ? setOf(answer.of) : `Collection(${qualified(answer.of.name)})`;
    default:
      return undefined;
  }
}

const isOfSet = (of: Dto | Entity): of is Entity => 'navigations' in of && of.set !== undefined;

/** `Releases`, or `Releases/Namespace.ReleaseWithRetentionDto` if rows have more members than the set's. */
const setOf = (entity: Entity, set = entity.set): string =>
  entity.base ? `${set}/${qualified(entity.name)}` : set!;

export const qualified = (type: Dto['name']): string => `${TYPES}.${type}`;

/** The EDM type of a field, in answers and in input. */
export function edmTypeOf(field: Field): string {
  switch (field.kind) {
    case 'enum':
      return field.options.numbered ? EDM.int32 : qualified(field.enumeration!.name);
    case 'object':
      return qualified(field.dto!().name);
    case 'array':
      return `Collection(${edmTypeOf(field.items!)})`;
    case 'map':
    case 'any':
      return qualified(ANY_OBJECT);
    default:
      return EDM[field.kind];
  }
}
