import { getMachine, patchMachine } from '@baton/contract/machines';
import { getSessions } from '@baton/contract/sessions';
import { findMachine } from './api/machines.ts';
import type { Execute } from './command.ts';
import { connect } from './connect.ts';
import { EXIT, Failure } from './failure.ts';

const TYPES = { none: 'None', latest: 'LatestVersion', 'latest-patch': 'LatestPatch' } as const;
const MOST = 1000;

export const execute: Execute = async (call) => {
  const { terminal, argument, text } = call;
  const name = argument!;
  const wanted = text('set');
  const { client } = await connect(call);
  const key = await findMachine(client, name);
  if (key === undefined) throw new Failure(`There is no machine '${name}'.`);
  if (wanted !== undefined) {
    const type = TYPES[wanted as keyof typeof TYPES];
    const UpdatePolicy = type
      ? ({ Type: type } as const)
      : ({ Type: 'SpecificVersion', SpecificVersion: wanted } as const);
    await client.call(patchMachine, { key, body: { UpdatePolicy } });
  }
  const { UpdatePolicy } = await client.call(getMachine, { key });
  const options = { $filter: `MachineId eq ${key}`, $orderby: 'HostMachineName', $top: MOST };
  const { value } = await client.call(getSessions, {}, { options });
  const hosts = value.map(({ HostMachineName, Version, State, UpdateInfo }) => ({
    host: HostMachineName,
    version: Version,
    state: State,
    status: UpdateInfo?.updateStatus ?? null,
    target: UpdateInfo?.targetUpdateVersion ?? null,
    info: UpdateInfo?.statusInfo ?? null,
  }));
  const type = UpdatePolicy?.Type ?? 'None';
  const policy = type === 'SpecificVersion' ? `the version ${UpdatePolicy?.SpecificVersion}` : POLICIES[type];
  terminal.say(`The machine '${name}' wants ${policy}.`);
  for (const { host, version, status, target, info } of hosts)
    terminal.say(
      `${host}  ${version ?? 'unknown'}  ${target === null ? '' : `${status} (${target})`}${info ? `: ${info}` : ''}`,
    );
  terminal.data({ machine: name, policy: UpdatePolicy, hosts });
  return EXIT.success;
};

const POLICIES = {
  None: 'no certain version',
  LatestVersion: "the server's own version",
  LatestPatch: "the server's own version, where only the patch differs",
} as const;
