import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { zip } from '../../../../packages/nupkg/src/zip.fixture.ts';

export type WheelOptions = {
  /** Files by path: `acme/__init__.py`. Default: one module of the package's name, with its version. */
  readonly files?: Readonly<Record<string, string>>;
  /** `Requires-Dist` */
  readonly requires?: readonly string[];
  /** Console scripts: `acme = acme:main`. */
  readonly scripts?: readonly string[];
};

/** A wheel that pip and uv install: a zip with three files of metadata. */
export function wheel(name: string, version: string, options: WheelOptions = {}): Buffer {
  const module = name.replaceAll('-', '_');
  const info = `${module}-${version}.dist-info`;
  const files: Record<string, string> = {
    ...(options.files ?? { [`${module}/__init__.py`]: `version = '${version}'\n` }),
    [`${info}/METADATA`]: [
      'Metadata-Version: 2.1',
      `Name: ${name}`,
      `Version: ${version}`,
      ...(options.requires ?? []).map((line) => `Requires-Dist: ${line}`),
      '',
    ].join('\n'),
    [`${info}/WHEEL`]: 'Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n',
  };
  if (options.scripts) {
    files[`${info}/entry_points.txt`] = `[console_scripts]\n${options.scripts.join('\n')}\n`;
  }
  const record = Object.entries(files).map(([path, text]) => {
    const sum = createHash('sha256').update(text).digest('base64url');
    return `${path},sha256=${sum},${Buffer.byteLength(text)}`;
  });
  files[`${info}/RECORD`] = `${[...record, `${info}/RECORD,,`].join('\n')}\n`;
  return zip(Object.entries(files).map(([path, content]) => ({ name: path, content })));
}

export const wheelFile = (name: string, version: string): string =>
  `${name.replaceAll('-', '_')}-${version}-py3-none-any.whl`;

/** Package indexes on loopback: Python's simple index below `/simple/`, npm's registry below `/npm/`. */
export type Indexes = {
  readonly python: string;
  readonly npm: string;
  /** An empty folder for npm's cache. */
  readonly cache: string;
  /** How often something was asked for, by the end of its path. */
  count(end: string): number;
  addWheel(name: string, version: string, options?: WheelOptions): void;
  addNpm(name: string, version: string, files: Readonly<Record<string, string>>, more?: object): NpmVersion;
  /** Calls below this path are not answered until `release`. */
  hold(path: string): void;
  release(): void;
  /** How many calls wait. */
  waiting(): number;
  /** Calls need these credentials. */
  credentials: { user: string; password: string } | null;
};

export type NpmVersion = { readonly resolved: string; readonly integrity: string };

export async function openIndexes(context: { after(stop: () => unknown): unknown }): Promise<Indexes> {
  const wheels = new Map<string, Map<string, Buffer>>();
  const packages = new Map<string, Map<string, { manifest: object; tarball: Buffer }>>();
  const asked: string[] = [];
  let held: string | null = null;
  let waiting: (() => void)[] = [];
  let port = 0;

  const answer = (request: IncomingMessage, response: ServerResponse) => {
    const path = decodeURIComponent((request.url ?? '').split('?')[0] ?? '');
    asked.push(path);
    const { credentials } = indexes;
    if (credentials && !knows(request.headers.authorization, credentials))
      return void response.writeHead(401, { 'www-authenticate': 'Basic realm="index"' }).end();
    const [, kind, name = '', file = ''] = path.split('/');
    const send = (type: string, body: string | Buffer) =>
      response.writeHead(200, { 'content-type': type }).end(body);
    if (kind === 'simple' && wheels.has(name)) {
      const links = [...(wheels.get(name)?.keys() ?? [])].map(
        (known) => `<a href="/files/${name}/${known}">${known}</a>`,
      );
      return void send('text/html', `<!DOCTYPE html><html><body>${links.join('\n')}</body></html>`);
    }
    const found = kind === 'files' ? wheels.get(name)?.get(file) : undefined;
    if (found) return void send('application/octet-stream', found);
    const versions = kind === 'npm' ? packages.get(name) : undefined;
    if (versions && file === '') {
      const all = Object.fromEntries([...versions].map(([version, { manifest }]) => [version, manifest]));
      const latest = [...versions.keys()].at(-1);
      return void send('application/json', JSON.stringify({ name, 'dist-tags': { latest }, versions: all }));
    }
    const tarball = versions?.get(file.replace(/\.tgz$/, ''))?.tarball;
    if (tarball) return void send('application/octet-stream', tarball);
    response.writeHead(404).end();
  };

  const server: Server = createServer((request, response) => {
    if (held !== null && request.url?.startsWith(held)) waiting.push(() => answer(request, response));
    else answer(request, response);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  port = (server.address() as AddressInfo).port;
  const cache = mkdtempSync(join(tmpdir(), 'baton-npm-'));
  context.after(() => {
    server.closeAllConnections();
    server.close();
    rmSync(cache, { recursive: true, force: true });
  });

  const indexes: Indexes = {
    python: `http://127.0.0.1:${port}/simple/`,
    npm: `http://127.0.0.1:${port}/npm/`,
    cache,
    credentials: null,
    count: (end) => asked.filter((path) => path.endsWith(end)).length,
    addWheel(name, version, options) {
      const files = wheels.get(name) ?? new Map<string, Buffer>();
      files.set(wheelFile(name, version), wheel(name, version, options));
      wheels.set(name, files);
    },
    addNpm(name, version, files, more = {}) {
      const manifest = { name, version, ...more };
      const tarball = tgz({ 'package.json': JSON.stringify(manifest), ...files });
      const integrity = `sha512-${createHash('sha512').update(tarball).digest('base64')}`;
      const resolved = `http://127.0.0.1:${port}/npm/${name}/${version}.tgz`;
      const versions = packages.get(name) ?? new Map<string, { manifest: object; tarball: Buffer }>();
      versions.set(version, { manifest: { ...manifest, dist: { tarball: resolved, integrity } }, tarball });
      packages.set(name, versions);
      return { resolved, integrity };
    },
    waiting: () => waiting.length,
    hold: (path) => (held = path),
    release() {
      held = null;
      for (const go of waiting) go();
      waiting = [];
    },
  };
  return indexes;
}

/**
 * The variables of a robot that asks these indexes and no others, whatever the machine is configured to ask.
 */
export function settingsFor({
  python,
  npm,
  cache,
}: Pick<Indexes, 'python' | 'npm'> & { readonly cache?: string }): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(pip|uv|npm_config)_/i.test(name));
  return {
    ...Object.fromEntries(kept),
    PIP_CONFIG_FILE: process.platform === 'win32' ? 'nul' : '/dev/null',
    PIP_INDEX_URL: python,
    PIP_EXTRA_INDEX_URL: '',
    PIP_FIND_LINKS: '',
    PIP_RETRIES: '0',
    PIP_NO_CACHE_DIR: '1',
    NPM_CONFIG_REGISTRY: npm,
    NPM_CONFIG_USERCONFIG: '/nonexistent',
    NPM_CONFIG_FETCH_RETRIES: '0',
    ...(cache !== undefined && { NPM_CONFIG_CACHE: cache }),
  };
}

function knows(header: string | undefined, { user, password }: { user: string; password: string }): boolean {
  return (
    header === `Bearer ${password}` ||
    header === `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
  );
}

/** A tar archive as npm packs one: everything below `package/`. */
function tgz(files: Readonly<Record<string, string>>): Buffer {
  const parts: Buffer[] = [];
  for (const [path, text] of Object.entries(files)) {
    const content = Buffer.from(text);
    const header = Buffer.alloc(512);
    header.write(`package/${path}`, 0, 100);
    header.write('0000644\0', 100);
    header.write('0000000\0', 108);
    header.write('0000000\0', 116);
    header.write(`${content.length.toString(8).padStart(11, '0')}\0`, 124);
    header.write('00000000000\0', 136);
    header.write('        ', 148);
    header.write('0', 156);
    header.write('ustar\x0000', 257);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    parts.push(header, content, Buffer.alloc((512 - (content.length % 512)) % 512));
  }
  return gzipSync(Buffer.concat([...parts, Buffer.alloc(1024)]));
}
