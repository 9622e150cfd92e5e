import { readFile, writeFile } from 'node:fs/promises';
import { attach, attachments } from 'baton';

/** Files in and out: `baton job start … --attach prices=prices.csv`, then `baton job files JOB`. */
export const main = async () => {
  const path = await attachments.download('prices');
  const rows = (await readFile(path, 'utf8')).trim().split('\n');
  const sum = rows.reduce((total, row) => total + Number(row.split(',')[1]), 0);

  await writeFile('sum.txt', `${sum}\n`);
  await attach('sum.txt', { category: 'Report', type: 'text/plain' });

  const names = (await attachments.list()).map(({ name, size }) => `${name}: ${size}`);
  return { sum, names, read: (await attachments.read('sum.txt')).toString() };
};
