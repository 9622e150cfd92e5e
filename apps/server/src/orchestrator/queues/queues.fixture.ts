import assert from 'node:assert/strict';
import type { Answer, Caller } from '../../server.fixture.ts';

export const CONFIG = 'UiPath.Server.Configuration.OData';
export const SERVICE = 'UiPathODataSvc';

export interface Item {
  readonly Id: number;
  readonly Key: string;
  readonly RowVersion: string;
  readonly [name: string]: unknown;
}

/** Common steps of queue tests, by one caller in one folder. */
export interface QueueKit {
  newQueue(more?: object): Promise<{ readonly Id: number; readonly Name: string }>;
  add(queue: string, item?: object): Promise<Item>;
  start(queue: string, more?: object): Promise<Answer>;
  /** Adds an item and starts it. */
  begin(queue: string, item?: object): Promise<Item>;
  end(id: number, result: object): Promise<Answer>;
  /** Ends with a business exception, which is never retried. */
  fail(id: number, exception?: object): Promise<Answer>;
  item(id: number): Promise<Item>;
}

let names = 0;

export function queueKit(caller: Caller): QueueKit {
  const start = (queue: string, more: object = {}): Promise<Answer> =>
    caller.post(`/odata/Queues/${SERVICE}.StartTransaction`, { transactionData: { Name: queue, ...more } });
  const end = (id: number, transactionResult: object): Promise<Answer> =>
    caller.post(`/odata/Queues(${id})/${SERVICE}.SetTransactionResult`, { transactionResult });
  return {
    async newQueue(more = {}) {
      const answer = await caller.post('/odata/QueueDefinitions', { Name: `Queue ${++names}`, ...more });
      assert.equal(answer.status, 201, answer.text);
      return answer.body;
    },
    async add(queue, item = {}) {
      const answer = await caller.post(`/odata/Queues/${SERVICE}.AddQueueItem`, {
        itemData: { Name: queue, SpecificContent: { A: 1 }, ...item },
      });
      assert.equal(answer.status, 201, answer.text);
      return answer.body;
    },
    start,
    async begin(queue, item = {}) {
      const answer = await start(queue, { SpecificContent: { A: 1 }, ...item });
      assert.equal(answer.status, 200, answer.text);
      return answer.body;
    },
    end,
    async fail(id, exception = {}) {
      const answer = await end(id, {
        IsSuccessful: false,
        ProcessingException: { Reason: 'no such customer', Type: 'BusinessException', ...exception },
      });
      assert.equal(answer.status, 200, answer.text);
      return answer;
    },
    async item(id) {
      const answer = await caller.get(`/odata/QueueItems(${id})`);
      assert.equal(answer.status, 200, answer.text);
      return answer.body;
    },
  };
}

/** Items in the form that bulk operations take. */
export const versioned = (...items: readonly Item[]) =>
  items.map(({ Id, RowVersion }) => ({ Id, RowVersion }));

export type Refusal = readonly [
  what: string,
  method: 'get' | 'post' | 'put' | 'delete',
  path: string,
  body: unknown,
  status: number,
  code: number,
];

export async function refuses(caller: Caller, refusals: readonly Refusal[]): Promise<void> {
  for (const [what, method, path, body, status, code] of refusals) {
    const answer = await caller[method](path, body);
    assert.equal(answer.status, status, `${what}: ${answer.text}`);
    assert.equal(answer.body.errorCode, code, `${what}: ${answer.text}`);
    assert.equal(typeof answer.body.message, 'string');
  }
}
