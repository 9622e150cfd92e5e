import { tokenRevocation } from 'openid-client';
import type { Execute } from '../command.ts';
import { EXIT, Failure } from '../failure.ts';
import { ask, openIdOf } from '../profiles/open-id.ts';
import { DEFAULT_PROFILE, namedProfile, readProfile, removeProfile } from '../profiles/profile-file.ts';

export const execute: Execute = async (call) => {
  const { terminal } = call;
  const name = namedProfile(call) ?? DEFAULT_PROFILE;
  const profile = await readProfile(call, name);
  if (!profile) throw new Failure(`There is no profile '${name}' to sign out of.`);
  await removeProfile(call, name);
  // The profile is removed in any case. Once the server has revoked the token, a copy of the
  // profile is worthless.
  const told = await ask(
    openIdOf(profile.url).then((config) => tokenRevocation(config, profile.refreshToken)),
  )
    .then(() => undefined)
    .catch((error: Error) => error);
  if (told && !terminal.json) terminal.note(`The server was not told: ${told.message}`);
  terminal.say(`${profile.userName} is signed out of ${profile.url}.`);
  terminal.data({ url: profile.url, userName: profile.userName, profile: name, revoked: told === undefined });
  return EXIT.success;
};
