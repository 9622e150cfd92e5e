import assert from 'node:assert/strict';
import { type Answer, testServer } from '../../server.fixture.ts';

export const API = '/identity/api';

/** A server, its administrator, and the common steps of Platform Management's tests. */
export async function platformServer(ends: Parameters<typeof testServer>[0]) {
  const server = await testServer(ends);
  const { admin, organizationId } = server;
  return {
    server,
    admin,
    organizationId,
    here: { partitionGlobalId: organizationId },
    personOf: async (userId: number | undefined): Promise<string> =>
      (await server.db.first<{ id: string }>({
        text: 'select directory_identifier as id from users where id = $1',
        values: [userId],
      }))!.id,
  };
}

export function problem(answer: Answer, status: number): void {
  assert.equal(answer.status, status, answer.text);
  assert.equal(answer.body.status, status);
  assert.match(answer.headers.get('content-type')!, /^application\/problem\+json/);
}

export function good(answer: Answer, status = 200): Answer['body'] {
  assert.equal(answer.status, status, answer.text);
  return answer.body;
}
