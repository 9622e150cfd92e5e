import { postJoinCode } from '@baton/contract/machines';
import { findMachine, keyOfMachine } from './api/machines.ts';
import type { Execute } from './command.ts';
import { connect } from './connect.ts';
import { EXIT, Failure } from './failure.ts';
import { isRepository } from './folders.ts';

export const execute: Execute = async (call) => {
  const { terminal, argument, whole } = call;
  const name = argument!;
  const body = { hosts: whole('hosts', 1, 1000), minutes: whole('minutes', 1, 10_080) };
  const { client } = await connect(call);
  const machineId = await findMachine(client, name);
  if (machineId === undefined)
    throw new Failure(`There is no machine '${name}': 'baton machine create ${name}' makes it.`);
  const licenseKey = await keyOfMachine(client, machineId);
  const { id, code, hosts, expirationTime } = await client.call(postJoinCode, { licenseKey, body });
  const line = `${isRepository() ? 'npx baton' : 'baton'} robot join ${code}`;
  const until = `${expirationTime.slice(0, 16).replace('T', ' ')} UTC`;
  terminal.say(
    `${hosts === 1 ? 'One host joins' : `Up to ${hosts} hosts join`} the machine '${name}' until ${until} with`,
  );
  terminal.say(line);
  terminal.note('The code is shown this once.');
  terminal.data({ id, machine: name, hosts, expirationTime, code, line });
  return EXIT.success;
};
