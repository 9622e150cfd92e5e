import { spawnSync } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { existsSync, globSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

// Builds the console into apps/server/console, from where the server serves it: `npm start` calls this, and
// nothing happens while the sources are those of the last build.
const root = fileURLToPath(new URL('..', import.meta.url));
const FOLDER = join(root, 'apps/server/console');
const STAMP = join(FOLDER, 'stamp');

/** All that the result depends on. Versions of packages stand in the lock file. */
const SOURCES = [
  'apps/console/{index.html,package.json,vite.config.ts,tsconfig.json}',
  'apps/console/src/**/*.{ts,tsx,css,svg}',
  'packages/{client,contract}/src/**/*.ts',
  'package-lock.json',
  'scripts/build-console.ts',
];

function stampOfSources(): string {
  const hash = createHash('sha256');
  for (const file of globSync(SOURCES, { cwd: root, exclude: (name) => name === 'node_modules' }).sort()) {
    if (/\.(?:test|fixture)\.tsx?$/.test(file)) continue;
    hash.update(file.replaceAll('\\', '/')).update(readFileSync(join(root, file)));
  }
  return hash.digest('hex');
}

/**
 * Builds it if its sources have changed, and answers its folder. Everything is made beside and put into place
 * whole, so that several who build at once do not disturb each other.
 */
export async function buildConsole(): Promise<string> {
  const wanted = stampOfSources();
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === wanted) return FOLDER;
  console.error('Building the console (once) …');
  const made = `${FOLDER}-${randomUUID()}`;
  try {
    const vite = join(root, 'node_modules/vite/bin/vite.js');
    const built = spawnSync(
      process.execPath,
      [vite, 'build', '--outDir', made, '--emptyOutDir', '--logLevel', 'warn'],
      { cwd: join(root, 'apps/console'), stdio: ['ignore', 'inherit', 'inherit'] },
    );
    if (built.status !== 0)
      throw new Error(`The console could not be built: vite ended with ${built.status}.`);
    await Promise.all(globSync('assets/*.{js,css,svg}', { cwd: made }).map((file) => pack(join(made, file))));
    writeFileSync(join(made, 'stamp'), wanted);
    rmSync(FOLDER, { recursive: true, force: true });
    renameSync(made, FOLDER);
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
  return FOLDER;
}

const brotli = promisify(brotliCompress);
const zip = promisify(gzip);

/** Beside each file its packed forms: packed once, they may take their time. */
async function pack(file: string): Promise<void> {
  const content = readFileSync(file);
  const params = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY };
  writeFileSync(`${file}.br`, await brotli(content, { params }));
  writeFileSync(`${file}.gz`, await zip(content, { level: 9 }));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildConsole();
