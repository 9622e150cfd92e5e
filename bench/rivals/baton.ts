import type { Stage } from '../baton.ts';
import { openLine, requestBytes } from '../http-load.ts';
import { CONTENT, type Contender, OUTPUT } from './contender.ts';

export const ADD = '/odata/Queues/UiPathODataSvc.AddQueueItem';
export const BULK = '/odata/Queues/UiPathODataSvc.BulkAddQueueItems';
export const START = '/odata/Queues/UiPathODataSvc.StartTransaction';

/** Baton over HTTP with a bearer token, as robots call it. */
export async function baton(stage: Stage, callers: number, queue = 'Bench'): Promise<Contender> {
  await stage.post('/odata/QueueDefinitions', { Name: queue });
  const lines = await Promise.all(Array.from({ length: callers }, () => openLine(stage.target)));
  const add = stage.request(ADD, { itemData: { Name: queue, Priority: 'Normal', SpecificContent: CONTENT } });
  const start = stage.request(START, { transactionData: { Name: queue } });
  const bulk = async (count: number): Promise<void> => {
    const { status } = await stage.post(BULK, {
      queueName: queue,
      commitType: 'AllOrNothing',
      queueItems: Array.from({ length: count }, () => ({ SpecificContent: CONTENT })),
    });
    if (status !== 200) throw new Error(`bulk add answered ${status}`);
  };
  const result = JSON.stringify({ transactionResult: { IsSuccessful: true, Output: OUTPUT } });
  return {
    name: 'Baton over HTTP',
    async add(caller) {
      const { status, body } = await lines[caller]!.call(add);
      if (status !== 201) throw new Error(`add answered ${status}: ${body}`);
    },
    async start(caller) {
      const { status, body } = await lines[caller]!.call(start);
      if (status === 204) return undefined;
      if (status !== 200) throw new Error(`start answered ${status}: ${body}`);
      return /"Id":(\d+)\}?$/.exec(body)?.[1];
    },
    async result(caller, id) {
      const path = `/odata/Queues(${id})/UiPathODataSvc.SetTransactionResult`;
      const { status, body } = await lines[caller]!.call(
        requestBytes({ path, headers: stage.headers, body: result }),
      );
      if (status !== 200) throw new Error(`result answered ${status}: ${body}`);
    },
    bulk,
    stock: async (count) => {
      for (let left = count; left > 0; left -= 1000) await bulk(Math.min(1000, left));
    },
    stop: async () => lines.forEach((line) => line.close()),
  };
}
