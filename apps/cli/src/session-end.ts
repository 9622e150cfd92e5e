import { deleteSession, deleteSessions } from '@baton/contract/identity/user';
import { findPerson } from './api/people.ts';
import type { Execute } from './command.ts';
import { connect } from './connect.ts';
import { EXIT } from './failure.ts';

export const execute: Execute = async (call) => {
  const { terminal, argument, text } = call;
  const sessionId = text('session');
  const { client } = await connect(call);
  const { id: userId, userName } = await findPerson(client, argument!);
  if (sessionId === undefined) await client.call(deleteSessions, { userId });
  else await client.call(deleteSession, { userId, sessionId });
  terminal.say(`${userName} is signed out ${sessionId === undefined ? 'everywhere' : 'there'}.`);
  terminal.note('What applications had from it ends within a second.');
  terminal.data({ userId, userName, session: sessionId ?? null });
  return EXIT.success;
};
