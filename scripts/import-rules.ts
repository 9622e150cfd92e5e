import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';

/**
 * What each room may import besides itself and libraries. Tests, and files that only tests use, are exempt.
 */
const ROOMS: readonly { readonly room: string; readonly may: readonly string[] }[] = [
  { room: 'packages/odata', may: [] },
  { room: 'packages/nupkg', may: [] },
  { room: 'packages/contract', may: [] },
  { room: 'packages/client', may: ['packages/contract'] },
  { room: 'packages/testing', may: ['packages', 'apps'] },
  { room: 'apps/robot', may: ['packages'] },
  // Parts know no page, and pages know no other page.
  {
    room: 'apps/console/src/parts',
    may: ['packages', 'apps/console/src/texts', 'apps/console/src/app/theme.ts'],
  },
  { room: 'apps/console/src/texts', may: [] },
  { room: 'apps/console/src/api', may: ['packages/client', 'packages/contract'] },
  { room: 'apps/console', may: ['packages/client', 'packages/contract'] },
  // The commands that run a server. All others are clients of one.
  { room: 'apps/cli/src/start', may: ['packages', 'apps'] },
  { room: 'apps/cli/src/server.ts', may: ['packages', 'apps'] },
  { room: 'apps/cli/src/admin-reset-password.ts', may: ['packages', 'apps'] },
  // The page at the end of a sign-in has the languages of the server's pages, and names browsers as they do.
  {
    room: 'apps/cli',
    may: [
      'packages',
      'apps/robot',
      'apps/server/src/identity/languages.ts',
      'apps/server/src/identity/sign-in/pages/browser-names.ts',
    ],
  },
  { room: 'apps/server/src/kernel', may: ['packages'] },
  { room: 'apps/server/src/console', may: ['apps/server/src/kernel'] },
  { room: 'apps/server/src/people', may: ['packages', 'apps/server/src/kernel'] },
  {
    room: 'apps/server/src/identity',
    may: ['packages', 'apps/server/src/kernel', 'apps/server/src/people'],
  },
  {
    room: 'apps/server/src/orchestrator',
    may: ['packages', 'apps/server/src/kernel', 'apps/server/src/people', 'apps/server/src/identity'],
  },
];

/** For each file, the files of the workspace that it imports, including imports of types. */
export type Imports = ReadonlyMap<string, readonly string[]>;

/** Violations of the rules, one sentence each. */
export const brokenRules = (imports: Imports): readonly string[] => [
  ...[...imports].flatMap(([file, targets]) => targets.flatMap((target) => trespass(file, target) ?? [])),
  ...circles(imports).map((circle) => `A circle: ${circle.join(' -> ')}`),
];

const PAGES = /^apps\/console\/src\/pages\/([^/]+)\//;

function trespass(file: string, target: string): string | undefined {
  const rule = ROOMS.find(({ room }) => isIn(file, room));
  const page = PAGES.exec(file)?.[1];
  const other = PAGES.exec(target)?.[1];
  if (page && other && page !== other) return `${file} imports ${target}: pages know no other page`;
  if (!rule || [rule.room, ...rule.may].some((room) => isIn(target, room))) return undefined;
  return `${file} imports ${target}: ${rule.room} may not`;
}

const isIn = (file: string, room: string): boolean => file === room || file.startsWith(`${room}/`);

/** All files that a file leads to, including itself. */
export function closure(imports: Imports, file: string): string[] {
  const reached = new Set([file]);
  for (const each of reached) for (const target of imports.get(each) ?? []) reached.add(target);
  return [...reached];
}

/** One circle for each group of files that lead to each other. */
function circles(imports: Imports): string[][] {
  const found: string[][] = [];
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (file: string): void => {
    const at = path.indexOf(file);
    if (at >= 0) found.push([...path.slice(at), file]);
    if (at >= 0 || done.has(file)) return;
    path.push(file);
    for (const target of imports.get(file) ?? []) visit(target);
    path.pop();
    done.add(file);
  };
  for (const file of imports.keys()) visit(file);
  return found;
}

const FOLDERS = ['apps', 'packages'];
const IS_OURS = /\.tsx?$/;
const IS_FOR_TESTS = /\.(?:test|fixture|d)\.ts$/;
const IMPORT = /^(?:import|export)\s(?:[^;'"]*?\sfrom\s)?'([^']+)'/gm;

/** @param root the folder of the repository */
export function readImports(root: string): Imports {
  const packages = new Map(packagesOf(root));
  const files = FOLDERS.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) =>
      posix.join(folder, name.replaceAll('\\', '/')),
    ),
  ).filter((file) => IS_OURS.test(file) && !IS_FOR_TESTS.test(file) && !file.includes('node_modules'));
  const known = new Set(files);
  return new Map(
    files.map((file) => {
      const names = [...readFileSync(join(root, file), 'utf8').matchAll(IMPORT)].map(([, name]) => name!);
      const targets = names.map((name) => resolve(file, name, packages));
      return [file, targets.filter((target) => target !== undefined && known.has(target)) as string[]];
    }),
  );
}

export type Package = { readonly folder: string; readonly exports: Readonly<Record<string, string>> };

export function resolve(
  file: string,
  name: string,
  packages: ReadonlyMap<string, Package>,
): string | undefined {
  if (name.startsWith('.')) return posix.join(posix.dirname(file), name);
  const [scope = '', own = '', ...rest] = name.split('/');
  const found = packages.get(`${scope}/${own}`);
  if (!found) return undefined;
  const path = rest.length === 0 ? '.' : `./${rest.join('/')}`;
  const target = found.exports[path] ?? found.exports['./*']?.replace('*', rest.join('/'));
  return target && posix.join(found.folder, target);
}

export const packagesOf = (root: string): [string, Package][] =>
  FOLDERS.flatMap((folder) =>
    readdirSync(join(root, folder)).map((name): [string, Package] => {
      const at = posix.join(folder, name);
      const { name: called, exports = {} } = JSON.parse(
        readFileSync(join(root, at, 'package.json'), 'utf8'),
      ) as { readonly name: string; readonly exports?: Package['exports'] };
      return [called, { folder: at, exports }];
    }),
  );
