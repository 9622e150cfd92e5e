import type { Stats } from 'node:fs';
import { lstat, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InvalidPackage } from './invalid-package.ts';
import type { FileToWrite } from './package-to-write.ts';

/**
 * Files that no package needs: version control, environments and caches that can be rebuilt,
 * secrets, earlier packages.
 */
const LEFT_OUT = [
  '.git .hg .svn .gitignore .gitattributes .DS_Store Thumbs.db .idea .vscode',
  'node_modules .npmrc __pycache__ *.pyc .venv venv .pytest_cache .mypy_cache .ruff_cache .tox *.egg-info',
  '.env .env.* .uipath *.nupkg',
]
  .join(' ')
  .split(' ');

export type Selection = {
  /** Patterns of files to take although they are left out by default: `node_modules`, `.env.example`. */
  readonly include: readonly string[];
  /** Patterns of files to leave out. They win over everything else. */
  readonly exclude: readonly string[];
};

export type FolderContents = { readonly files: FileToWrite[]; readonly warnings: string[] };

/**
 * The files of a project that belong in its package, sorted by path. Links are left out, with a warning.
 * @param maxFiles more are refused before any is read
 */
export async function readProjectFolder(
  folder: string,
  selection: Selection,
  maxFiles: number,
): Promise<FolderContents> {
  const include = selection.include.map(pathPattern);
  const exclude = selection.exclude.map(pathPattern);
  const leftOut = LEFT_OUT.map(pathPattern);
  const found: { path: string; executable: boolean }[] = [];
  const warnings: string[] = [];

  const visit = async (below: string, isLeftOut: boolean): Promise<void> => {
    for (const name of (await readdir(join(folder, below))).sort(byCodePoint)) {
      const path = below === '' ? name : `${below}/${name}`;
      const stats = await lstat(join(folder, path));
      if (matches(exclude, path)) continue;
      const out = (isLeftOut || matches(leftOut, path)) && !matches(include, path);
      if (stats.isDirectory()) {
        // An included file can be anywhere below, so if there are such patterns, every folder
        // except .git is searched.
        const skip = out && (include.length === 0 || name === '.git');
        if (!skip && !(await isEnvironment(join(folder, path)))) await visit(path, out);
      } else if (!out) {
        take(path, stats);
      }
    }
  };
  const take = (path: string, stats: Stats) => {
    if (stats.isFile()) found.push({ path, executable: (stats.mode & 0o100) !== 0 });
    else warnings.push(`${path} is left out: it is a link or no regular file`);
  };
  await visit('', false);
  refuseTooMany(found, maxFiles);
  found.sort((a, b) => byCodePoint(a.path, b.path));
  const files: FileToWrite[] = [];
  for (const file of found) files.push({ ...file, content: await readFile(join(folder, file.path)) });
  return { files, warnings };
}

/** Says where most of them are, because that is what to leave out. */
export function refuseTooMany(files: readonly { readonly path: string }[], most: number): void {
  if (files.length <= most) return;
  const counts = new Map<string, number>();
  for (const { path } of files) {
    const top = path.includes('/') ? path.slice(0, path.indexOf('/')) : '.';
    counts.set(top, (counts.get(top) ?? 0) + 1);
  }
  const [[folder, count] = ['', 0]] = [...counts].sort((a, b) => b[1] - a[1]);
  throw new InvalidPackage(
    'InvalidPackageDetails',
    'project',
    `has ${files.length} files, and a package may have ${most}; ${count} are in ${folder}/`,
  );
}

/**
 * `*` and `?` stand for characters of one name, `**` for any number of folders. A pattern without a slash
 * matches a name at any depth. A pattern that matches a folder matches everything in it.
 */
export function pathPattern(pattern: string): RegExp {
  const clean = pattern.replaceAll('\\', '/').replace(/^\.\//, '').replace(/\/+$/, '');
  const anywhere = !clean.replace(/^\//, '').includes('/') && !clean.startsWith('/');
  const body = clean
    .replace(/^\//, '')
    .split(/(\*\*\/|\*\*|\*|\?)/)
    .map((part) => WILD[part] ?? part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'))
    .join('');
  return new RegExp(`^${anywhere ? '(?:.*/)?' : ''}${body}(?:/.*)?$`, 'su');
}

const WILD: Readonly<Record<string, string>> = { '**/': '(?:.*/)?', '**': '.*', '*': '[^/]*', '?': '[^/]' };

function matches(patterns: readonly RegExp[], path: string): boolean {
  return patterns.some((pattern) => pattern.test(path));
}

/** Whether the folder is a Python environment, whatever its name. */
async function isEnvironment(folder: string): Promise<boolean> {
  return lstat(join(folder, 'pyvenv.cfg')).then(
    () => true,
    () => false,
  );
}

/** Not by locale, so that the order is the same on every machine. */
function byCodePoint(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
