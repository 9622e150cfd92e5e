/** Texts of pages/home. */
export const home = {
  title: 'Home',
  loading: 'Counting …',
  notRead: 'The jobs could not be counted',
  faulted: (count: number) =>
    count === 0
      ? 'No job has faulted in the last 24 hours'
      : `${count} ${count === 1 ? 'job has' : 'jobs have'} faulted in the last 24 hours`,
  pending: (count: number) =>
    count === 0 ? 'No job is waiting' : `${count} ${count === 1 ? 'job is' : 'jobs are'} waiting`,
  running: (count: number) =>
    count === 0 ? 'No job is running' : `${count} ${count === 1 ? 'job is' : 'jobs are'} running`,
  successful: (count: number) =>
    `${count === 0 ? 'No' : count} ${count === 1 ? 'job has' : 'jobs have'} succeeded in the last 24 hours`,
};
