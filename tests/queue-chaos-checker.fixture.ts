/**
 * What clients were told, each at its time on one clock, in milliseconds. Nothing in it comes
 * from the database.
 */
export interface Logs {
  /** Acknowledged: 201, or after an answer that never came the refusal of a second one. */
  readonly added: string[];
  addsUnheard: number;
  readonly started: Start[];
  startsUnheard: number;
  readonly results: Result[];
  readonly unexpected: string[];
}

export interface Start {
  readonly id: number;
  readonly reference: string;
  readonly at: number;
}

export interface Result {
  readonly id: number;
  readonly output: string;
  readonly sentAt: number;
  readonly answeredAt: number;
  readonly isAccepted: boolean;
  /** The same result was sent before and its answer never came: a refusal may mean that it had counted. */
  readonly isRepeated: boolean;
}

/** An attempt as the database has it in the end. */
export interface Row {
  readonly id: number;
  readonly reference: string;
  /** Names of `QueueItemStatus`. */
  readonly status: string;
  readonly ancestorId: number | null;
  readonly output: string | null;
  readonly rowVersion: number;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  /** Its events: how often it was started, completed and retried. */
  readonly starts: number;
  readonly completions: number;
  readonly retries: number;
}

export interface Verdict {
  readonly violations: readonly string[];
  readonly figures: Figures;
}

export interface Figures {
  readonly 'adds acknowledged': number;
  readonly 'adds unheard and repeated': number;
  readonly 'results accepted': number;
  readonly 'results known only by asking again': number;
  readonly 'starts unheard': number;
  readonly 'leases lost': number;
  readonly 'late results after an own one, refused': number;
  readonly 'late results of lost leases, refused': number;
  readonly 'of which another robot held the item': number;
}

/** Added, started, ended: an attempt that was changed once more has a higher one. */
const VERSION_OF_ENDED = 3;

/**
 * Holds what clients were told against what the database has, once nothing is New or InProgress any more.
 * Every acknowledged add is there once; no item had two live holders; no result was recorded twice; a late
 * result changed nothing.
 */
export function check(logs: Logs, rows: readonly Row[]): Verdict {
  const violations = [...logs.unexpected];
  const attempts = Map.groupBy(rows, ({ reference }) => reference);
  const byId = new Map(rows.map((row) => [row.id, row]));
  const startOf = new Map<number, Start>();

  const asked = new Set(logs.added);
  for (const reference of logs.added) {
    const originals = (attempts.get(reference) ?? []).filter(({ ancestorId }) => ancestorId === null).length;
    if (originals !== 1) violations.push(`${reference} was acknowledged and is there ${originals} times`);
  }
  if (asked.size !== logs.added.length) violations.push('an add was acknowledged twice');
  for (const reference of attempts.keys())
    if (!asked.has(reference)) violations.push(`nobody was told of ${reference}`);

  for (const start of logs.started) {
    const row = byId.get(start.id);
    if (startOf.has(start.id)) violations.push(`item ${start.id} was given to two robots`);
    if (row?.reference !== start.reference)
      violations.push(`item ${start.id} was given out and is not there as it was`);
    startOf.set(start.id, start);
  }
  for (const [reference, chain] of attempts)
    violations.push(...brokenChain(chain).map((what) => `${reference}: ${what}`));
  for (const row of rows) violations.push(...oddities(row).map((what) => `item ${row.id} ${what}`));

  const outputs = Map.groupBy(logs.results, ({ id }) => id);
  for (const [id, sent] of outputs) {
    const row = byId.get(id);
    const accepted = sent.filter(({ isAccepted }) => isAccepted);
    if (accepted.length > 1) violations.push(`item ${id} accepted ${accepted.length} results`);
    for (const { output } of accepted)
      if (row?.status !== 'Successful' || row.output !== output)
        violations.push(
          `item ${id} accepted ${output} and is ${row?.status} with ${row?.output ?? 'nothing'}`,
        );
    for (const { output, isAccepted, isRepeated } of sent)
      if (!isAccepted && !isRepeated && row?.output === output)
        violations.push(`item ${id} refused ${output} and has it`);
  }
  for (const { id, output, status } of rows)
    if (status === 'Successful' && !outputs.get(id)?.some((sent) => sent.output === output))
      violations.push(`item ${id} has a result that nobody sent: ${output}`);

  return { violations, figures: figuresOf(logs, rows, startOf) };
}

/**
 * The attempts of one item follow each other: none begins before the last one has ended, and only the last
 * one has a result.
 */
function brokenChain(chain: readonly Row[]): string[] {
  const found: string[] = [];
  const ordered = chain.toSorted((a, b) => a.id - b.id);
  for (const [n, row] of ordered.entries()) {
    const before = ordered[n - 1];
    const isLast = n === ordered.length - 1;
    if (row.status !== (isLast ? 'Successful' : 'Retried'))
      found.push(`attempt ${n + 1} of ${ordered.length} is ${row.status}`);
    if (before && row.ancestorId !== before.id)
      found.push(`attempt ${n + 1} does not come from the one before`);
    if (before && !(row.startedAt! >= before.endedAt!))
      found.push(`attempt ${n + 1} began while attempt ${n} was held`);
  }
  return found;
}

/**
 * One start and one end, in columns and in events; whatever came later left a higher version or
 * one event more.
 */
function oddities(row: Row): string[] {
  const found: string[] = [];
  const isSuccessful = row.status === 'Successful';
  if (row.rowVersion !== VERSION_OF_ENDED) found.push(`was changed ${row.rowVersion - 1} times`);
  if (row.starts !== 1) found.push(`was started ${row.starts} times`);
  if (row.completions !== (isSuccessful ? 1 : 0)) found.push(`was completed ${row.completions} times`);
  if (row.retries !== (isSuccessful ? 0 : 1)) found.push(`was retried ${row.retries} times`);
  if (!isSuccessful && row.output !== null) found.push(`is ${row.status} and has a result`);
  return found;
}

function figuresOf(logs: Logs, rows: readonly Row[], startOf: ReadonlyMap<number, Start>): Figures {
  const byId = new Map(rows.map((row) => [row.id, row]));
  const nextOf = new Map(rows.map((row) => [row.ancestorId, row]));
  const endOf = new Map<number, number>();
  for (const { id, isAccepted, answeredAt } of logs.results) if (isAccepted) endOf.set(id, answeredAt);
  const refused = logs.results.filter(({ isAccepted }) => !isAccepted);
  const isMine = ({ id, output }: Result): boolean => byId.get(id)?.output === output;
  const late = refused.filter((result) => !isMine(result));
  const ofLost = late.filter(({ id }) => byId.get(id)?.status === 'Retried');
  const isHeldByAnother = ({ id, sentAt, answeredAt }: Result): boolean => {
    const next = nextOf.get(id);
    const begun = next && startOf.get(next.id);
    return begun !== undefined && begun.at <= sentAt && (endOf.get(next!.id) ?? 0) >= answeredAt;
  };
  return {
    'adds acknowledged': logs.added.length,
    'adds unheard and repeated': logs.addsUnheard,
    'results accepted': logs.results.length - refused.length,
    'results known only by asking again': refused.length - late.length,
    'starts unheard': logs.startsUnheard,
    'leases lost': rows.filter(({ status }) => status === 'Retried').length,
    'late results after an own one, refused': late.length - ofLost.length,
    'late results of lost leases, refused': ofLost.length,
    'of which another robot held the item': ofLost.filter(isHeldByAnother).length,
  };
}
