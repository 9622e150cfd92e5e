import { lstat, opendir, realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { parseBatonProject } from '@baton/nupkg/baton-json';
import type { ContentFiles } from '@baton/nupkg/content-files';
import { parseObject } from '@baton/nupkg/json';
import { pathPattern } from '@baton/nupkg/project-folder';
import { files } from './journal.ts';

/** Which files of a job are kept with it when its process has ended. It is part of the plan. */
export type Keep = {
  /** Patterns in the working folder, kept always. */
  readonly artifacts: readonly string[];
  /** Kept only if the job faults. */
  readonly evidence: readonly string[];
  /** A folder in that of the job of which everything is kept: what Robot Framework writes. */
  readonly results: string | null;
  /** The process works on a desktop, so the screen is worth a look if it faults. */
  readonly hasDesktop: boolean;
};

const NOTHING_KEPT: Keep = { artifacts: [], evidence: [], results: null, hasDesktop: false };

export async function keepOf(content: ContentFiles, kind: string): Promise<Keep> {
  const results = kind === 'robot' ? files.results : null;
  const text = await content.read('baton.json');
  if (text === null) return { ...NOTHING_KEPT, results };
  const { artifacts, evidence, requiresUserInteraction } = parseBatonProject(parseObject(text, 'baton.json'));
  return { artifacts, evidence, results, hasDesktop: requiresUserInteraction };
}

export type Kept = {
  /** The file on this host. */
  readonly file: string;
  /** Its path in the folder that it was found in, with slashes. */
  readonly name: string;
  readonly category: 'Artifact' | 'Evidence';
  readonly size: number;
};

export type Found = {
  readonly kept: readonly Kept[];
  /** Why others are left out; a sentence. */
  readonly problem: string | null;
};

/** Bounds for a job that leaves more than anybody wants. */
export type FileLimits = { readonly count: number; readonly bytes: number };

export const USUAL_LIMITS: FileLimits = { count: 200, bytes: 4e9 };
const MOST_LOOKED_AT = 200_000;
/** Folders of other people's files, which patterns without a folder are not meant for. */
const SKIPPED = new Set(['node_modules', '.git', '__pycache__', '.venv']);
const LONGEST_NAME = 256;

/**
 * Finds what is to be kept of an ended job. Links are not followed, wherever they lead, so nothing outside of
 * the folder of the job is ever read.
 */
export async function findKept(
  jobFolder: string,
  content: string,
  keep: Keep,
  isFaulted: boolean,
  limits: FileLimits,
): Promise<Found> {
  const artifacts = keep.artifacts.map(pathPattern);
  const evidence = isFaulted ? keep.evidence.map(pathPattern) : [];
  const kept: Kept[] = [];
  const budget = { files: limits.count, bytes: limits.bytes, entries: MOST_LOOKED_AT, left: 0 };
  if (artifacts.length + evidence.length > 0)
    await walk(content, '', budget, kept, (path) =>
      artifacts.some((pattern) => pattern.test(path))
        ? 'Artifact'
        : evidence.some((pattern) => pattern.test(path))
          ? 'Evidence'
          : null,
    );
  if (keep.results !== null)
    await walk(join(jobFolder, keep.results), '', budget, kept, () => (isFaulted ? 'Evidence' : 'Artifact'));
  const problem =
    budget.left > 0
      ? `${budget.left} files of the job are not kept: on this host a job keeps at most ${limits.count} files of ${limits.bytes} bytes in all, with names of up to ${LONGEST_NAME} characters`
      : budget.entries <= 0
        ? `The folder of the job has more than ${MOST_LOOKED_AT} files: those beyond are not looked at`
        : null;
  return { kept, problem };
}

type Budget = { files: number; bytes: number; entries: number; left: number };

async function walk(
  root: string,
  below: string,
  budget: Budget,
  kept: Kept[],
  categoryOf: (path: string) => Kept['category'] | null,
): Promise<void> {
  const folder = await opendir(join(root, below)).catch(() => null);
  if (!folder) return;
  const folders: string[] = [];
  for await (const entry of folder) {
    if (--budget.entries <= 0) return;
    const path = below === '' ? entry.name : `${below}/${entry.name}`;
    if (entry.isDirectory() && !SKIPPED.has(entry.name)) folders.push(path);
    if (!entry.isFile()) continue;
    const category = categoryOf(path);
    if (category === null) continue;
    const file = join(root, path);
    const { size } = await lstat(file).catch(() => ({ size: -1 }));
    if (size < 0) continue;
    if (budget.files <= 0 || size > budget.bytes || path.length > LONGEST_NAME) {
      budget.left++;
      continue;
    }
    budget.files--;
    budget.bytes -= size;
    kept.push({ file, name: path, category, size });
  }
  for (const path of folders.sort()) await walk(root, path, budget, kept, categoryOf);
}

/** Whether a file is still where it was found, and not behind a link that came since. */
export async function isWithin(folder: string, file: string): Promise<boolean> {
  try {
    const [root, found] = await Promise.all([realpath(folder), realpath(file)]);
    const { isFile } = await lstat(file).then((stats) => ({ isFile: stats.isFile() }));
    return isFile && found.startsWith(root + sep);
  } catch {
    return false;
  }
}
