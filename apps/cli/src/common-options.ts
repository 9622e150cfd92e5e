import type { Option, Section } from './command.ts';

export const EVERYWHERE: readonly Option[] = [
  { name: 'json', help: 'for programs: JSON on standard output, one document or one event a line' },
  { name: 'help', short: 'h', help: 'this text' },
];

export const FOR_CLIENTS: readonly Option[] = [
  { name: 'url', value: 'URL', help: 'server, alone or with /{organization}/{tenant}' },
  {
    name: 'profile',
    value: 'NAME',
    help: "who calls: a sign-in of 'baton login', or 'local'",
    default: 'default',
  },
  { name: 'token', value: 'TOKEN', help: 'personal access token; safer in BATON_TOKEN' },
  { name: 'client-id', value: 'ID', help: 'external application that calls' },
  { name: 'client-secret', value: 'SECRET', help: 'its secret; safer in BATON_CLIENT_SECRET' },
  { name: 'folder', value: 'PATH', help: 'folder to work in', default: 'Shared' },
];

/** The folder of the profiles. */
export const CONFIG = ['BATON_CONFIG', 'folder of the profiles (default: ~/.config/baton)'] as const;

export const CLIENT_ENVIRONMENT: Section = {
  title: 'Environment',
  rows: [
    [
      'BATON_URL, BATON_PROFILE, BATON_TOKEN, BATON_CLIENT_ID, BATON_CLIENT_SECRET, BATON_FOLDER',
      'instead of the options of these names',
    ],
    CONFIG,
    ['BATON_DATA', "data folder of 'baton start'; its server is used where nobody has signed in to another"],
  ],
};

export const EXIT_CODES: Section = {
  title: 'Exit codes',
  rows: [
    ['0', 'success'],
    ['1', 'failed'],
    ['2', 'the command line is wrong'],
  ],
};

export const JOB_EXIT_CODES: Section = {
  title: 'Exit codes',
  rows: [
    ['0', 'the job is Successful (without waiting: it was started)'],
    ['1', 'the job is Faulted, or the command failed'],
    ['2', 'the command line is wrong'],
    ['3', 'the job is Stopped'],
    ['4', 'waiting ended before the job: time was up, or Ctrl-C; the job goes on'],
  ],
};

/** For `pack` and `publish`, which packs a folder. */
export const PACK_OPTIONS: readonly Option[] = [
  { name: 'vendor', help: 'carry what it wants installed: node_modules, or wheels of Python' },
  { name: 'no-lock', help: 'write no lock file where there is none' },
  {
    name: 'max-entries',
    value: 'N',
    help: 'most files (BATON_PACKAGE_ENTRIES of the server)',
    default: '10000',
  },
];
