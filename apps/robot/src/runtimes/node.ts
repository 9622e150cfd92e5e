import { join } from 'node:path';
import { type CommandLine, type Host, nodeHelpers } from './host.ts';

export function nodeCommand(path: string, host: Pick<Host, 'node'>): CommandLine {
  return { program: host.node, args: [join(nodeHelpers, 'run.mjs'), path], ahead: 1 };
}
