import { deleteClientSecret, getClientSecrets } from '@baton/contract/machines';
import { findMachine, keyOfMachine } from './api/machines.ts';
import type { Execute } from './command.ts';
import { connect } from './connect.ts';
import { EXIT, Failure, UsageError } from './failure.ts';

export const execute: Execute = async (call) => {
  const { terminal, argument, text } = call;
  const name = argument!;
  const [host, secret] = [text('host'), text('secret')];
  if ((host === undefined) === (secret === undefined))
    throw new UsageError('Either --host or --secret says whose credentials end.');
  const { client } = await connect(call);
  const machineId = await findMachine(client, name);
  if (machineId === undefined) throw new Failure(`There is no machine '${name}'.`);
  const licenseKey = await keyOfMachine(client, machineId);
  const all = (await client.call(getClientSecrets, { licenseKey })).flatMap((each) => each ?? []);
  const found = all.filter(({ id, hostMachineName }) =>
    host === undefined ? id === secret : hostMachineName?.toLowerCase() === host.toLowerCase(),
  );
  if (found.length === 0)
    throw new Failure(
      `The machine '${name}' has no such secret; 'baton machine secrets ${name}' lists them.`,
    );
  for (const { id } of found) await client.call(deleteClientSecret, { secretId: Number(id) });
  terminal.say(
    `${host ?? `The secret ${secret}`} can connect no more; robots that use it are refused within a second.`,
  );
  terminal.data({ machine: name, revoked: found.map(({ id }) => id) });
  return EXIT.success;
};
