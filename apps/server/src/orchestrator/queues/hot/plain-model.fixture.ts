/** A queue in the plainest form, without any regard for speed. The real queue is compared with it. */
export interface Rules {
  readonly retries: number;
  readonly isUnique: boolean;
}

export interface AddStep {
  readonly priority: number;
  readonly due: string | null;
  readonly defer: string | null;
  readonly reference: string | null;
}
export type Outcome = 'successful' | 'failed' | 'failedForGood' | 'postponed';
/** `item` is the position of an item in the order in which the queue's items were made, retries included. */
export interface EndStep {
  readonly item: number;
  readonly outcome: Outcome;
}
export interface NoteStep {
  readonly item: number;
  readonly progress: string;
}

/** Steps of one kind that may be served together. */
export type Group =
  | { readonly kind: 'add'; readonly steps: readonly AddStep[] }
  | { readonly kind: 'start'; readonly steps: readonly null[] }
  | { readonly kind: 'end'; readonly steps: readonly EndStep[] }
  | { readonly kind: 'note'; readonly steps: readonly NoteStep[] };

export interface ModelItem {
  status: number;
  readonly priority: number;
  readonly due: string | null;
  defer: string | null;
  readonly reference: string | null;
  readonly retry: number;
  readonly ancestor: number | null;
  progress: string | null;
}

export type Said = string | number;

export const PAST = '2020-01-01T00:00:00Z';
export const FUTURE = '2999-01-01T00:00:00Z';
const NEW = 0;
const IN_PROGRESS = 1;
const FAILED = 2;
const SUCCESSFUL = 3;
const RETRIED = 5;

export function plainModel(rules: Rules) {
  const items: ModelItem[] = [];
  const add = ({ priority, due, defer, reference }: AddStep): Said => {
    const holds = (item: ModelItem): boolean => item.reference === reference && item.status !== RETRIED;
    if (rules.isUnique && items.some(holds)) return 'duplicate';
    items.push({ status: NEW, priority, due, defer, reference, retry: 0, ancestor: null, progress: null });
    return 'added';
  };
  const start = (): Said => {
    const [first] = [...items.keys()]
      .filter((i) => items[i]!.status === NEW && items[i]!.defer !== FUTURE)
      .sort((a, b) => before(items[a]!, items[b]!) || a - b);
    if (first === undefined) return 'nothing';
    items[first]!.status = IN_PROGRESS;
    return first;
  };
  const end = ({ item: index, outcome }: EndStep): Said => {
    const item = items[index];
    if (item?.status !== IN_PROGRESS) return item ? 'not in progress' : 'unknown';
    if (outcome === 'postponed') {
      item.status = NEW;
      item.defer = FUTURE;
    } else if (outcome === 'successful') {
      item.status = SUCCESSFUL;
    } else if (outcome === 'failed' && item.retry < rules.retries) {
      item.status = RETRIED;
      items.push({ ...item, status: NEW, defer: null, retry: item.retry + 1, ancestor: index });
    } else {
      item.status = FAILED;
    }
    return 'ended';
  };
  const note = ({ item: index, progress }: NoteStep): Said => {
    const item = items[index];
    if (item?.status !== IN_PROGRESS) return item ? 'not in progress' : 'unknown';
    item.progress = progress;
    return 'ended';
  };
  return {
    items,
    play(group: Group): readonly Said[] {
      switch (group.kind) {
        case 'add':
          return group.steps.map(add);
        case 'start':
          return group.steps.map(start);
        case 'end': {
          // No step can name a retry that its own group makes.
          const known = items.length;
          return group.steps.map((step) => (step.item < known ? end(step) : 'unknown'));
        }
        case 'note':
          return group.steps.map(note);
      }
    },
  };
}

/** Items with a deadline come first, then priority decides, then the deadline, then age. */
function before(a: ModelItem, b: ModelItem): number {
  if ((a.due === null) !== (b.due === null)) return a.due === null ? 1 : -1;
  return a.priority - b.priority || (a.due ?? '').localeCompare(b.due ?? '');
}
