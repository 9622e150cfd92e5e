/** `plan.json`: all that a runner has to know. */
export type Plan = {
  readonly executionId: string;
  /** The job's folder. */
  readonly folder: string;
  /** Of the process, for people. */
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** See `Tree.mark`. */
  readonly mark: string;
  /** The job's access token, to be kept out of its log. */
  readonly secret: string;
  /** Counted from the start; null: no limit. */
  readonly stopAfterSeconds: number | null;
  /** Counted from the moment it was asked to stop, by the limit or by a person; null: as long as it wants. */
  readonly killAfterSeconds: number | null;
};
