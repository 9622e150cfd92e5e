import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where scripts/build-console.ts puts the console. A published package has it inside. */
export const CONSOLE_FOLDER = fileURLToPath(new URL('../../console', import.meta.url));

/** A file of the console, whole in memory: there are some dozens, and they never change. */
export interface ConsoleFile {
  /** Below the server's address: `assets/index-1a2b3c.js`. */
  readonly path: string;
  readonly type: string;
  readonly plain: Buffer;
  readonly br: Buffer | undefined;
  readonly gzip: Buffer | undefined;
}

export interface ConsoleBuild {
  /** The page, with `{{nonce}}` and `{{origin}}` where those of the answer stand. */
  readonly page: string;
  readonly files: readonly ConsoleFile[];
}

const TYPES: Readonly<Record<string, string>> = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
  png: 'image/png',
  woff2: 'font/woff2',
};

/** Undefined if the folder has no console: then the server shows its own first page. */
export function readBuild(folder: string): ConsoleBuild | undefined {
  const page = join(folder, 'index.html');
  if (!existsSync(page)) return undefined;
  const names = readdirSync(join(folder, 'assets'));
  const read = (name: string): Buffer | undefined =>
    names.includes(name) ? readFileSync(join(folder, 'assets', name)) : undefined;
  const files = names.flatMap((name) => {
    const type = TYPES[name.slice(name.lastIndexOf('.') + 1)];
    if (!type) return [];
    return [
      { path: `assets/${name}`, type, plain: read(name)!, br: read(`${name}.br`), gzip: read(`${name}.gz`) },
    ];
  });
  return { page: readFileSync(page, 'utf8'), files };
}
