import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { SOON_MS, until } from '../../../../../../tests/until.fixture.ts';
import { type Answer, callerWith } from '../../../server.fixture.ts';
import { API, good, platformServer, problem } from '../platform.fixture.ts';

const { server, admin, organizationId } = await platformServer({ after });

describe('personal access tokens', () => {
  const TOKENS = `${API}/ReferenceToken`;
  const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();

  it('act for their owner within their scopes, until they are taken back', async () => {
    const user = await server.user({ permissions: ['Queues.View', 'Jobs.View'] });
    const body = { description: 'nightly', scopes: ['OR.Queues.Read'], expiryTime: inDays(30) };
    const made = good(await user.post(TOKENS, body), 201);
    assert.match(made.token, /^rt_[\w-]{43}$/);
    const bearer = callerWith(server.url, made.token).in(server.folder.id);
    good(await bearer.get('/odata/QueueDefinitions'));
    assert.equal((await bearer.get('/odata/Jobs')).status, 403);
    assert.equal((await bearer.post('/odata/QueueDefinitions', { Name: 'q' })).status, 403);
    // A token that is lost makes no others.
    problem(await bearer.post(TOKENS, body), 403);
    const again = good(await user.put(`${TOKENS}/${made.id}`, {}));
    assert.notEqual(again.token, made.token);
    const renewed = callerWith(server.url, again.token).in(server.folder.id);
    good(await renewed.get('/odata/QueueDefinitions'));
    assert.equal(good(await user.get(`${TOKENS}/${made.id}`)).token, null);
    assert.equal(good(await user.get(TOKENS)).length, 1);
    assert.ok(
      good(await admin.get(`${TOKENS}/partition/${organizationId}`)).some(
        (t: { id: string }) => t.id === made.id,
      ),
    );
    problem(await user.get(`${TOKENS}/partition/${organizationId}`), 403);
    problem(await (await server.user()).get(`${TOKENS}/${made.id}`), 404);
    problem(await admin.put(`${TOKENS}/${made.id}`, {}), 404);
    assert.equal((await user.delete(`${TOKENS}/${made.id}`)).status, 204);
    await refused(() => renewed.get('/odata/QueueDefinitions'));
    await refused(() => bearer.get('/odata/QueueDefinitions'));
    problem(await user.delete(`${TOKENS}/${made.id}`), 404);
    const byValue = good(await user.post(TOKENS, body), 201).token;
    const thrownAway = callerWith(server.url, byValue);
    assert.equal((await thrownAway.delete(`${TOKENS}/Revoke`, { token: byValue })).status, 204);
    problem(await user.delete(`${TOKENS}/Revoke`, { token: byValue }), 404);
    const kept = await server.db.query({
      text: `select * from personal_access_tokens, identity_audit`,
      values: [],
    });
    assert.ok(!JSON.stringify(kept).includes(made.token));
  });

  it('have limits', async () => {
    const user = await server.user();
    const body = { description: 'x', scopes: ['OR.Jobs'], expiryTime: inDays(30) };
    problem(await user.post(TOKENS, { ...body, expiryTime: inDays(361) }), 400);
    problem(await user.post(TOKENS, { ...body, expiryTime: inDays(0.1) }), 400);
    problem(await user.post(TOKENS, { ...body, scopes: ['OrchestratorApiUserAccess'] }), 400);
    problem(await user.post(TOKENS, { ...body, scopes: [] }), 400);
    const answers = await Promise.all(Array.from({ length: 7 }, () => user.post(TOKENS, body)));
    assert.equal(answers.filter(({ status }) => status === 201).length, 5);
    problem(await user.post(TOKENS, body), 409);
    const ids = good(await user.get(TOKENS)).map((t: { id: string }) => t.id);
    assert.equal((await user.delete(TOKENS, { ids })).status, 204);
    assert.deepEqual(good(await user.get(TOKENS)), []);
  });
});

/** Every process looks again within a second; a loaded machine may take longer. */
async function refused(call: () => Promise<Answer>): Promise<void> {
  await until('the token is refused', async () => (await call()).status === 401, SOON_MS);
}
