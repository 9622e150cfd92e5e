import { patchRelease } from '@baton/contract/releases';
import type { ReleasePatchDto } from '@baton/contract/releases-types';
import { needRelease } from './api/releases.ts';
import type { Execute, Invocation } from './command.ts';
import { connect } from './connect.ts';
import { EXIT, UsageError } from './failure.ts';
import { limitsOf } from './limit-options.ts';

export const execute: Execute = async (call) => {
  const { terminal, argument } = call;
  const body = changesOf(call);
  if (Object.keys(body).length === 0) throw new UsageError('Nothing is to be changed: give an option.');
  const { client } = await connect(call);
  const { Id, Key, Name } = await needRelease(client, argument!);
  await client.call(patchRelease, { key: Id, body });
  terminal.say(`The process '${Name}' is changed.`);
  terminal.data({ id: Id, key: Key, process: Name, changed: body });
  return EXIT.success;
};

function changesOf(call: Invocation): ReleasePatchDto {
  const requires = call.list('requires');
  return {
    ...limitsOf(call),
    ...(requires && { Requires: requires.join() === 'package' ? null : requires }),
  };
}
