import { getSessions } from '@baton/contract/identity/user';
import { nameBrowser } from '@baton/server/identity/sign-in/pages/browser-names';
import { findPerson } from './api/people.ts';
import type { Execute } from './command.ts';
import { connect } from './connect.ts';
import { EXIT } from './failure.ts';

const MOST = 1000;

export const execute: Execute = async (call) => {
  const { terminal, argument } = call;
  const { client } = await connect(call);
  const { id, userName } = await findPerson(client, argument!);
  const sessions = (await client.call(getSessions, { userId: id, top: MOST })).results ?? [];
  if (sessions.length === 0) terminal.say(`${userName} is signed in nowhere.`);
  for (const session of sessions) {
    const { browserInfo, clientIpAddress, creationTime, lastUsedTime, isCurrent } = session;
    const place = clientIpAddress === null ? '' : ` from ${clientIpAddress}`;
    terminal.say(`${session.id}  ${nameBrowser(browserInfo).en}${place}${isCurrent ? ', this one' : ''}`);
    terminal.say(`  signed in ${minute(creationTime)}, last used ${minute(lastUsedTime)}`);
  }
  terminal.data({ userId: id, userName, sessions });
  return EXIT.success;
};

const minute = (moment: string | null): string =>
  moment === null ? 'at an unknown time' : `${moment.slice(0, 16).replace('T', ' ')} UTC`;
