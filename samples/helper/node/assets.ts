import { assets, type Login } from 'baton';

/** Assets of every kind. What is secret in them is *** in the job's log and output from here on. */
export const main = async () => {
  const greeting = await assets.get<string>('Greeting');
  const limit = await assets.get<number>('Limit');
  const isOpen = await assets.get<boolean>('Open');
  const rates = await assets.get<Record<string, string>>('Rates');
  const { username, password } = await assets.get<Login>('Mail');
  const windows = await assets.get<Login>('Desktop');
  const secret = await assets.get<string>('Key');
  const database = await assets.get<string>('Database');
  const service = await assets.get<string>('Service');

  // What `get` answers is what `set` takes.
  await assets.set('Limit', limit + 1);
  await assets.set('Mail', { username, password: `${password}!` });

  return {
    greeting,
    limit: await assets.get<number>('Limit'),
    isOpen,
    rates,
    people: [username, windows.username],
    secrets: [password, windows.password, secret, database, service].map(({ length }) => length),
  };
};
