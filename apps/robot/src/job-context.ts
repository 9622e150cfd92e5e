import type { Environments } from './environments/environments.ts';
import type { Folders } from './folders.ts';
import type { TroubleWatch } from './host-trouble.ts';
import type { Journal } from './journal.ts';
import type { FileLimits } from './keep-files.ts';
import type { Link } from './link.ts';
import type { Log } from './log.ts';
import type { Packages } from './packages.ts';
import type { Users } from './run-as/users.ts';
import type { Host } from './runtimes/host.ts';
import type { Runners } from './start-runner.ts';

/** What the handling of a job needs from the robot. */
export type JobContext = {
  readonly link: Link;
  readonly trouble: TroubleWatch;
  /** Where jobs get control groups; null where there are none. */
  readonly cgroups: string | null;
  /** How many files of a job are kept. */
  readonly fileLimits: FileLimits;
  readonly journal: Journal;
  readonly packages: Packages;
  readonly folders: Pick<Folders, 'handOver'>;
  /** As whom jobs run. */
  readonly users: Users;
  readonly environments: Environments;
  readonly runners: Runners;
  /** The interpreters, as they are now. */
  host(): Host;
  readonly environment: NodeJS.ProcessEnv;
  readonly log: Log;
  readonly user: string;
  readonly hostMachineName: string;
  /** The names of a robot, for its log lines; null until the server has sent them. */
  robot(robotKey: string | null): { robotName?: string | null; machineName?: string | null } | null;
  /** Fires when the robot ends. Its jobs go on. */
  readonly signal: AbortSignal;
};
