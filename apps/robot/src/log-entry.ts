import type { LogLine } from './spool.ts';

/** Names by which the server knows members beside those that entries have. */
const ALSO_TAKEN = ['jobKey', 'hostMachineName'];

/**
 * The JSON text of a log entry. A job's own field that is called like a member of the entry keeps its value
 * under another name (`_level`): the server minds no case, and of two members it would keep one.
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
