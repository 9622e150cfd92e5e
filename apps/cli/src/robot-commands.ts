import type { Command } from './command.ts';

const ROBOT_ENVIRONMENT = {
  title: 'Environment',
  rows: [
    ['BATON_URL, BATON_MACHINE_KEY, BATON_MACHINE_SECRET', 'instead of the options of these names'],
    ['BATON_PACKAGE_CACHE, BATON_KEEP_JOBS, BATON_KEEP_JOBS_SIZE', 'instead of the options of these names'],
    ['BATON_JOB_FILES, BATON_JOB_FILES_SIZE', 'instead of the options of these names'],
    ['BATON_LABELS', 'labels of this host, with commas between'],
    ['BATON_RUN_AS', 'ACCOUNT=USER, with commas between, instead of --run-as'],
    ['BATON_MIN_FREE_DISK', 'instead of --min-free-disk'],
    ['BATON_PYTHON', 'Python that jobs run on (default: python3)'],
    ['PIP_…, UV_…, NPM_CONFIG_…', 'settings of the installers of what packages want: index, credentials'],
    ['BATON_UV, BATON_NPM', 'these programs, where they are not on the PATH'],
    ['BATON_BUILD_SECONDS', 'how long installing may take (default: 1800)'],
    ['BATON_ENVIRONMENT_BYTES', 'disk space for what is installed (default: 10 GB)'],
    ['BATON_ENVIRONMENTS', "'off': install nothing, everything comes with the machine"],
    ['HTTP_PROXY, HTTPS_PROXY, NO_PROXY', 'proxies, for the robot and its jobs'],
  ],
} as const;

const CA = {
  name: 'ca',
  value: 'FILE',
  help: 'certificates (PEM) of further authorities to trust, for the robot and its jobs',
} as const;

const LABEL = {
  name: 'label',
  value: 'LABEL',
  isList: true,
  help: 'what this host has, for jobs that require it',
} as const;

const RUN_AS = {
  name: 'run-as',
  value: 'ACCOUNT=USER',
  isList: true,
  help: "run the jobs of a robot account as another user of this system; '*' is every account that is not named",
} as const;

const MIN_FREE_DISK = {
  name: 'min-free-disk',
  value: 'MB',
  help: 'free disk space below which no job starts',
  default: '200',
} as const;

const UPDATE = {
  name: 'update-command',
  value: 'COMMAND',
  help:
    'brings another version, which BATON_WANTED_VERSION names; it runs when the server wants that version and ' +
    'the jobs have ended, and the robot then ends with code 75 to be started again',
} as const;

const SERVICE = [
  { name: 'data', value: 'DIR', help: "the robot's data folder", default: './robot' },
  { name: 'service', value: 'NAME', help: 'what the service is called', default: 'baton-robot' },
  { name: 'system', help: 'for the whole host, not for you' },
] as const;

/** On a host: what connects it to a server. */
export const ROBOT_COMMANDS: readonly Command[] = [
  {
    name: 'robot',
    summary: 'connect this machine to a server and run its jobs',
    details: [
      'Jobs run in processes of their own, which go on when the robot ends; the next robot on the same data folder reports how ' +
        'they ended.',
    ],
    options: [
      { name: 'url', value: 'URL', help: 'server, alone or with /{organization}/{tenant}' },
      { name: 'machine-key', value: 'KEY', help: 'license key of the machine in the server' },
      { name: 'machine-secret', value: 'SECRET', help: 'one of its secrets; safer in BATON_MACHINE_SECRET' },
      { name: 'data', value: 'DIR', help: 'folder for packages and running jobs', default: './robot' },
      { name: 'slots', value: 'N', help: 'jobs at once', default: '1' },
      LABEL,
      { name: 'name', value: 'HOST', help: 'host as the server is to call it', default: "this host's name" },
      MIN_FREE_DISK,
      CA,
      { name: 'drain', help: 'when told to stop, first finish the jobs that run' },
      UPDATE,
      RUN_AS,
      {
        name: 'package-cache',
        value: 'SIZE',
        help: 'disk for fetched packages, such as 500MB',
        default: '5GB',
      },
      { name: 'keep-jobs', value: 'N', help: 'keep the folders of the last N jobs to look at', default: '0' },
      { name: 'keep-jobs-size', value: 'SIZE', help: 'and no more of them than this', default: '5GB' },
      { name: 'job-files', value: 'N', help: 'files that a job may leave to be kept', default: '200' },
      { name: 'job-files-size', value: 'SIZE', help: 'and no more of them than this', default: '4GB' },
    ],
    sections: [ROBOT_ENVIRONMENT],
    examples: [
      { line: 'baton robot', what: "on a host that has joined with 'baton robot join'" },
      {
        line: 'BATON_MACHINE_SECRET=… baton robot --url https://baton.example --machine-key …',
        what: 'one job at a time',
      },
    ],
    load: () => import('./robot.ts'),
  },
  {
    name: 'robot join',
    summary: 'join this host to a machine, with a code of an administrator',
    details: [
      'The host makes a secret of its own and keeps it in the data folder, where only its owner can read it. ' +
        "From then on 'baton robot' needs neither address nor key. An administrator can withdraw this host alone " +
        "('baton machine revoke').",
    ],
    argument: { name: 'CODE', help: "from 'baton machine join-code'", isRequired: true },
    options: [
      { name: 'data', value: 'DIR', help: 'folder for packages and running jobs', default: './robot' },
      { name: 'name', value: 'HOST', help: 'host as the server is to call it', default: "this host's name" },
      {
        name: 'url',
        value: 'URL',
        help: 'server, where hosts reach it at another address than the code says',
      },
      CA,
    ],
    examples: [{ line: 'baton robot join aHR0cHM6Ly9iYXRvbi5leGFtcGxl.12.…', what: 'once on each host' }],
    load: () => import('./robot-join.ts'),
  },
  {
    name: 'robot status',
    summary: 'tell what the robot of this host does, and what hinders it',
    options: [{ name: 'data', value: 'DIR', help: 'its data folder', default: './robot' }],
    sections: [
      {
        title: 'Exit codes',
        rows: [
          ['0', 'it runs, is connected, and takes jobs'],
          ['1', 'it does not run'],
          ['2', 'the command line is wrong'],
          ['3', 'it runs, and something hinders it: no server, a full disk, it drains'],
        ],
      },
    ],
    examples: [{ line: 'baton robot status --json', what: 'for a monitor' }],
    load: () => import('./robot-status.ts'),
  },
  {
    name: 'robot install',
    summary: 'let the service manager of this host run the robot',
    details: [
      'Linux: a unit of systemd. macOS: launchd. Windows: a scheduled task, which looks each minute whether the robot runs; ' +
        'a service in the strict sense would need another program. By default it belongs to you; with --system to the host, ' +
        'which takes an administrator. The host has to have joined.',
      'A stop waits for the jobs that run. A robot that fails is started again, and reports what its jobs did meanwhile. ' +
        'PATH, proxies and BATON_PYTHON are kept as they are now, in the data folder, for its owner alone.',
    ],
    options: [
      ...SERVICE,
      { name: 'slots', value: 'N', help: 'jobs at once', default: '1' },
      { name: 'user', value: 'NAME', help: 'with --system: account that it runs as', default: 'yours' },
      { name: 'stop-seconds', value: 'N', help: 'how long a stop waits for jobs', default: '3600' },
      LABEL,
      MIN_FREE_DISK,
      UPDATE,
      { name: 'print', help: 'show what would be installed, and install nothing' },
    ],
    examples: [
      { line: 'baton robot install --print', what: 'to look at it' },
      { line: 'sudo baton robot install --system --user robot --data /var/lib/robot', what: 'for the host' },
    ],
    load: () => import('./robot-install.ts'),
  },
  {
    name: 'robot uninstall',
    summary: 'stop the service of the robot when its jobs have ended, and remove it',
    details: ['The data folder stays, with what the host signs in with.'],
    options: SERVICE,
    examples: [{ line: 'baton robot uninstall', what: 'your own' }],
    load: () => import('./robot-uninstall.ts'),
  },
];

/** At the server: which hosts may connect. */
export const MACHINE_COMMANDS: readonly Command[] = [
  {
    name: 'machine join-code',
    summary: 'make a code with which hosts join a machine',
    details: [
      "Each host that joins with it ('baton robot join CODE') gets credentials of its own. The code holds the " +
        "server's address as this command knows it.",
    ],
    argument: { name: 'NAME', help: 'of the machine', isRequired: true },
    options: [
      { name: 'hosts', value: 'N', help: 'how many hosts may join with it', default: '1' },
      { name: 'minutes', value: 'N', help: 'how long it is good, at most a week', default: '60' },
    ],
    isClient: true,
    examples: [
      { line: 'baton machine join-code cellar', what: 'for one host' },
      { line: 'baton machine join-code cellar --hosts 50 --minutes 600', what: 'for a rollout' },
    ],
    load: () => import('./machine-join-code.ts'),
  },
  {
    name: 'machine secrets',
    summary: 'list the credentials of a machine, and the hosts that they belong to',
    argument: { name: 'NAME', help: 'of the machine', isRequired: true },
    options: [],
    isClient: true,
    examples: [{ line: 'baton machine secrets cellar', what: 'with the id of each secret' }],
    load: () => import('./machine-secrets.ts'),
  },
  {
    name: 'machine version',
    summary: 'say which version the robots of a machine ought to be, and show which they are',
    details: [
      'Robots that were started with --update-command change to it by themselves, one in ten at a time: each finishes its ' +
        'jobs, runs its own command, and starts again. When one does not come back with that version, no further one ' +
        'begins. The others only show that they are behind.',
    ],
    argument: { name: 'NAME', help: 'of the machine', isRequired: true },
    options: [
      {
        name: 'set',
        value: 'VERSION',
        help: "a version; 'latest', which is that of the server; 'latest-patch', the same unless it is another minor version; or 'none'",
      },
    ],
    isClient: true,
    examples: [
      { line: 'baton machine version cellar', what: 'who is behind' },
      { line: 'baton machine version cellar --set latest', what: 'all like the server' },
    ],
    load: () => import('./machine-version.ts'),
  },
  {
    name: 'machine revoke',
    summary: 'take back the credentials of one host of a machine',
    argument: { name: 'NAME', help: 'of the machine', isRequired: true },
    options: [
      { name: 'host', value: 'HOST', help: 'the host that joined under this name' },
      { name: 'secret', value: 'ID', help: "a single secret, as 'machine secrets' tells it" },
    ],
    isClient: true,
    examples: [{ line: 'baton machine revoke cellar --host laptop-7', what: 'a laptop was lost' }],
    load: () => import('./machine-revoke.ts'),
  },
];
