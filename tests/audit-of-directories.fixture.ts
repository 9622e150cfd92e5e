import assert from 'node:assert/strict';
import type { Answer } from '../apps/server/src/server.fixture.ts';
import type { Way } from './audit.fixture.ts';
import { idOf, ids, server } from './audit-kit.fixture.ts';

const scim = async (method: string, path: string, body?: unknown): Promise<Answer['body']> => {
  const answer = await fetch(`${server.url}/identity/scim/v2${path}`, {
    method,
    headers: { authorization: `Bearer ${idOf('scim')}`, 'content-type': 'application/scim+json' },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await answer.text();
  assert.ok(answer.ok, text);
  return text === '' ? undefined : JSON.parse(text);
};
const replace = (path: string, value: unknown) => ({
  schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
  Operations: [{ op: 'replace', path, value }],
});
const byDirectory = (category: string, action: string, name: string, run: () => Promise<unknown>): Way => ({
  way: `SCIM ${action} ${category} ${name}`,
  entries: [[category, action, name]],
  by: ['scim', 'Entra'],
  run,
});

/** What a directory changes by SCIM. */
export const directory: readonly Way[] = [
  byDirectory('User', 'Create', 'dora', async () => {
    ids.dora = (await scim('POST', '/Users', { userName: 'dora' })).id;
  }),
  byDirectory('User', 'Update', 'dora', () =>
    scim('PUT', `/Users/${idOf('dora')}`, { userName: 'dora', emails: [{ value: 'dora@x.example' }] }),
  ),
  byDirectory('User', 'Update', 'dora', () =>
    scim('PATCH', `/Users/${idOf('dora')}`, replace('active', false)),
  ),
  byDirectory('Group', 'Create', 'Sales', async () => {
    ids.Sales = (await scim('POST', '/Groups', { displayName: 'Sales' })).id;
  }),
  byDirectory('Group', 'Update', 'Sales', () =>
    scim('PATCH', `/Groups/${idOf('Sales')}`, replace('members', [{ value: idOf('dora') }])),
  ),
  byDirectory('Group', 'Update', 'Trade', () =>
    scim('PUT', `/Groups/${idOf('Sales')}`, { displayName: 'Trade', members: [] }),
  ),
  byDirectory('Group', 'Delete', 'Trade', () => scim('DELETE', `/Groups/${idOf('Sales')}`)),
  byDirectory('User', 'Delete', 'dora', () => scim('DELETE', `/Users/${idOf('dora')}`)),
];
