import type { Command } from './command.ts';
import { commandsOfWork } from './commands-of-work.ts';
import { CONFIG, JOB_EXIT_CODES, PACK_OPTIONS } from './common-options.ts';
import { LIMIT_OPTIONS } from './limit-options.ts';
import { MACHINE_COMMANDS, ROBOT_COMMANDS } from './robot-commands.ts';

/** Every command. The parser, the help and the suggestions for misspelled names derive from this. */
export const commands: readonly Command[] = [
  {
    name: 'start',
    summary: 'start everything on this machine: server, database, robot and a sample',
    details: [
      "The developer's mode. The server, an embedded database, one robot and a sample that is ready to run; people may sign in " +
        'with name and password. What it makes is kept in the data folder, and the other commands use this server unless told ' +
        'otherwise. Ctrl-C stops all of it; jobs that run go on, and the next start hears how they ended.',
    ],
    options: [
      { name: 'slots', value: 'N', help: 'jobs that the robot runs at once', default: '2' },
      { name: 'no-robot', help: 'start no robot' },
    ],
    sections: [
      {
        title: 'Environment',
        rows: [
          ['BATON_PORT', 'port to listen on; 0 takes a free one (default: 8080)'],
          ['BATON_DATA', 'data folder (default: ./data, in the repository where there is one)'],
          [
            'BATON_PACKAGE_CACHE, BATON_KEEP_JOBS, …',
            "settings of the robot, as 'baton robot --help' lists them",
          ],
          ['', "and all others that 'baton server --help' lists"],
        ],
      },
    ],
    examples: [
      { line: 'baton start', what: 'on port 8080' },
      { line: 'BATON_PORT=9000 BATON_DATA=/tmp/try baton start', what: 'another one beside it' },
    ],
    load: () => import('./start/start.ts'),
  },
  {
    name: 'demo',
    summary: 'run the sample and check its sums',
    details: [
      'Starts the dispatcher, which reads invoices from a CSV file into a queue, then performers, which check them and add them ' +
        'up; tells what happens as it happens. At the end it counts the CSV by itself and compares. While the server is away it ' +
        'waits for it.',
    ],
    options: [
      { name: 'jobs', value: 'N', help: 'performers at once', default: '2' },
      { name: 'pace', value: 'MS', help: 'milliseconds that each invoice takes', default: '50' },
      {
        name: 'patience',
        value: 'SECONDS',
        help: 'how long to wait for a server that is away',
        default: '300',
      },
    ],
    isClient: true,
    sections: [
      {
        title: 'Exit codes',
        rows: [
          ['0', 'all sums agree'],
          ['1', 'they do not, or a job did not end well'],
          ['2', 'the command line is wrong'],
          ['4', 'Ctrl-C; the jobs go on'],
        ],
      },
    ],
    examples: [{ line: 'baton demo --jobs 1 --pace 500', what: 'slowly, one invoice after the other' }],
    load: () => import('./demo/demo.ts'),
  },
  {
    name: 'server',
    summary: 'start a server for production',
    details: [
      'No sample, no robot; configured by the environment alone. Writes its log to standard output, a JSON object a line, and ' +
        'what people need to standard error. The password of the first administrator is told once, by the first start.',
      'SIGTERM or SIGINT stops it in order: no new calls, those under way are answered (BATON_STOP_SECONDS), then streams, ' +
        'background work and the database end. A second one, a second or more later, ends it at once.',
    ],
    options: [],
    settings: /./,
    examples: [
      {
        line: 'BATON_HOST=0.0.0.0 BATON_DATA=/var/lib/baton baton server',
        what: 'with the embedded database',
      },
      { line: 'DATABASE_URL=postgres://baton@db/baton baton server', what: 'on your own PostgreSQL' },
    ],
    load: () => import('./server.ts'),
  },
  {
    name: 'admin reset-password',
    summary: 'give somebody another password, on the machine of the server',
    details: [
      'For a lost password of the last administrator. Who holds the database needs no other proof: the account that runs the ' +
        'server, with its BATON_DATA or DATABASE_URL. The server may run meanwhile. The new password is printed once and has ' +
        'to be changed; the audit tells of it, and a mail tells the owner.',
    ],
    argument: { name: 'USER', help: 'user name or e-mail address', isRequired: true },
    options: [
      { name: 'organization', value: 'NAME', help: 'where several have somebody of that name' },
      { name: 'remove-second-factor', help: 'where the device that shows the codes is lost, too' },
    ],
    settings: /^(BATON_DATA$|DATABASE_URL|BATON_DATABASE_WAIT)/,
    examples: [
      { line: 'BATON_DATA=/var/lib/baton baton admin reset-password admin', what: 'embedded database' },
    ],
    load: () => import('./admin-reset-password.ts'),
  },
  ...ROBOT_COMMANDS,
  {
    name: 'login',
    summary: 'sign in to a server; the other commands then act for you',
    details: [
      'Opens the sign-in page in the browser. On a machine without one, and with --no-browser, it tells an address and a ' +
        'code for a browser elsewhere. The sign-in is kept in a file that only you can read, and lasts for 60 days.',
    ],
    options: [
      {
        name: 'url',
        value: 'URL',
        help: 'server, alone or with /{organization}/{tenant}',
        default: 'as before, else http://127.0.0.1:8080',
      },
      { name: 'profile', value: 'NAME', help: 'under which name it is kept', default: 'default' },
      { name: 'no-browser', help: 'sign in with a code, by a browser on another machine' },
    ],
    sections: [
      {
        title: 'Environment',
        rows: [
          ['BATON_URL, BATON_PROFILE', 'instead of the options of these names'],
          ['BROWSER', 'program that is called with the address'],
          CONFIG,
        ],
      },
    ],
    examples: [
      { line: 'baton login --url https://baton.example', what: 'in production' },
      { line: 'baton login --profile test --url https://test.example', what: 'another one beside it' },
    ],
    load: () => import('./login/login.ts'),
  },
  {
    name: 'logout',
    summary: 'end the sign-in of a profile, here and at the server',
    options: [{ name: 'profile', value: 'NAME', help: 'which one', default: 'default' }],
    sections: [
      { title: 'Environment', rows: [['BATON_PROFILE', 'instead of the option of this name'], CONFIG] },
    ],
    examples: [{ line: 'baton logout', what: 'of the usual one' }],
    load: () => import('./login/logout.ts'),
  },
  {
    name: 'app create',
    summary: 'register an application that calls the API',
    details: ['Prints its id and its secret, as other commands and programs take them from the environment.'],
    argument: { name: 'NAME', help: 'of the application', isRequired: true },
    options: [
      { name: 'scopes', value: 'SCOPES', help: 'what it may do by itself: OR.Jobs,OR.Queues.Read' },
      { name: 'user-scopes', value: 'SCOPES', help: 'what it may do for people who sign in to it' },
      { name: 'redirect-uri', value: 'URIS', help: 'where people come back to, with commas between' },
      { name: 'public', help: 'it keeps no secret: a page, or a program that people install' },
    ],
    isClient: true,
    examples: [
      {
        line: 'baton app create pipeline \\\n      --scopes OR.Execution,OR.Folders.Read,OR.Jobs,OR.Monitoring.Read',
        what: 'publishes packages and starts jobs',
      },
    ],
    load: () => import('./app-create.ts'),
  },
  {
    name: 'token create',
    summary: 'make a personal access token, for a script that acts for you',
    argument: { name: 'DESCRIPTION', help: 'what it is for', isRequired: true },
    options: [
      { name: 'scopes', value: 'SCOPES', help: 'what it may do: OR.Jobs,OR.Queues.Read' },
      { name: 'days', value: 'N', help: 'how long it is good', default: '90' },
    ],
    isClient: true,
    examples: [{ line: "baton token create 'nightly export' --scopes OR.Jobs.Read", what: 'for a script' }],
    load: () => import('./token-create.ts'),
  },
  {
    name: 'session list',
    summary: 'list the browsers in which somebody is signed in',
    argument: { name: 'PERSON', help: 'user name or e-mail address', isRequired: true },
    options: [],
    isClient: true,
    examples: [{ line: 'baton session list ada', what: 'the one used last comes first' }],
    load: () => import('./session-list.ts'),
  },
  {
    name: 'session end',
    summary: 'sign somebody out, everywhere or in one browser',
    details: [
      'Applications that were opened from there lose their access, too. Personal access tokens go on. The person is told by ' +
        'mail, and the audit says who did it.',
    ],
    argument: { name: 'PERSON', help: 'user name or e-mail address', isRequired: true },
    options: [{ name: 'session', value: 'ID', help: "this one alone, as 'session list' tells it" }],
    isClient: true,
    examples: [{ line: 'baton session end ada', what: 'a telephone was lost' }],
    load: () => import('./session-end.ts'),
  },
  {
    name: 'machine create',
    summary: 'make a machine, and print the line with which a robot joins',
    details: [
      'Makes all that jobs of a folder need: the machine, a robot account that they run as, both in the folder. Any number ' +
        'of hosts may join with the same line.',
    ],
    argument: { name: 'NAME', help: 'of the machine', isRequired: true },
    options: [
      { name: 'slots', value: 'N', help: 'most jobs at once on each host', default: '10' },
      { name: 'account', value: 'NAME', help: 'robot account, made where missing', default: 'robot' },
      { name: 'again', help: 'of a machine that is there: another secret, and a folder more' },
    ],
    isClient: true,
    examples: [{ line: 'baton machine create cellar', what: 'for jobs of the folder Shared' }],
    load: () => import('./machine-create.ts'),
  },
  ...MACHINE_COMMANDS,
  {
    name: 'pack',
    summary: 'make a package of a project folder',
    details: [
      'The folder holds a baton.json, a project of the official Python tool (uipath.json and pyproject.toml), or a package.json ' +
        'with main. The same files give the same bytes.',
      'Hosts install what requirements.txt, pyproject.toml or package.json list. Where there is no lock file, npm or uv write one ' +
        'into the project. --vendor carries everything along, for hosts without a network.',
    ],
    argument: { name: 'FOLDER', help: 'the project (default: this folder)', isRequired: false },
    options: [
      { name: 'output', value: 'FILE', help: 'package to write', default: './{id}.{version}.nupkg' },
      { name: 'version', value: 'VERSION', help: "instead of the project's" },
      ...PACK_OPTIONS,
    ],
    examples: [{ line: 'baton pack samples/invoices/performer --version 1.0.1', what: 'a new version' }],
    load: () => import('./pack.ts'),
  },
  {
    name: 'publish',
    summary: 'upload a package, and make a process of it',
    argument: { name: 'PACKAGE', help: 'a .nupkg file, or a project folder to pack', isRequired: true },
    options: [
      {
        name: 'process',
        value: 'NAME',
        help: 'process that is to run this version; made where it is missing',
      },
      { name: 'version', value: 'VERSION', help: "of a folder: instead of the project's" },
      ...PACK_OPTIONS,
      { name: 'feed', value: 'ID', help: 'feed to upload to', default: "the tenant's" },
    ],
    isClient: true,
    examples: [
      {
        line: 'baton publish samples/invoices/performer --version 1.0.1 \\\n      --process InvoicePerformer',
        what: 'pack, upload, and let the process run it',
      },
    ],
    load: () => import('./publish.ts'),
  },
  {
    name: 'job start',
    summary: 'start a process, and wait for its result',
    argument: { name: 'PROCESS', help: 'name or key of the process', isRequired: true },
    options: [
      {
        name: 'input',
        value: 'JSON',
        help: 'input arguments: a JSON object, or @FILE that holds one; @- is standard input',
      },
      {
        name: 'attach',
        value: 'NAME=FILE',
        isRepeatable: true,
        help: 'hand it a file under a name; FILE alone under its own; several times for several',
      },
      {
        name: 'requires',
        value: 'LABELS',
        isList: true,
        help: "labels its host must have, not the process's",
      },
      ...LIMIT_OPTIONS,
      { name: 'wait', help: 'print log and states until the job ends; exit by its state' },
      { name: 'timeout', value: 'SECONDS', help: 'end waiting, not the job' },
    ],
    isClient: true,
    sections: [JOB_EXIT_CODES],
    examples: [
      { line: 'baton job start InvoicePerformer --wait', what: 'watch it run' },
      { line: 'baton job start InvoiceDispatcher --input \'{"run":"a"}\' --json', what: 'for a script' },
      { line: 'baton job start Read --attach invoice=scan.pdf --wait', what: 'of a file' },
    ],
    load: () => import('./job-start.ts'),
  },
  {
    name: 'job logs',
    summary: 'print the log of a job',
    argument: { name: 'JOB', help: 'key or id of the job', isRequired: true },
    options: [{ name: 'follow', help: 'go on until the job ends' }],
    isClient: true,
    examples: [{ line: 'baton job logs 12 --follow', what: 'of a job that runs' }],
    load: () => import('./job-logs.ts'),
  },
  {
    name: 'job files',
    summary: 'list the files of a job, or fetch them',
    argument: { name: 'JOB', help: 'key or id of the job', isRequired: true },
    options: [{ name: 'download', value: 'DIR', help: 'write them into this folder' }],
    isClient: true,
    examples: [
      { line: 'baton job files 12', what: 'what it was given and what it left' },
      { line: 'baton job files 12 --download out', what: 'fetch all of them' },
    ],
    load: () => import('./job-files.ts'),
  },
  {
    name: 'job stop',
    summary: 'ask a job to stop, or kill it',
    argument: { name: 'JOB', help: 'key or id of the job', isRequired: true },
    options: [{ name: 'kill', help: 'end its processes without asking' }],
    isClient: true,
    examples: [{ line: 'baton job stop 12', what: 'the job decides when and how' }],
    load: () => import('./job-stop.ts'),
  },
  ...commandsOfWork,
];
