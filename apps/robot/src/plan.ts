import type { Keep } from './keep-files.ts';
import type { OtherUser } from './run-as/call-as.ts';
import type { Ahead } from './runtimes/host.ts';

/** The content of `plan.json`: all that a runner has to know. */
export type Plan = {
  readonly executionId: string;
  /** The job's folder. */
  readonly folder: string;
  /** The name of the process, for people. */
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** What serves as its process if it was started ahead; null or missing if it must be started anew. */
  readonly ahead?: Ahead | null;
  readonly env: Readonly<Record<string, string>>;
  /** Whether it is a run of the official Python tool: see tool-run.ts. */
  readonly isToolRun?: boolean;
  /** See `Tree.marks`. */
  readonly mark: string;
  /** The job's access token, which must not appear in its log. */
  readonly secret: string;
  /** Which of its files are kept. */
  readonly keep: Keep;
  /** Counted from the start of the process; null means no limit. */
  readonly stopAfterSeconds: number | null;
  /** Counted from when the job was asked to stop, by the limit or by a person; null means no limit. */
  readonly killAfterSeconds: number | null;
  /** The names of the environments that it uses: see `environments/`. */
  readonly environments: readonly string[];
  /** As whom the process runs; null: as the robot's own user. */
  readonly user?: OtherUser | null;
};
