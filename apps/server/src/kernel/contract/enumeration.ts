/**
 * An enumeration of the API. Numbers are stored and compared, and names are answered. Input may be a name in
 * any case, a number, or a number in quotes, because clients send all three.
 */
export interface Enumeration {
  readonly name: string;
  readonly members: Readonly<Record<string, number>>;
  /** The name that answers give for a stored number. */
  readonly nameOf: (value: number) => string | undefined;
  /** The number for what a client sent. Undefined if it is not a member. */
  readonly parse: (text: string | number) => number | undefined;
}

/** `enumeration('JobState', { Pending: 0, … })`; the members are readable as `JobState.Pending`. */
export function enumeration<const M extends Readonly<Record<string, number>>>(
  name: string,
  members: M,
): Enumeration & Readonly<M> {
  const names = new Map<number, string>();
  const byName = new Map<string, number>();
  for (const [member, value] of Object.entries(members)) {
    if (!names.has(value)) names.set(value, member);
    byName.set(member.toLowerCase(), value);
  }
  const parse = (text: string | number): number | undefined => {
    if (typeof text === 'number') return names.has(text) ? text : undefined;
    const known = byName.get(text.trim().toLowerCase());
    if (known !== undefined) return known;
    return /^-?\d+$/.test(text) && names.has(Number(text)) ? Number(text) : undefined;
  };
  return Object.freeze({ ...members, name, members, nameOf: (value: number) => names.get(value), parse });
}
