import { quoted } from '@baton/client/request';
import { getHostUse, getSessions } from '@baton/contract/sessions';
import type { Execute } from './command.ts';
import { connect } from './connect.ts';
import { EXIT, Failure } from './failure.ts';
import { useText } from './host-list.ts';

const MOST_MINUTES = 525_600;

export const execute: Execute = async (call) => {
  const { terminal, argument } = call;
  const minutes = call.whole('minutes', 1, MOST_MINUTES) ?? 60;
  const { client } = await connect(call);
  const options = {
    $filter: `HostMachineName eq ${quoted(argument!)}`,
    $orderby: 'ReportingTime desc',
    $top: 1,
  };
  const [host] = (await client.call(getSessions, {}, { options })).value;
  if (!host) throw new Failure(`There is no host '${argument}'.`);
  const use = await client.call(getHostUse, { sessionId: host.Id, minutes });
  terminal.say(
    `${host.HostMachineName}  ${host.State}, machine ${host.MachineName}, ${host.Platform} ${host.Version ?? ''}`,
  );
  if (host.Info) terminal.say(`  ${host.Info}`);
  if (host.Labels?.length) terminal.say(`  labels ${host.Labels.join(', ')}`);
  const { python, node, robotFramework } = host.Interpreters ?? {};
  const versions = [
    python && `Python ${python}`,
    node && `Node ${node}`,
    robotFramework && `Robot Framework ${robotFramework}`,
  ].filter(Boolean);
  if (versions.length > 0) terminal.say(`  ${versions.join(', ')}`);
  for (const row of use)
    terminal.say(`  ${(row.minute ?? '').slice(0, 16).replace('T', ' ')} UTC  ${useText(row)}`);
  terminal.data({ ...host, use });
  return EXIT.success;
};
