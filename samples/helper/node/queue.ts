import { OrchestratorError, queue } from 'baton';

interface Invoice {
  readonly number: string;
  readonly cents: number;
}

const DAY_MS = 86_400_000;

/** The whole round of a queue: items are added, taken, tried again, and end with a result. */
export const main = async ({ queue: name }: { readonly queue: string }) => {
  const content: Invoice = { number: 'A-1', cents: 1200 };
  const dueDate = new Date(Date.now() + DAY_MS);
  await queue.add<Invoice>(name, { content, reference: 'A-1', priority: 'High', dueDate });
  const failed = await queue.addAll(
    name,
    [
      { content: { number: 'A-2', cents: 800 }, reference: 'A-2' },
      { content: { number: 'A-3', cents: 0 }, reference: 'A-3' },
      { content, reference: 'A-1' },
    ],
    'ProcessAllIndependently',
  );

  let booked = 0;
  for (;;) {
    const item = await queue.startTransaction<Invoice>(name);
    if (!item) break;
    const { number, cents } = item.SpecificContent;
    await queue.progress(item, `booking ${number}`);
    if (cents === 0) {
      await queue.fail(item, 'Nothing is to be paid', { type: 'BusinessException' });
    } else if (number === 'A-2' && item.RetryNumber === 0) {
      await queue.fail(item, 'The bank was away'); // The queue lets it be tried again.
    } else {
      booked += cents;
      await queue.succeed(item, { booked: cents });
    }
  }

  const again = await queue.add(name, { reference: 'A-1' }).catch((error: unknown) => error);
  return { booked, failed: failed.length, again: again instanceof OrchestratorError && again.errorCode };
};
