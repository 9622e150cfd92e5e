import { type Condition, printConditions, readConditions } from '../filter/condition.ts';

export interface Sort {
  readonly member: string;
  readonly descending: boolean;
}

/** Which folders a list shows. */
export type Scope = 'folder' | 'below' | 'all';

/** All that a person chose of a list. It stands in the address, so that the address is the picture. */
export interface View {
  readonly conditions: readonly Condition[];
  /** A $filter in place of the chips. */
  readonly query?: string;
  readonly search?: string;
  readonly sort?: Sort;
  /** The members of the columns, in order. Absent: as the page made them. */
  readonly columns?: readonly string[];
  readonly scope?: Scope;
  /** The key of the row in the panel. */
  readonly open?: string;
}

/** The search parameters of a view. Members are absent where nothing was chosen. */
export interface ViewSearch {
  readonly filter?: string;
  readonly query?: string;
  readonly find?: string;
  readonly sort?: string;
  readonly columns?: string;
  readonly scope?: string;
  readonly open?: string;
}

export const VIEW_MEMBERS = ['filter', 'query', 'find', 'sort', 'columns', 'scope', 'open'] as const;

/** @param search from an address: anything may stand there. A router may have read 12 as a number. */
export function viewOf(search: Readonly<Record<string, unknown>>): View {
  const text = (name: keyof ViewSearch): string | undefined => {
    const value = search[name];
    if (typeof value === 'number' || typeof value === 'boolean') return String(value);
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const sort = text('sort');
  const scope = text('scope');
  return defined({
    conditions: readConditions(text('filter') ?? '').conditions,
    query: typeof search['query'] === 'string' ? search['query'] : undefined,
    search: text('find'),
    sort: sort && { member: sort.replace(/^-/, ''), descending: sort.startsWith('-') },
    columns: text('columns')?.split(',').filter(Boolean),
    scope: scope === 'below' || scope === 'all' || scope === 'folder' ? scope : undefined,
    open: text('open'),
  } as View);
}

export const searchOf = (view: View): ViewSearch =>
  defined({
    filter: view.conditions.length > 0 ? printConditions(view.conditions) : undefined,
    query: view.query,
    find: view.search || undefined,
    sort: view.sort && `${view.sort.descending ? '-' : ''}${view.sort.member}`,
    columns: view.columns?.join(',') || undefined,
    scope: view.scope,
    open: view.open,
  });

/** Whether both ask for the same rows: then a selection and a place in the list stay. */
export const asksTheSame = (one: View, other: View): boolean =>
  JSON.stringify({ ...searchOf(one), columns: undefined, open: undefined }) ===
  JSON.stringify({ ...searchOf(other), columns: undefined, open: undefined });

function defined<Value extends object>(value: Value): Value {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as Value;
}

/** What a press on the head of a column does: falling, rising, as the page made it. */
export function nextSort(sort: Sort | undefined, member: string): Sort | undefined {
  if (sort?.member !== member) return { member, descending: true };
  return sort.descending ? { member, descending: false } : undefined;
}
