import { getMachineSessionRuntimes, type HostUseDto } from '@baton/contract/sessions';
import type { UpdateInfoDto } from '@baton/contract/shared';
import type { Execute } from './command.ts';
import { connect } from './connect.ts';
import { EXIT } from './failure.ts';
import { sizeOf } from './pack.ts';

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
    if (host.Use) terminal.say(`  ${useText(host.Use)}`);
    if (host.UpdateInfo?.updateStatus === 'Failed') terminal.say(`  ${failedUpdate(host.UpdateInfo)}`);
    if (Labels?.length) terminal.say(`  labels ${Labels.join(', ')}`);
  }
  terminal.data({ hosts: value });
  return EXIT.success;
};

/** Why other hosts may wait: this one should be another version and did not become it. */
export const failedUpdate = ({ targetUpdateVersion, statusInfo }: UpdateInfoDto): string =>
  `! not the version ${targetUpdateVersion}: ${statusInfo ?? 'it was told to change to it and came back with another one.'}`;

/** `load 0.4 of 8, memory 3.1 of 16 GB free, disk 20 of 100 GB free`; only what the host knows. */
export function useText(use: HostUseDto): string {
  const { load, processors, memoryBytes, freeMemoryBytes, diskBytes, freeDiskBytes } = use;
  return [
    load !== null && `load ${load.toFixed(2)} of ${processors ?? '?'}`,
    free('memory', freeMemoryBytes, memoryBytes),
    free('disk', freeDiskBytes, diskBytes),
  ]
    .filter(Boolean)
    .join(', ');
}

const free = (what: string, bytes: number | null, all: number | null): string | false =>
  bytes !== null && all !== null && `${what} ${sizeOf(bytes)} of ${sizeOf(all)} free`;
