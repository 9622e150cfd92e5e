import type { LogLine } from './spool.ts';

/** Names that the server reserves in addition to the members of an entry. */
const ALSO_TAKEN = ['jobKey', 'hostMachineName'];

/**
 * The JSON text of a log entry. If a job's own field has the name of a member of the entry, it keeps its
 * value under another name (`_level`). The server ignores case, and would keep only one of two members of the
 * same name.
 */
export function logEntry(
  { fields, ...line }: LogLine,
  common: Readonly<Record<string, string | undefined>>,
): string {
  const own: Record<string, unknown> = { ...line, ...common };
  const taken = new Set([...Object.keys(own), ...ALSO_TAKEN].map((name) => name.toLowerCase()));
  const free = (name: string): string => (taken.has(name.toLowerCase()) ? free(`_${name}`) : name);
  const renamed = Object.entries(fields ?? {}).map(([name, value]) => {
    const kept = free(name);
    taken.add(kept.toLowerCase());
    return [kept, value] as const;
  });
  return JSON.stringify({ ...Object.fromEntries(renamed), ...own });
}
