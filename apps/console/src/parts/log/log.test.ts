import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { markHits, plainText, readAnsi } from './ansi.ts';
import { type FetchWindow, type LogLine, LogStore } from './log-store.ts';
import { heightOf, LINE, placeAt, topOf } from './place.ts';

const E = '\x1b[';

describe('colours of a terminal', () => {
  it('become segments', () => {
    assert.deepEqual(readAnsi(`a${E}1;31mred${E}0m b${E}92mok${E}39m!`), [
      { text: 'a' },
      { text: 'red', isBold: true, colour: 'red' },
      { text: ' b' },
      { text: 'ok', colour: 'green' },
      { text: '!', colour: undefined },
    ]);
  });

  it('are the nearest that the theme has', () => {
    const colour = (codes: string): string | undefined => readAnsi(`${E}${codes}mx`)[0]?.colour;
    assert.equal(colour('38;5;196'), 'red');
    assert.equal(colour('38;5;51'), 'cyan');
    assert.equal(colour('38;5;240'), 'black');
    assert.equal(colour('38;2;250;128;20'), 'red');
    assert.equal(colour('38;2;240;240;240'), 'white');
    assert.equal(readAnsi(`${E}48;5;4;1mx`)[0]?.ground, 'blue');
  });

  it('leave nothing else of what a terminal understands', () => {
    assert.equal(plainText(`${E}2K${E}1Gbusy\r\x07 \x1b]0;title\x07done${E}?25h<b>`), 'busy done<b>');
    assert.deepEqual(readAnsi(`${E}31m`), [{ text: '' }]);
  });

  it('are cut where the sought words are', () => {
    const pieces = markHits(readAnsi(`an er${E}31mror and Error`), 'error');
    assert.deepEqual(
      pieces.filter(({ isHit }) => isHit).map(({ text, colour }) => [text, colour]),
      [
        ['er', undefined],
        ['ror', 'red'],
        ['Error', 'red'],
      ],
    );
    assert.equal(pieces.map(({ text }) => text).join(''), 'an error and Error');
  });
});

const line = (n: number): LogLine => ({ at: n, level: 'Info', text: `line ${n}` });

function log(total: number) {
  const calls: (readonly [from: number, count: number])[] = [];
  const waiting: (() => void)[] = [];
  const aborted: number[] = [];
  const source = { isHeld: false, isBroken: false };
  const fetchWindow: FetchWindow = async (from, count, _, signal) => {
    calls.push([from, count]);
    signal.addEventListener('abort', () => aborted.push(from));
    if (source.isHeld) await new Promise<void>((done) => waiting.push(done));
    if (source.isBroken) throw new Error('broken');
    const first = from < 0 ? Math.max(0, total + from) : from;
    const size = Math.min(count, total - first);
    return { from: first, lines: Array.from({ length: size }, (_, at) => line(first + at)), total };
  };
  return { store: new LogStore(fetchWindow), calls, waiting, aborted, source };
}

const soon = (): Promise<void> => new Promise((done) => setImmediate(done));

describe('the lines that are held', () => {
  it('opens at the end with one call', async () => {
    const { store, calls } = log(1_000_000);
    store.open();
    await soon();
    assert.equal(store.total, 1_000_000);
    assert.equal(store.line(999_999)?.text, 'line 999999');
    store.want(999_960, 1_000_000);
    assert.deepEqual(calls, [[-200, 200]]);
  });

  it('reads what comes into sight, and holds no more of a million lines than of ten thousand', async () => {
    const { store, calls } = log(1_000_000);
    store.open();
    await soon();
    for (let from = 0; from < 1_000_000; from += 4000) {
      store.want(from, from + 50);
      await soon();
      assert.equal(store.line(from + 49)?.text, `line ${from + 49}`);
    }
    assert.ok(calls.length > 200);
    assert.ok(store.held <= 8200, `${store.held} lines are held`);
  });

  it('gives up what left the sight before it came', async () => {
    const { store, aborted, source, waiting } = log(100_000);
    store.open();
    await soon();
    source.isHeld = true;
    store.want(0, 50);
    store.want(50_000, 50_050);
    assert.deepEqual(aborted, [0]);
    for (const answer of waiting) answer();
    await soon();
    assert.equal(store.line(0), undefined);
    assert.equal(store.line(50_000)?.text, 'line 50000');
  });

  it('takes live lines at the end, and says when something changed', async () => {
    const { store, calls } = log(250);
    let told = 0;
    store.open();
    await soon();
    store.subscribe(() => {
      told += 1;
    });
    store.append([line(250), line(251)]);
    assert.deepEqual([store.total, store.line(251)?.text, told], [252, 'line 251', 1]);
    store.want(220, 252);
    assert.equal(calls.length, 1);
  });

  it('does not ask again by itself for what failed', async () => {
    const { store, calls, source } = log(10_000);
    store.open();
    await soon();
    source.isBroken = true;
    store.want(0, 50);
    await soon();
    store.want(0, 50);
    assert.deepEqual([store.hasFailed(10), calls.length], [true, 2]);
    source.isBroken = false;
    store.retry();
    store.want(0, 50);
    await soon();
    assert.equal(store.line(10)?.text, 'line 10');
  });

  it('copies without holding', async () => {
    const { store } = log(12_000);
    store.open();
    await soon();
    const read: LogLine[] = [];
    for await (const lines of store.read(10, 11_000, new AbortController().signal)) read.push(...lines);
    assert.deepEqual([read.length, read[0]?.text, read.at(-1)?.text], [10_990, 'line 10', 'line 10999']);
    assert.equal(store.held, 200);
  });
});

describe('what is seen', () => {
  const ROOM = 600;
  for (const total of [100, 10_000, 1_000_000, 50_000_000])
    it(`of ${total} lines: the first at the top, the last at the end, each between`, () => {
      const most = heightOf(total, ROOM) - ROOM;
      const first = placeAt(0, total, ROOM);
      assert.deepEqual([first.line, first.part, first.y, first.from], [0, 0, 0, 0]);
      const end = placeAt(most, total, ROOM);
      assert.deepEqual([end.line + end.part, end.y, end.to], [total, ROOM, total]);
      for (const line of [0, 7, Math.floor(total / 2), total - 1]) {
        const { from, to } = placeAt(topOf(line, total, ROOM), total, ROOM);
        assert.ok(from <= line && line < to, `${line} is not in ${from} to ${to}`);
        assert.ok(to - from <= ROOM / LINE + 6);
      }
    });

  it('of a short log begins at the top', () => {
    assert.deepEqual(placeAt(0, 5, ROOM), { line: 0, part: 0, y: 0, from: 0, to: 5 });
    assert.equal(placeAt(0, 0, ROOM).to, 0);
  });

  it('moves as far as the bar does, up to 800,000 lines', () => {
    const before = placeAt(1000 * LINE, 800_000, ROOM);
    const after = placeAt(1001 * LINE, 800_000, ROOM);
    const top = (place: typeof before): number => (place.line + place.part) * LINE - place.y;
    assert.ok(Math.abs(top(after) - top(before) - LINE) < 1e-6);
  });
});
