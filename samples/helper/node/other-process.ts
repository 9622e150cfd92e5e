import { JobFailed, processes } from 'baton';

interface Result {
  readonly got: { readonly queue: string };
}

/** Runs other processes of the folder, each to its end. */
export const main = async ({ process: name }: { readonly process: string }) => {
  const { got } = await processes.run<Result>(name, { queue: 'Invoices' }, { timeout: 600 });
  try {
    await processes.run(name, { queue: 'fail' });
  } catch (error) {
    if (!(error instanceof JobFailed)) throw error;
    return { queue: got.queue, failed: error.job.Info };
  }
  return { queue: got.queue, failed: null };
};
