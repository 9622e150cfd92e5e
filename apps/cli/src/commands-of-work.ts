import type { Command } from './command.ts';

/** Commands that look at processes and hosts, and say how jobs run. */
export const commandsOfWork: readonly Command[] = [
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
    summary: 'say where jobs of a process run',
    details: ['A job runs on a host that has all labels that its process requires.'],
    argument: { name: 'PROCESS', help: 'name or key of the process', isRequired: true },
    options: [
      {
        name: 'requires',
        value: 'LABELS',
        isList: true,
        help: 'labels that hosts must have; an empty text for none, "package" for those of the package',
      },
    ],
    isClient: true,
    examples: [{ line: 'baton process edit Render --requires gpu', what: 'on hosts with that label' }],
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
];
