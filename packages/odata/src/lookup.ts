/**
 * Finds properties and navigations by name in any case: official SDKs send `state`, while the
 * model says `State`.
 */
export interface Found<T> {
  /** The name as the model writes it. */
  readonly name: string;
  readonly value: T;
}

const indexes = new WeakMap<object, ReadonlyMap<string, string>>();

export function lookup<T>(members: Readonly<Record<string, T>>, name: string): Found<T> | undefined {
  let index = indexes.get(members);
  if (index === undefined) {
    index = new Map(Object.keys(members).map((member) => [member.toLowerCase(), member]));
    indexes.set(members, index);
  }
  const known = Object.hasOwn(members, name) ? name : index.get(name.toLowerCase());
  if (known === undefined) return undefined;
  const value = members[known];
  return value === undefined ? undefined : { name: known, value };
}
