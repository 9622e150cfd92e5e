/**
 * What is selected in a list: rows by their keys, or everything that the filter matches, as stored by the
 * server when an act is begun.
 */
export type Selection =
  | { readonly by: 'rows'; readonly keys: ReadonlySet<string>; readonly anchor?: string }
  | { readonly by: 'filter' };

export const NOTHING: Selection = { by: 'rows', keys: new Set() };

export const isSelected = (selection: Selection, key: string): boolean =>
  selection.by === 'filter' || selection.keys.has(key);

/** Of a selection by filter only `total` is known, and it may be an estimate. */
export const sizeOf = (selection: Selection, total: number): number =>
  selection.by === 'filter' ? total : selection.keys.size;

/**
 * Selects a row or takes it away.
 * @param order the keys of the rows that are loaded
 * @param isRange from the row pressed last to this one, as with Shift
 */
export function toggle(
  selection: Selection,
  key: string,
  order: readonly string[],
  isRange = false,
): Selection {
  // To take one row away from "all that match" would select by a filter nobody wrote.
  if (selection.by === 'filter') return { by: 'rows', keys: new Set([key]), anchor: key };
  const keys = new Set(selection.keys);
  const [from, to] = [order.indexOf(selection.anchor ?? ''), order.indexOf(key)];
  if (isRange && from >= 0 && to >= 0) {
    for (const each of order.slice(Math.min(from, to), Math.max(from, to) + 1)) keys.add(each);
    return { by: 'rows', keys, anchor: selection.anchor };
  }
  if (!keys.delete(key)) keys.add(key);
  return { by: 'rows', keys, anchor: key };
}

/** All rows that are loaded, or none if they all are already. */
export function toggleLoaded(selection: Selection, order: readonly string[]): Selection {
  const areAll = order.length > 0 && order.every((key) => isSelected(selection, key));
  return areAll ? NOTHING : { by: 'rows', keys: new Set(order) };
}
