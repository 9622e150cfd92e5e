import type { Command } from './command.ts';
import { LIMIT_OPTIONS } from './limit-options.ts';

/** Commands that look at processes and hosts, and say how jobs run. */
export const commandsOfWork: readonly Command[] = [
  {
    name: 'helper',
    summary: 'print where the helper module is, for a program at a desk',
    details: [
      'Jobs find the helper by themselves. At a desk, it calls the server with UIPATH_URL, UIPATH_ACCESS_TOKEN and ' +
        'UIPATH_FOLDER_PATH; without them, input is empty and output is printed.',
    ],
    argument: { name: 'LANGUAGE', help: 'python or node', isRequired: true },
    options: [],
    examples: [
      {
        line: 'PYTHONPATH=$(baton helper python) python3 main.py',
        what: 'also for editors and type checkers',
      },
      { line: 'npm install --no-save "$(baton helper node)"', what: 'code and types, in node_modules/baton' },
    ],
    load: () => import('./helper.ts'),
  },
  {
    name: 'process list',
    summary: 'list the processes of a folder',
    options: [],
    isClient: true,
    examples: [{ line: 'baton process list --folder Shared', what: 'what may be started' }],
    load: () => import('./process-list.ts'),
  },
  {
    name: 'process edit',
    summary: 'say where jobs of a process run, and what they may take',
    details: [
      'A job runs on a host that has all labels that its process requires. Limits are for each job; a job that is started may ' +
        'have others. A job that faults is run again as a new job, if the process says so.',
    ],
    argument: { name: 'PROCESS', help: 'name or key of the process', isRequired: true },
    options: [
      {
        name: 'requires',
        value: 'LABELS',
        isList: true,
        help: 'labels that hosts must have; an empty text for none, "package" for those of the package',
      },
      ...LIMIT_OPTIONS,
    ],
    isClient: true,
    examples: [
      { line: 'baton process edit Render --requires gpu', what: 'on hosts with that label' },
      { line: 'baton process edit Render --retries 3 --memory 2000', what: 'four attempts, 2 GB each' },
    ],
    load: () => import('./process-edit.ts'),
  },
  {
    name: 'host list',
    summary: 'list the hosts that run jobs',
    options: [],
    isClient: true,
    examples: [{ line: 'baton host list', what: 'with state, slots and labels' }],
    load: () => import('./host-list.ts'),
  },
  {
    name: 'host show',
    summary: 'show a host, and how busy it was',
    argument: { name: 'HOST', help: "name of the host, as 'host list' tells it", isRequired: true },
    options: [{ name: 'minutes', value: 'N', help: 'how far back', default: '60' }],
    isClient: true,
    examples: [{ line: 'baton host show laptop-7 --minutes 10', what: 'the last ten minutes' }],
    load: () => import('./host-show.ts'),
  },
  {
    name: 'job show',
    summary: 'show a job: state, attempts, limits and what it used',
    argument: { name: 'JOB', help: 'key or id of the job', isRequired: true },
    options: [],
    isClient: true,
    examples: [{ line: 'baton job show 12', what: 'how it ended' }],
    load: () => import('./job-show.ts'),
  },
];
