import { getClientSecrets } from '@baton/contract/machines';
import { findMachine, keyOfMachine } from './api/machines.ts';
import type { Execute } from './command.ts';
import { connect } from './connect.ts';
import { EXIT, Failure } from './failure.ts';

export const execute: Execute = async (call) => {
  const { terminal, argument } = call;
  const name = argument!;
  const { client } = await connect(call);
  const machineId = await findMachine(client, name);
  if (machineId === undefined) throw new Failure(`There is no machine '${name}'.`);
  const licenseKey = await keyOfMachine(client, machineId);
  const secrets = await client.call(getClientSecrets, { licenseKey });
  if (secrets.length === 0) terminal.say(`The machine '${name}' has no secrets: no host can connect.`);
  for (const { id, hostMachineName, creationTime } of secrets.flatMap((each) => each ?? [])) {
    const made = creationTime === null ? '' : `, since ${creationTime.slice(0, 16).replace('T', ' ')} UTC`;
    terminal.say(`${id}  ${hostMachineName ?? 'any host'}${made}`);
  }
  terminal.data({ machine: name, secrets });
  return EXIT.success;
};
