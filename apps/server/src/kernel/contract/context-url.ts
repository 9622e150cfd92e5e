import { EDM, type Entity } from './entity.ts';
import type { Dto, Field } from './fields.ts';
import type { Answer } from './operation.ts';

/** Namespace of the types that `$metadata` describes. */
export const TYPES = 'UiPath.Orchestrator.Application.Dto';

/** A complex type that may have any members: what JSON objects of people are. */
export const ANY_OBJECT = 'JsonObject';

/**
 * What an answer is, as its `@odata.context` says it behind `…/odata/$metadata#`: a set, one entity of it, or
 * a type, each described there. Undefined for answers that are no OData.
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

/** `Releases`, or `Releases/Namespace.ReleaseWithRetentionDto` where rows have more than those of the set. */
const setOf = (entity: Entity, set = entity.set): string =>
  entity.base ? `${set}/${qualified(entity.name)}` : set!;

export const qualified = (type: Dto['name']): string => `${TYPES}.${type}`;

/** The type of a value as it is answered and taken. */
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
