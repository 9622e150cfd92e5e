import { join } from 'node:path';
import { type CommandLine, type Host, nodeHelpers } from './host.ts';

export function nodeCommand(path: string, host: Host): CommandLine {
  return { program: host.node, args: [join(nodeHelpers, 'run.mjs'), path] };
}
