import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Column, gridOf, moveColumn, shownColumns, toggleColumn } from './columns.ts';
import { isSelected, NOTHING, sizeOf, toggle, toggleLoaded } from './selection.ts';
import { asksTheSame, nextSort, searchOf, type View, viewOf } from './view.ts';

describe('a view', () => {
  it('stands in the address whole', () => {
    const view: View = {
      conditions: [{ member: 'State', operator: 'is', values: ['Faulted'] }],
      search: 'inv',
      sort: { member: 'EndTime', descending: true },
      columns: ['State', 'ProcessName'],
      scope: 'below',
      open: '12',
    };
    assert.deepEqual(viewOf(searchOf(view) as Record<string, unknown>), view);
    assert.deepEqual(searchOf({ conditions: [] }), {});
  });

  it('takes anything from an address', () => {
    assert.deepEqual(
      viewOf({ filter: 12, sort: {}, columns: ',,', scope: 'moon', find: 7, open: 12, other: 1 }),
      {
        conditions: [],
        search: '7',
        columns: [],
        open: '12',
      },
    );
    assert.deepEqual(viewOf({ query: '' }), { conditions: [], query: '' });
  });

  it('knows what asks for other rows', () => {
    assert.ok(asksTheSame({ conditions: [] }, { conditions: [], open: '1', columns: ['State'] }));
    assert.ok(!asksTheSame({ conditions: [] }, { conditions: [], search: 'x' }));
  });

  it('sorts falling, rising, and as the page made it', () => {
    const falling = nextSort(undefined, 'EndTime');
    const rising = nextSort(falling, 'EndTime');
    assert.deepEqual(
      [falling?.descending, rising?.descending, nextSort(rising, 'EndTime')],
      [true, false, undefined],
    );
    assert.deepEqual(nextSort(rising, 'State'), { member: 'State', descending: true });
  });
});

describe('a selection', () => {
  const order = ['a', 'b', 'c', 'd'];

  it('takes rows one by one, and ranges from the last', () => {
    const one = toggle(NOTHING, 'b', order);
    const range = toggle(one, 'd', order, true);
    assert.deepEqual(
      order.filter((key) => isSelected(range, key)),
      ['b', 'c', 'd'],
    );
    assert.deepEqual(
      order.filter((key) => isSelected(toggle(range, 'c', order), key)),
      ['b', 'd'],
    );
    assert.equal(sizeOf(range, 1204), 3);
  });

  it('is everything by filter, until a row is pressed', () => {
    assert.equal(sizeOf({ by: 'filter' }, 1204), 1204);
    assert.equal(sizeOf(toggle({ by: 'filter' }, 'a', order), 1204), 1);
  });

  it('takes all that is loaded, and none again', () => {
    const all = toggleLoaded(NOTHING, order);
    assert.equal(sizeOf(all, 0), 4);
    assert.equal(sizeOf(toggleLoaded(all, order), 0), 0);
    assert.equal(sizeOf(toggleLoaded({ by: 'filter' }, order), 9), 0);
  });
});

describe('columns', () => {
  interface Row {
    readonly A: string;
    readonly B: string;
    readonly C: string;
  }
  const cell = (): string => '';
  const columns: readonly Column<Row>[] = [
    { member: 'A', words: 'A', width: 100, cell },
    { member: 'B', words: 'B', width: 200, grows: true, cell },
    { member: 'C', words: 'C', width: 50, isExtra: true, cell },
  ];
  const members = (chosen?: readonly string[]): string =>
    shownColumns(columns, chosen)
      .map(({ member }) => member)
      .join('');

  it('are chosen and moved, and the address stays short where nothing is chosen', () => {
    assert.equal(members(), 'AB');
    assert.equal(members(['C', 'Gone', 'A']), 'CA');
    assert.equal(members(['Gone']), 'AB');
    const withC = toggleColumn(columns, undefined, 'C');
    assert.deepEqual(withC, ['A', 'B', 'C']);
    assert.equal(toggleColumn(columns, withC, 'C'), undefined);
    assert.deepEqual(toggleColumn(columns, ['A'], 'A'), ['A']);
    assert.deepEqual(moveColumn(columns, undefined, 'B', -1), ['B', 'A']);
    assert.equal(moveColumn(columns, ['B', 'A'], 'A', -1), undefined);
    assert.equal(moveColumn(columns, undefined, 'A', -1), undefined);
  });

  it('share one grid', () => {
    assert.equal(gridOf(columns, {}), '100px minmax(200px, 1fr) 50px');
    assert.equal(gridOf(columns, { B: 80 }), '100px 80px 50px');
  });
});
