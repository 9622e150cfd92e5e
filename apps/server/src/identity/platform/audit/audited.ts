import type { Sql } from 'sql-template-tag';
import type { Transaction } from '../../../kernel/db/sql.ts';
import {
  type Actor,
  CHANGED_SECRET,
  differences,
  KEPT_SECRET,
  namesOf,
  recordAudit,
} from './record-audit.ts';

/** A person or thing at one moment, as the audit sees it. */
export interface State {
  readonly id: string;
  readonly name: string;
  /** Members that are recorded if they differ. */
  readonly members: Readonly<Record<string, unknown>>;
  /** Compared and never written: the entry says that it has changed, and whether it is there. */
  readonly secrets: Readonly<Record<string, string | null>>;
  /** Ids of the people whose rights it is, if they are not the target itself. */
  readonly concerns?: readonly string[];
}

export interface Changed {
  readonly actor: Actor;
  readonly action: string;
  /** Undefined for something new. */
  readonly before: State | undefined;
  /** Undefined for something that is gone. */
  readonly after: State | undefined;
}

/** A kind of thing that can be changed, and what of it is audited. */
export interface AuditedKind {
  /** The section of the guide. */
  readonly category: string;
  /** Selects rows of State. Everything that says who may do what belongs in them: the audit sees no more. */
  readonly states: (ids: readonly string[]) => Sql;
  /**
   * Members that are lists of `{ id }` and may be long. The entry names those that left and those that came.
   */
  readonly lists?: readonly string[];
  /** The one of them whose ids are people. */
  readonly concerning?: string;
  /** Called after the entry is written, in the transaction of the change. */
  readonly follow?: (tx: Transaction, changed: Changed) => Promise<void>;
}

export interface Change {
  readonly kind: AuditedKind;
  /**
   * Lock their rows, or let the work do so first: else a change that others make meanwhile is told as this
   * one.
   */
  readonly ids: readonly string[];
  /** What the change of a row is called that is there before and after; default: `Update`. */
  readonly action?: string;
}

/**
 * Runs a change and writes one entry for each row that differs after it: who, before, after. New rows, whose
 * ids are not known before, are told by `recordMade`.
 */
export async function audited<T>(
  tx: Transaction,
  actor: Actor,
  { kind, ids, action = 'Update' }: Change,
  work: () => Promise<T>,
): Promise<T> {
  const names = await namesOf(tx, actor);
  const before = await statesOf(tx, kind, ids);
  const result = await work();
  const after = await statesOf(tx, kind, ids);
  for (const id of ids) {
    const [was, is] = [before.get(id), after.get(id)];
    const named = was === undefined ? 'Create' : is === undefined ? 'Delete' : action;
    await record(tx, kind, { actor, action: named, before: was, after: is }, names);
  }
  return result;
}

/** Writes one entry for each new thing. */
export async function recordMade(
  tx: Transaction,
  actor: Actor,
  kind: AuditedKind,
  ids: readonly string[],
): Promise<void> {
  const names = await namesOf(tx, actor);
  const states = await statesOf(tx, kind, ids);
  for (const id of ids)
    await record(tx, kind, { actor, action: 'Create', before: undefined, after: states.get(id) }, names);
}

const statesOf = async (
  tx: Transaction,
  kind: AuditedKind,
  ids: readonly string[],
): Promise<Map<string, State>> =>
  new Map((await tx.query<State>(kind.states([...new Set(ids)]))).map((state) => [state.id, state]));

async function record(
  tx: Transaction,
  kind: AuditedKind,
  changed: Changed,
  names: Awaited<ReturnType<typeof namesOf>>,
): Promise<void> {
  const { actor, action } = changed;
  const told = differences(membersOf(changed.before), membersOf(changed.after));
  hideSecrets(changed, told);
  const listed = shortenLists(kind, told);
  const { id, name, concerns = [] } = (changed.after ?? changed.before)!;
  if (Object.keys({ ...told.before, ...told.after }).length === 0) return;
  const entry = {
    category: kind.category,
    action,
    target: id,
    name,
    // What is new has no before, and what was deleted no after: owners are told of neither.
    before: changed.before && told.before,
    after: changed.after && told.after,
    concerns: [...concerns, ...listed],
  };
  await recordAudit(tx, actor, entry, names);
  await kind.follow?.(tx, changed);
}

type Told = { before: Record<string, unknown>; after: Record<string, unknown> };

const membersOf = (state: State | undefined): Record<string, unknown> => ({ ...state?.members });

function hideSecrets({ before, after }: Changed, told: Told): void {
  for (const name of Object.keys({ ...before?.secrets, ...after?.secrets })) {
    const [was, is] = [before?.secrets[name] ?? null, after?.secrets[name] ?? null];
    if (was === is) continue;
    if (before) told.before[name] = was === null ? null : KEPT_SECRET;
    if (after) told.after[name] = is === null ? null : was === null ? KEPT_SECRET : CHANGED_SECRET;
  }
}

interface Item {
  readonly id: string;
}

/** Answers the ids of those that left and of those that came. */
function shortenLists({ lists = [], concerning }: AuditedKind, told: Told): readonly string[] {
  const concerned = new Set<string>();
  for (const name of lists) {
    const [was, is] = [told.before, told.after].map((of) => (of[name] ?? []) as readonly Item[]);
    for (const [of, items, others] of [[told.before, was!, is!] as const, [told.after, is!, was!] as const]) {
      if (!(name in of)) continue;
      const kept = new Set(others.map(({ id }) => id));
      const differing = items.filter(({ id }) => !kept.has(id));
      of[name] = differing;
      if (name === concerning) for (const { id } of differing) concerned.add(id);
    }
  }
  return [...concerned];
}
