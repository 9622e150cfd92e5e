import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

// Compares the traffic of the last `npm test` with the descriptions of the API, if these lie
// beside the project.
const tool = fileURLToPath(new URL('../../shared/contract/coverage.mjs', import.meta.url));
const traffic = fileURLToPath(new URL('../coverage/traffic.ndjson', import.meta.url));
if (!existsSync(tool)) {
  console.log('Skipped: the descriptions of the API are not beside this project (../shared/contract).');
} else if (existsSync(traffic)) {
  process.exit(
    spawnSync(process.execPath, [tool, traffic, ...process.argv.slice(2)], { stdio: 'inherit' }).status ?? 1,
  );
} else {
  console.error('There is no recorded traffic yet: run npm test first.');
  process.exit(1);
}
