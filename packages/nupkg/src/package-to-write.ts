import type { EntryPoint } from './entry-points.ts';

export type FileToWrite = {
  /** The path below the automation's folder, which is `content/` in the package: `main.py`, `lib/util.py`. */
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
  /** The entry points of an automation. A package without any is a plain NuGet package. */
  readonly entryPoints?: readonly EntryPointToWrite[];
  /** The path of the entry point to start by default. Default: the first one. */
  readonly main?: string;
  /** `Process` (default), `TestAutomationProcess`, `Agent`, ... */
  readonly projectType?: string;
  /** The name of the runtime in `operate.json`: `python`, `node`, `robot`, `command`. */
  readonly targetRuntime?: string;
  readonly requiresUserInteraction?: boolean;
  /** The GUID of the project. Default: derived from the id. */
  readonly projectId?: string;
};

export type EntryPointToWrite = Pick<EntryPoint, 'path'> & Partial<EntryPoint>;
