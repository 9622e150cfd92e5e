import type { EntryPoint } from './entry-points.ts';

export type FileToWrite = {
  /** Below the automation's folder, which is `content/` in the package: `main.py`, `lib/util.py`. */
  readonly path: string;
  readonly content: Buffer | string;
  readonly executable?: boolean;
};

export type PackageToWrite = {
  readonly id: string;
  readonly version: string;
  readonly title?: string | null;
  readonly description?: string | null;
  readonly authors?: string | null;
  readonly releaseNotes?: string | null;
  readonly tags?: string | null;
  readonly projectUrl?: string | null;
  readonly licenseUrl?: string | null;
  readonly files: readonly FileToWrite[];
  /** An automation's; a package without any is a plain NuGet package. */
  readonly entryPoints?: readonly EntryPointToWrite[];
  /** Path of the entry point to start by default; the first one otherwise. */
  readonly main?: string;
  /** `Process` (default), `TestAutomationProcess`, `Agent`, ... */
  readonly projectType?: string;
  /** How `operate.json` calls what runs it: `python`, `node`, `robot`, `command`. */
  readonly targetRuntime?: string;
  readonly requiresUserInteraction?: boolean;
  /** A GUID of the project; derived from the id where it is absent. */
  readonly projectId?: string;
};

export type EntryPointToWrite = Pick<EntryPoint, 'path'> & Partial<EntryPoint>;
