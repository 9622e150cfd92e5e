import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  ClientSecretPost,
  type Configuration,
  calculatePKCECodeChallenge,
  discovery,
  fetchUserInfo,
  None,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
} from 'openid-client';
import sql from 'sql-template-tag';
import { MACHINE_CLOCK } from '../../kernel/clock.ts';
import { asName } from '../../kernel/contract/name.ts';
import type { Database, Queryable } from '../../kernel/db/sql.ts';
import { remember } from '../../kernel/remember.ts';
import type { Sealer } from '../../kernel/secrets/seal.ts';
import { isLoopback } from '../clients/clients.ts';
import type { Words } from '../languages.ts';
import { byMachineClock } from '../provider/provider-clock.ts';
import { asShownName, isAddress, isLoginName } from '../users/names-of-people.ts';
import type { IdentityUser } from '../users/users.ts';
import { admitPerson } from './admit-person.ts';
import {
  type ClaimName,
  DEFAULT_CLAIMS,
  type OutsidePerson,
  type OutsideProvider,
} from './outside-person.ts';
import { keepSignOut, type ProviderSignOut } from './provider-sign-out.ts';
import { recordAttempt } from './record-attempt.ts';
import { type ProviderRefusal, REFUSALS } from './refusals.ts';

export const secretPurposeOf = (providerId: string): string => `sign-in provider ${providerId}`;

/** Besides the groups. */
export const OWN_COLUMNS = sql`id, organization_id as "organizationId", name, issuer, client_id as "clientId", scopes, claims, provisions`;

export const PROVIDER_COLUMNS = sql`${OWN_COLUMNS},
  (select coalesce(jsonb_object_agg(value, group_id), '{}') from sign_in_provider_groups
    where provider_id = sign_in_providers.id) as groups`;

export const listOutsideProviders = (db: Queryable, organizationId: string): Promise<OutsideProvider[]> =>
  db.query<OutsideProvider>(sql`
    select ${PROVIDER_COLUMNS} from sign_in_providers where organization_id = ${organizationId} and is_active
     order by folded(name) collate "und-x-icu"`);

type WithSecret = OutsideProvider & { clientSecret: Buffer | null };

const findOutsideProvider = (db: Queryable, id: string): Promise<WithSecret | undefined> =>
  db.first<WithSecret>(sql`
    select ${PROVIDER_COLUMNS}, client_secret as "clientSecret" from sign_in_providers
     where id::text = ${id} and is_active`);

/** What has to be known when the provider sends the person back. */
interface Trip {
  readonly providerId: string;
  readonly verifier: string;
  readonly nonce: string;
}

export interface OutsideProviders {
  /** Where to send the person. `state` must come back in the same browser. */
  begin(
    uid: string,
    organizationId: string,
    providerId: string,
  ): Promise<{ url: string; state: string } | undefined>;
  /** Who came back, and for which sign-in. Undefined if nothing is known about such a trip. */
  finish(url: URL, state: string, source: string): Promise<Arrival | undefined>;
}

export type Arrival = { readonly uid: string } & (
  | { readonly user: IdentityUser; readonly via: string; readonly signOut: ProviderSignOut | undefined }
  /** For the person to read. */
  | { readonly user: undefined; readonly problem: Words }
);

export interface OutsideOptions {
  readonly db: Database;
  readonly sealer: Sealer;
  readonly issuer: string;
  readonly onAccessChanged: () => void;
  /** Somebody was not let in: the reason, and the error if there is one. */
  readonly refused: (why: {
    reason: ProviderRefusal;
    provider: string;
    userName?: string;
    err?: unknown;
  }) => void;
}

export function outsideProviders({
  db,
  sealer,
  issuer,
  refused,
  onAccessChanged,
}: OutsideOptions): OutsideProviders {
  const redirectUri = `${issuer}/sign-in/callback`;
  type Known = OutsideProvider & { readonly secret: string | null };
  const discover = remember({
    what: 'outside providers',
    clock: MACHINE_CLOCK.now,
    keyOf: ({ id, issuer: theirs, clientId, secret }: Known) => `${id} ${theirs} ${clientId} ${secret}`,
    ask({ issuer: theirs, clientId, secret }) {
      return discovery(
        new URL(theirs),
        clientId,
        undefined,
        secret ? ClientSecretPost(secret) : None(),
        // Without TLS only between processes of one machine.
        { execute: isLoopback(theirs) ? [allowInsecureRequests] : [], timeout: 10 },
      );
    },
  });
  const configurationOf = (
    provider: OutsideProvider & { clientSecret: Buffer | null },
  ): Promise<Configuration> =>
    discover({
      ...provider,
      secret:
        provider.clientSecret && sealer.open(provider.clientSecret, secretPurposeOf(provider.id)).toString(),
    });

  return {
    async begin(uid, organizationId, providerId) {
      const provider = await findOutsideProvider(db, providerId);
      if (provider?.organizationId !== organizationId) return undefined;
      const configuration = await configurationOf(provider);
      const [state, nonce, verifier] = [randomState(), randomNonce(), randomPKCECodeVerifier()];
      const trip: Trip = { providerId, verifier, nonce };
      await db.execute(sql`
        insert into sign_ins (uid, outside, outside_state, expires_at)
        values (${uid}, ${JSON.stringify(trip)}::jsonb, ${state}, now() + interval '1 hour')
        on conflict (uid) do update
           set outside = excluded.outside, outside_state = excluded.outside_state, user_id = null, methods = '{}'`);
      const url = buildAuthorizationUrl(configuration, {
        redirect_uri: redirectUri,
        scope: provider.scopes,
        code_challenge: await calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        state,
        nonce,
      });
      return { url: url.href, state };
    },

    async finish(url, state, source) {
      // It is removed as it is read, so an answer counts once.
      const row = await db.first<{ uid: string; outside: Trip }>(sql`
        update sign_ins s set outside = null, outside_state = null
          from (select uid, outside from sign_ins where outside_state = ${state} and expires_at > now() for update) old
         where s.uid = old.uid returning old.uid, old.outside`);
      if (!row) return undefined;
      const { uid, outside: trip } = row;
      const provider = await findOutsideProvider(db, trip.providerId);
      const turnAway = (reason: ProviderRefusal): Arrival => ({
        uid,
        user: undefined,
        problem: REFUSALS[reason].told(provider?.name ?? ''),
      });
      if (!provider) return turnAway('providerOff');
      const { organizationId, name } = provider;
      const exchanging = byMachineClock(() => exchange(provider, url, state, trip));
      const told = await exchanging.catch(async (err: unknown) => {
        const reason = 'notConfirmed';
        refused({ reason, provider: name, err });
        const { result } = REFUSALS[reason];
        const nobody = { login: '', userId: undefined, client: name };
        await recordAttempt(db, { ...nobody, organizationId, source, result, reason });
        return undefined;
      });
      if (!told) return turnAway('notConfirmed');
      const { person, signOut } = told;
      const { user, reason } = await admitPerson(db, provider, person, source);
      onAccessChanged();
      if (user) return { uid, user, via: name, signOut };
      refused({ reason, provider: name, userName: person.userName });
      return turnAway(reason);
    },
  };

  async function exchange(
    provider: OutsideProvider & { clientSecret: Buffer | null },
    url: URL,
    state: string,
    { verifier, nonce }: Trip,
  ): Promise<{ readonly person: OutsidePerson; readonly signOut: ProviderSignOut | undefined }> {
    const configuration = await configurationOf(provider);
    const tokens = await authorizationCodeGrant(configuration, url, {
      pkceCodeVerifier: verifier,
      expectedState: state,
      expectedNonce: nonce,
      idTokenExpected: true,
    });
    const claims = tokens.claims()!;
    // Many providers put only the subject into an ID token that comes with an access token (OpenID
    // Connect Core 5.4).
    const { userinfo_endpoint, end_session_endpoint } = configuration.serverMetadata();
    const more = userinfo_endpoint ? await fetchUserInfo(configuration, tokens.access_token, claims.sub) : {};
    return {
      person: personOf(provider, { ...more, ...claims }),
      signOut: keepSignOut(sealer, provider, end_session_endpoint, tokens.id_token),
    };
  }
}

function personOf(
  provider: OutsideProvider,
  claims: { readonly sub: string; readonly [name: string]: unknown },
): OutsidePerson {
  const names: Readonly<Record<ClaimName, string>> = { ...DEFAULT_CLAIMS, ...provider.claims };
  const text = (name: ClaimName): string | undefined => {
    const value = claims[names[name]];
    return typeof value === 'string' && value.trim() !== '' ? asName(value) : undefined;
  };
  const groups = claims[names.groups];
  // Of the claim `email`, whatever else an address is taken from; some say it as a text.
  const isVerified = String(claims.email_verified);
  // An address that the provider itself does not vouch for must not open an account that has it.
  const told = isVerified === 'false' ? undefined : text('email');
  const email = told && isAddress(told) ? told : undefined;
  return {
    subject: claims.sub,
    userName: [text('userName'), text('email')].find((name) => name && isLoginName(name)) ?? claims.sub,
    email,
    isEmailConfirmed: email !== undefined && isVerified === 'true' && names.email === DEFAULT_CLAIMS.email,
    name: asShownName(text('name') ?? ''),
    surname: asShownName(text('surname') ?? ''),
    displayName: asShownName(text('displayName') ?? ''),
    groups: Array.isArray(groups) ? groups.map(String) : typeof groups === 'string' ? [groups] : [],
  };
}
