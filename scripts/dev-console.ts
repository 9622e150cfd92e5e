import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

// The console with hot reload, against a server that runs already (BATON_URL, default http://127.0.0.1:8080).
const root = fileURLToPath(new URL('..', import.meta.url));
const { status } = spawnSync(
  process.execPath,
  [join(root, 'node_modules/vite/bin/vite.js'), ...process.argv.slice(2)],
  {
    cwd: join(root, 'apps/console'),
    stdio: 'inherit',
  },
);
process.exit(status ?? 1);
