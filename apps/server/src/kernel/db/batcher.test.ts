import assert from 'node:assert/strict';
import { test } from 'node:test';
import { batcher } from './batcher.ts';
import { DatabaseUnavailable } from './unavailable.ts';

/** A run that keeps its batches and waits for leave. */
function recorded(max: number) {
  const batches: number[][] = [];
  let gate = Promise.withResolvers<void>();
  const call = batcher<number, number>({
    max,
    async run(inputs) {
      batches.push([...inputs]);
      await gate.promise;
      return inputs.map((n) => (n < 0 ? new Error(`bad ${n}`) : n * 2));
    },
  });
  const open = (): void => {
    gate.resolve();
    gate = Promise.withResolvers<void>();
    gate.resolve();
  };
  return { batches, call, open };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

test('calls of one turn share a batch', async () => {
  const { batches, call, open } = recorded(10);
  open();
  assert.deepEqual(await Promise.all([1, 2, 3].map(call)), [2, 4, 6]);
  assert.deepEqual(batches, [[1, 2, 3]]);
});

test('while one batch is in flight the next gathers, up to max', async () => {
  const { batches, call, open } = recorded(2);
  const first = call(1);
  await turn();
  const others = [2, 3, 4].map(call);
  await turn();
  assert.deepEqual(batches, [[1]]);
  open();
  assert.deepEqual(await Promise.all([first, ...others]), [2, 4, 6, 8]);
  assert.deepEqual(batches, [[1], [2, 3], [4]]);
});

test('an Error among the answers fails its input alone', async () => {
  const { call, open } = recorded(10);
  open();
  const [one, bad, three] = await Promise.allSettled([1, -2, 3].map(call));
  assert.deepEqual(
    [one, three].map((each) => each?.status),
    ['fulfilled', 'fulfilled'],
  );
  assert.match(String(bad?.status === 'rejected' && bad.reason), /bad -2/);
});

test('a batch that throws is run again one by one: the poisoned input fails alone', async () => {
  const batches: string[][] = [];
  const call = batcher<string, string>({
    max: 10,
    async run(inputs) {
      batches.push([...inputs]);
      if (inputs.includes('poison')) throw new Error('constraint violated');
      return inputs.map((each) => each.toUpperCase());
    },
  });
  const results = await Promise.allSettled(['a', 'poison', 'b'].map(call));
  assert.deepEqual(
    results.map((each) => (each.status === 'fulfilled' ? each.value : (each.reason as Error).message)),
    ['A', 'constraint violated', 'B'],
  );
  assert.deepEqual(batches, [['a', 'poison', 'b'], ['a'], ['poison'], ['b']]);
});

test('a batch whose fate is unknown is never run again', async () => {
  const cases = [
    { run: () => Promise.reject(new DatabaseUnavailable('gone')), message: /gone/ },
    { run: () => Promise.resolve([1]), message: /A batch of 2 got 1 answers/ },
  ];
  for (const { run, message } of cases) {
    let runs = 0;
    const call = batcher<number, number>({ max: 10, run: () => (runs++, run()) });
    for (const result of await Promise.allSettled([1, 2].map(call))) {
      assert.match(String(result.status === 'rejected' && result.reason), message);
    }
    assert.equal(runs, 1);
  }
});

test('serves on after a failure', async () => {
  let failing = true;
  const call = batcher<number, number>({
    max: 10,
    run: (inputs) => (failing ? Promise.reject(new Error('no')) : Promise.resolve(inputs)),
  });
  await assert.rejects(call(1), /no/);
  failing = false;
  assert.equal(await call(2), 2);
});
