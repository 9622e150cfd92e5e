import type { Dto, Field } from './fields.ts';

/** What the documents and the log say of a member that is kept, and that nothing acts on yet. */
export const keptOnly = (why: string): string => `Kept and given back, and not carried out: ${why}.`;

/** Members of a body that are not carried out and that this one sets, by their paths. Undefined where the body can have none. */
export function settingsFinder(
  body: Dto | Field | undefined,
): ((value: unknown) => readonly (readonly [path: string, why: string])[]) | undefined {
  const members = body ? membersOf(body, 0) : [];
  if (members.length === 0) return undefined;
  return (value) =>
    members.flatMap(({ path, why, isSet }) => {
      const given = path.reduce<unknown>((at, name) => (at as Record<string, unknown> | null)?.[name], value);
      return given !== undefined && given !== null && isSet(given) ? [[path.join('.'), why] as const] : [];
    });
}

interface Member {
  readonly path: readonly string[];
  readonly why: string;
  readonly isSet: (value: unknown) => boolean;
}

/** Bodies wrap what they hold at most once: `startInfo`. */
function membersOf(of: Dto | Field, depth: number): readonly Member[] {
  const fields = 'kind' in of ? (of.kind === 'object' ? of.dto!().fields : {}) : of.fields;
  return Object.entries(fields).flatMap(([name, field]): readonly Member[] => {
    const why = field.options.notCarriedOut;
    if (why !== undefined && !field.options.readOnly) {
      const none = field.enumeration?.parse('None');
      return [{ path: [name], why, isSet: (value) => value !== false && value !== none }];
    }
    if (field.kind !== 'object' || depth > 0) return [];
    return membersOf(field, depth + 1).map((member) => ({ ...member, path: [name, ...member.path] }));
  });
}
