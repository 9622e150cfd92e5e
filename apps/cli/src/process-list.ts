import { getReleases } from '@baton/contract/releases';
import type { Execute } from './command.ts';
import { connect } from './connect.ts';
import { EXIT } from './failure.ts';

const SHOWN = ['Id', 'Key', 'Name', 'ProcessKey', 'ProcessVersion', 'RuntimeKind', 'Requires'] as const;
const MOST = 1000;
/** Kinds that a robot of Baton runs. */
const OURS = new Set(['python', 'node', 'robot', 'command']);

export const execute: Execute = async (call) => {
  const { terminal } = call;
  const { client, folder } = await connect(call);
  const options = { $select: SHOWN, $orderby: 'Name', $top: MOST };
  const { value } = await client.call(getReleases, {}, { options });
  if (value.length === 0) terminal.say(`There is no process in ${folder}.`);
  for (const { Name, ProcessKey, ProcessVersion, RuntimeKind, Requires } of value) {
    terminal.say(`${Name}  ${ProcessKey} ${ProcessVersion}, ${RuntimeKind ?? 'unknown'}`);
    if (!OURS.has(RuntimeKind ?? '')) terminal.say('  no robot of Baton runs packages of this kind');
    if (Requires?.length) terminal.say(`  requires ${Requires.join(', ')}`);
  }
  terminal.data({ folder, processes: value });
  return EXIT.success;
};
