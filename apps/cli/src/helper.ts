import { nodeHelpers, pythonHelpers } from '@baton/robot/runtimes/host';
import type { Execute } from './command.ts';
import { EXIT, UsageError } from './failure.ts';

const FOLDERS: Readonly<Record<string, string>> = { python: pythonHelpers, node: nodeHelpers };

export const execute: Execute = async ({ terminal, argument }) => {
  const path = FOLDERS[argument!];
  if (!path) throw new UsageError(`There is no helper for '${argument}': python or node.`);
  terminal.say(path);
  terminal.data({ path });
  return EXIT.success;
};
