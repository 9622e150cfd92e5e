import { startEmbedded } from './embedded.ts';
import { silent } from './test-database.ts';

// A server process for embedded.test.ts to kill. It serves the given folder, prints where, and stays.
const [dataFolder = ''] = process.argv.slice(2);
try {
  const { url, pid } = await startEmbedded({ dataFolder, log: silent(), durable: false });
  console.log(JSON.stringify({ url, pid }));
  setInterval(() => {}, 60_000);
} catch (error) {
  console.log(JSON.stringify({ error: error instanceof Error ? error.name : String(error) }));
}
