import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, describe, it } from 'node:test';
import { API, good, platformServer, problem } from '../platform.fixture.ts';

const { admin, organizationId, here } = await platformServer({ after });

describe('the directory', () => {
  const DIRECTORY = `${API}/Directory`;

  it('finds and resolves people, groups, robots and applications', async () => {
    const id = randomUUID();
    await admin.post(`${API}/User`, {
      ...here,
      id,
      userName: 'found@example.com',
      email: 'found@example.com',
      name: 'Fiona',
      surname: 'Found',
    });
    const found = good(
      await admin.get(
        `${DIRECTORY}/Search/${organizationId}?startsWith=fio&sourceFilter=localUsers&sourceFilter=localGroups`,
      ),
    );
    assert.deepEqual(found, [
      {
        source: 'local',
        identifier: id,
        identityName: 'found@example.com',
        displayName: 'Fiona Found',
        email: 'found@example.com',
        domain: 'autogen',
        type: 0,
        objectType: 'DirectoryUser',
      },
    ]);
    assert.deepEqual(
      good(await admin.get(`${DIRECTORY}/Search/${organizationId}?startsWith=fio&sourceFilter=localGroups`)),
      [],
    );
    const byName = good(
      await admin.post(`${DIRECTORY}/BulkResolveByName/${organizationId}`, {
        entityNames: ['Found@example.com', 'nobody'],
        entityType: 'user',
      }),
    );
    assert.deepEqual([byName['Found@example.com'].identifier, byName.nobody], [id, null]);
    const many = { entityNames: Array.from({ length: 21 }, String), entityType: 'user' };
    const tooMany = await admin.post(`${DIRECTORY}/BulkResolveByName/${organizationId}`, many);
    assert.deepEqual([tooMany.status, tooMany.body.StatusDescription], [400, 'BadRequest']);
    const robot = await admin.send('POST', `${DIRECTORY}/BulkResolveByName/${organizationId}`, {
      body: '{"entityNames":["x"],"entityType":"robot"}',
      headers: { 'content-type': 'application/json' },
    });
    assert.deepEqual(robot.body.errors, {
      entityType: [
        `Error converting value "robot" to type 'DirectoryEntityType'. Path 'entityType', line 1, position 41.`,
      ],
    });
    assert.equal(
      good(await admin.post(`${DIRECTORY}/Resolve/${organizationId}`, { identifier: id })).firstName,
      'Fiona',
    );
    problem(await admin.post(`${DIRECTORY}/Resolve/${organizationId}`, { identifier: 'x' }), 404);
    good(
      await admin.post(`${DIRECTORY}/ResolveByName/${organizationId}`, {
        entityName: 'Everyone',
        entityType: 'group',
      }),
    );
    // Without a kind, people.
    const untold = await admin.post(`${DIRECTORY}/ResolveByName/${organizationId}`, { entityName: 'admin' });
    assert.equal(good(untold).objectType, 'DirectoryUser');
    good(await admin.post(`${DIRECTORY}/BulkResolve/${organizationId}`, { identifiers: [id, 'x'] }));
    const everyone = good(await admin.get(`${API}/Group/${organizationId}`)).find(
      (g: { name: string }) => g.name === 'Everyone',
    ).id;
    assert.deepEqual(
      good(
        await admin.post(`${DIRECTORY}/GroupMembership/${organizationId}`, {
          userIdentifier: id,
          groupIdentifiers: [everyone, randomUUID()],
        }),
      ),
      [everyone],
    );
    assert.ok(
      good(await admin.get(`${DIRECTORY}/TransitiveDirectoryGroupMembers/${organizationId}/${everyone}`))
        .length > 1,
    );
    assert.deepEqual(good(await admin.get(`${DIRECTORY}/Scopes/${organizationId}`)), [
      { name: 'autogen', isDefault: true },
    ]);
  });
});
