import { getMachineSessionRuntimes } from '@baton/contract/sessions';
import type { Execute } from './command.ts';
import { connect } from './connect.ts';
import { EXIT } from './failure.ts';

const MOST = 1000;

export const execute: Execute = async (call) => {
  const { terminal } = call;
  const { client } = await connect(call);
  const options = { $orderby: 'MachineName,HostMachineName', $top: MOST };
  const { value } = await client.call(getMachineSessionRuntimes, {}, { options });
  if (value.length === 0) terminal.say('No host has connected yet.');
  for (const host of value) {
    const { HostMachineName, MachineName, Status, Runtimes, UsedRuntimes, RuntimeType, Labels } = host;
    terminal.say(
      `${HostMachineName}  ${Status}, machine ${MachineName}, ${host.Platform} ${host.Version ?? ''}`,
    );
    terminal.say(`  ${UsedRuntimes} of ${Runtimes} ${RuntimeType} slots taken`);
    if (Labels?.length) terminal.say(`  labels ${Labels.join(', ')}`);
  }
  terminal.data({ hosts: value });
  return EXIT.success;
};
