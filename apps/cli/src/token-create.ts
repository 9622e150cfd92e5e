import { API_SCOPES } from '@baton/contract/identity/open-id';
import { createToken } from '@baton/contract/identity/reference-token';
import { readScopes } from './app-create.ts';
import type { Execute } from './command.ts';
import { connect } from './connect.ts';
import { EXIT, UsageError } from './failure.ts';

const DAY_MS = 86_400_000;
const USUAL_DAYS = 90;
const MOST_DAYS = 1800;

export const execute: Execute = async (call) => {
  const { terminal, argument: description, text, whole } = call;
  const days = whole('days', 1, MOST_DAYS) ?? USUAL_DAYS;
  const scopes = readScopes('scopes', text('scopes'), API_SCOPES);
  if (scopes.length === 0) throw new UsageError('--scopes is missing: what the token may do.');
  const { client, url } = await connect(call);
  const expiryTime = new Date(Date.now() + days * DAY_MS).toISOString();
  const body = { description: description!, scopes, expiryTime };
  const made = await client.call(createToken, { body });
  terminal.say(`The token acts for ${made.userName} at ${url} until ${expiryTime.slice(0, 10)}:`);
  terminal.say(`BATON_TOKEN=${made.token}`);
  terminal.note('It is shown this once.');
  terminal.data({ id: made.id, description, url, token: made.token, scopes, expiryTime });
  return EXIT.success;
};
