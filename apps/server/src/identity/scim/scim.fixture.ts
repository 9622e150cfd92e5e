import type { TestContext } from 'node:test';
import type { Answer as WholeAnswer } from '../../server.fixture.ts';
import { startIdentity, type TestIdentity } from '../identity.fixture.ts';
import { createScimToken } from './tokens.ts';

type Answer = Omit<WholeAnswer, 'text'>;

/** Calls of a company's directory, with their answers. */
export interface Directory {
  readonly server: TestIdentity;
  send(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
}

export async function directory(t: TestContext): Promise<Directory> {
  const server = await startIdentity(t);
  const { token } = await createScimToken(server.db, server.first.organization.id, { description: 'Entra' });
  return {
    server,
    async send(method, path, body, headers = {}) {
      const response = await fetch(`${server.identity.issuer}/scim/v2${path}`, {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          ...(body === undefined ? {} : { 'content-type': 'application/scim+json' }),
          ...headers,
        },
        body: body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body),
      });
      const text = await response.text();
      return {
        status: response.status,
        headers: response.headers,
        body: text === '' ? undefined : JSON.parse(text),
      };
    },
  };
}

export const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
export const PATCH = ['urn:ietf:params:scim:api:messages:2.0:PatchOp'];

export const ADA = {
  schemas: [USER, 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'],
  externalId: 'ada-at-entra',
  userName: 'ada@example.com',
  active: true,
  displayName: 'Ada Lovelace',
  emails: [
    { type: 'home', value: 'home@example.com' },
    { primary: true, type: 'work', value: 'ada@example.com' },
  ],
  name: { formatted: 'Ada Lovelace', familyName: 'Lovelace', givenName: 'Ada' },
  title: 'Countess',
  'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User': { department: 'Engines' },
};

export const filtered = (path: string, filter: string): string =>
  `${path}?filter=${encodeURIComponent(filter)}`;
