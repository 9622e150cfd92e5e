import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { API, good, platformServer, problem } from './platform.fixture.ts';

const { server, admin, organizationId, here, personOf } = await platformServer({ after });

describe('groups', () => {
  it('of a new organization are the built-in ones', async () => {
    const groups = good(await admin.get(`${API}/Group/${organizationId}`));
    assert.deepEqual(
      groups.map(({ name, type, members }: { name: string; type: number; members: unknown[] }) => [
        name,
        type,
        members,
      ]),
      ['Administrators', 'Automation Developers', 'Automation Users', 'Everyone'].map((name) => [
        name,
        0,
        [],
      ]),
    );
    for (const { id } of groups) {
      problem(await admin.delete(`${API}/Group/${organizationId}/${id}`), 400);
      problem(await admin.delete(`${API}/Group/${organizationId}`, { groupIDs: [id] }), 400);
      problem(await admin.put(`${API}/Group/${id}`, { ...here, name: 'Renamed' }), 400);
    }
    problem(await admin.get(`${API}/Group/${randomUUID()}`), 403);
  });

  it('are made, changed by additions and removals, and deleted', async () => {
    const user = await server.user();
    const person = await personOf(user.userId);
    const robot = good(await admin.post(`${API}/RobotAccount`, { ...here, name: 'member' }), 201).id;
    const group = good(
      await admin.post(`${API}/Group`, { ...here, name: 'Invoices', directoryUserMemberIDs: [person] }),
      201,
    );
    assert.deepEqual([group.name, group.type, group.lastModificationTime], ['Invoices', 1, null]);
    assert.equal(group.members[0].objectType, 'DirectoryUser');
    const used = await admin.post(`${API}/Group`, { ...here, name: 'invoices' });
    problem(used, 409);
    assert.match(used.text, /The name invoices is already used/);
    const known = await admin.post(`${API}/Group`, { ...here, id: group.id, name: 'Not used' });
    problem(known, 409);
    assert.match(known.text, /Group already exists/);
    problem(
      await admin.post(`${API}/Group`, { ...here, name: 'x', directoryUserMemberIDs: [randomUUID()] }),
      400,
    );
    problem(await admin.post(`${API}/Group`, here), 400);
    const change = {
      ...here,
      name: null,
      directoryUserIDsToAdd: [robot, robot, person],
      directoryUserIDsToRemove: [],
    };
    const changed = good(await admin.put(`${API}/Group/${group.id}`, change));
    assert.deepEqual(changed.members.map((m: { objectType: string }) => m.objectType).sort(), [
      'DirectoryRobotUser',
      'DirectoryUser',
    ]);
    const less = good(
      await admin.put(`${API}/Group/${group.id}`, {
        ...here,
        name: 'Bills',
        directoryUserIDsToRemove: [person, randomUUID()],
      }),
    );
    assert.deepEqual([less.name, less.members.length], ['Bills', 1]);
    assert.deepEqual(
      good(await admin.get(`${API}/Group/${organizationId}/${group.id}`)).members[0].identifier,
      robot,
    );
    problem(await admin.put(`${API}/Group/${randomUUID()}`, here), 404);
    problem(await admin.get(`${API}/Group/${organizationId}/${randomUUID()}`), 404);
    const more = good(await admin.post(`${API}/Group`, { ...here, id: randomUUID(), name: 'More' }), 201).id;
    assert.equal((await admin.delete(`${API}/Group/${organizationId}/${group.id}`)).status, 204);
    problem(await admin.delete(`${API}/Group/${organizationId}/${group.id}`), 404);
    assert.equal(
      (await admin.delete(`${API}/Group/${organizationId}`, { groupIDs: [more, group.id] })).status,
      204,
    );
    problem(await admin.delete(`${API}/Group/${organizationId}`, {}), 400);
  });
});

describe('robot accounts', () => {
  it('are made, listed, changed and deleted', async () => {
    const groups = good(await admin.get(`${API}/Group/${organizationId}`));
    const automation = groups.find(({ name }: { name: string }) => name === 'Automation Users').id;
    const body = { ...here, name: 'night-robot', displayName: 'Night robot', groupIDsToAdd: [automation] };
    const robot = good(await admin.post(`${API}/RobotAccount`, body), 201);
    assert.deepEqual(
      [robot.name, robot.displayName, robot.groupIds, robot.lastLoginTime],
      ['night-robot', 'Night robot', [automation], null],
    );
    problem(await admin.post(`${API}/RobotAccount`, { ...body, name: 'NIGHT-robot' }), 409);
    problem(await admin.post(`${API}/RobotAccount`, here), 400);
    const list = good(
      await admin.get(
        `${API}/RobotAccount/${organizationId}?searchTerm=night&top=5&sortBy=displayName&sortOrder=asc`,
      ),
    );
    assert.deepEqual([list.totalCount, list.results[0].id], [1, robot.id]);
    problem(await admin.get(`${API}/RobotAccount/${organizationId}?top=1001`), 400);
    const changed = good(
      await admin.put(`${API}/RobotAccount/${robot.id}`, {
        ...here,
        displayName: 'Day robot',
        groupIDsToRemove: [automation],
      }),
    );
    assert.deepEqual([changed.name, changed.displayName, changed.groupIds], ['night-robot', 'Day robot', []]);
    problem(await admin.put(`${API}/RobotAccount/${randomUUID()}`, here), 404);
    assert.equal(
      good(await admin.get(`${API}/RobotAccount/${organizationId}/${robot.id}`)).displayName,
      'Day robot',
    );
    const other = good(await admin.post(`${API}/RobotAccount`, { ...here, name: 'other-robot' }), 201).id;
    assert.equal((await admin.delete(`${API}/RobotAccount/${organizationId}/${robot.id}`)).status, 204);
    problem(await admin.delete(`${API}/RobotAccount/${organizationId}/${robot.id}`), 404);
    problem(await admin.get(`${API}/RobotAccount/${organizationId}/${robot.id}`), 404);
    assert.equal(
      (await admin.delete(`${API}/RobotAccount/${organizationId}`, { robotAccountIDs: [other] })).status,
      204,
    );
    problem(await admin.delete(`${API}/RobotAccount/${organizationId}`, { robotAccountIDs: ['x'] }), 400);
  });
});

describe('settings', () => {
  it('are written together and read by repeated keys', async () => {
    const body = {
      settings: [
        { key: 'A.One', value: '1' },
        { key: 'A.Two', value: null },
      ],
      ...here,
      userId: null,
    };
    const saved = good(await admin.put(`${API}/Setting`, body));
    assert.deepEqual(
      saved.map((s: { key: string; value: string }) => [s.key, s.value]),
      [
        ['A.One', '1'],
        ['A.Two', null],
      ],
    );
    assert.deepEqual([saved[0].partitionGlobalId, saved[0].userId], [organizationId, null]);
    good(await admin.put(`${API}/Setting`, { settings: [{ key: 'a.one', value: '2' }] }));
    const read = async (query: string) =>
      good(await admin.get(`${API}/Setting?${query}`)).map(
        (s: { key: string; value: string }) => `${s.key}=${s.value}`,
      );
    assert.deepEqual(await read(`key=A.One&key=A.Two&key=A.Three&partitionGlobalId=${organizationId}`), [
      'A.One=2',
      'A.Two=null',
    ]);
    assert.deepEqual(await read(''), []);
    const twice = {
      settings: [
        { key: 'A.One', value: '1' },
        { key: 'A.one', value: '2' },
      ],
    };
    problem(await admin.put(`${API}/Setting`, twice), 409);
    problem(await admin.put(`${API}/Setting`, { settings: [{ value: 'x' }] }), 400);
    problem(await admin.get(`${API}/Setting?key=A.One&userId=x`), 400);
    good(await admin.put(`${API}/Setting`, { settings: [{ key: 'Email.Smtp.Password', value: 'hush' }] }));
    assert.deepEqual(await read('key=Email.Smtp.Password'), ['Email.Smtp.Password=null']);
    const stored = await server.db.query({
      text: `select * from identity_settings, identity_audit`,
      values: [],
    });
    assert.ok(!JSON.stringify(stored).includes('hush'));
  });

  it('of a person are that person’s', async () => {
    const user = await server.user();
    const userId = await personOf(user.userId);
    const language = { settings: [{ key: 'UserLanguage.Language', value: 'ja' }], ...here, userId };
    assert.equal(good(await user.put(`${API}/Setting`, language))[0].userId, userId);
    assert.equal(
      good(await user.get(`${API}/Setting?key=UserLanguage.Language&userId=${userId}`))[0].value,
      'ja',
    );
    const [own] = good(await user.get(`${API}/Setting?key=UserLanguage.Language&userId=${userId}`));
    problem(await (await server.user()).delete(`${API}/Setting/${own.id}`), 403);
    problem(await (await server.user()).delete(`${API}/Setting/${own.id + 1000}`), 403);
    assert.equal((await user.delete(`${API}/Setting/${own.id}`)).status, 204);
    assert.deepEqual(good(await user.get(`${API}/Setting?key=UserLanguage.Language&userId=${userId}`)), []);
    problem(await user.delete(`${API}/Setting/${own.id}`), 403);
    problem(await admin.delete(`${API}/Setting/${own.id}`), 404);
    problem(await admin.delete(`${API}/Setting/x`), 400);
    const [ofAll] = good(await admin.put(`${API}/Setting`, { settings: [{ key: 'B.Two', value: '1' }] }));
    problem(await user.delete(`${API}/Setting/${ofAll.id}`), 403);
    assert.equal((await admin.delete(`${API}/Setting/${ofAll.id}`)).status, 204);
    assert.deepEqual(good(await admin.get(`${API}/Setting?key=B.Two`)), []);
    good(await user.put(`${API}/Setting`, language));
    problem(await user.put(`${API}/Setting`, { ...language, userId: null }), 403);
    problem(await user.get(`${API}/Setting?key=A.One`), 403);
    problem(
      await (await server.user()).get(`${API}/Setting?key=UserLanguage.Language&userId=${userId}`),
      403,
    );
    problem(await admin.get(`${API}/Setting?key=x&userId=${randomUUID()}`), 404);
  });
});

describe('message templates', () => {
  it('are read by id and by name, and worded anew', async () => {
    const template = good(await admin.get(`${API}/MessageTemplate?name=ResetPassword`));
    assert.match(template.value, /\{\{link\}\}/);
    const change = { id: template.id, value: 'Here: {{link}}' };
    assert.deepEqual(good(await admin.put(`${API}/MessageTemplate/${template.id}`, change)), {
      ...template,
      ...change,
    });
    assert.equal(good(await admin.get(`${API}/MessageTemplate/${template.id}`)).value, 'Here: {{link}}');
    problem(await admin.get(`${API}/MessageTemplate/999`), 404);
    problem(await admin.get(`${API}/MessageTemplate?name=nothing`), 404);
    problem(await admin.put(`${API}/MessageTemplate/999`, { id: 999, value: 'x' }), 404);
    problem(await admin.put(`${API}/MessageTemplate/${template.id}`, { id: 999, value: 'x' }), 400);
  });
});

describe('SAML certificates', () => {
  const folder = mkdtempSync(join(tmpdir(), 'baton-certificates-'));
  after(() => rmSync(folder, { recursive: true }));
  const certificate = (name: string): string => {
    const file = join(folder, name);
    const options = [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-days',
      '30',
    ];
    execFileSync('openssl', [...options, '-subj', `/CN=${name}`, '-keyout', `${file}.key`, '-out', file], {
      stdio: 'ignore',
    });
    return readFileSync(file, 'utf8');
  };

  it('come in pairs', async () => {
    const saml = `${API}/SamlCertificate`;
    problem(await admin.get(`${saml}/${organizationId}/certificates`), 404);
    problem(await admin.post(`${saml}/${organizationId}/switch`), 404);
    const [first, second] = [certificate('first'), certificate('second')];
    problem(await admin.put(`${saml}/secondary`, { ...here, certificate: second }), 404);
    const base64 = first.replace(/-----[A-Z ]+-----|\s/g, '');
    const alone = good(await admin.put(`${saml}/primary`, { ...here, certificate: base64 }));
    assert.deepEqual([alone.primaryCertificate, alone.secondaryCertificateId], [base64, null]);
    assert.match(alone.primaryCertificateThumbprint, /^[0-9A-F]{40}$/);
    problem(await admin.post(`${saml}/${organizationId}/switch`), 400);
    const pair = good(await admin.put(`${saml}/secondary`, { ...here, certificate: second }));
    const switched = good(await admin.post(`${saml}/${organizationId}/switch`));
    assert.equal(switched.primaryCertificateId, pair.secondaryCertificateId);
    assert.deepEqual(good(await admin.get(`${saml}/${organizationId}/certificates`)), switched);
    problem(await admin.delete(`${saml}/${organizationId}/${switched.primaryCertificateId}`), 400);
    assert.equal(
      good(await admin.delete(`${saml}/${organizationId}/${switched.secondaryCertificateId}`)),
      true,
    );
    problem(await admin.delete(`${saml}/${organizationId}/${switched.secondaryCertificateId}`), 404);
    problem(await admin.put(`${saml}/primary`, { ...here, certificate: 'bm90IG9uZQ==' }), 400);
    problem(await admin.put(`${saml}/secondary`, here), 400);
    problem(await admin.get(`${saml}/nonsense/certificates`), 400);
  });
});

describe('the audit', () => {
  it('tells who changed what, from where, before and after, and no secret', async () => {
    const id = randomUUID();
    await admin.post(`${API}/User`, { ...here, id, userName: 'audited', password: 'unspeakable phrase 12' });
    await admin.put(`${API}/User/${id}`, { name: 'After', password: 'another unspeakable 34' });
    await admin.delete(`${API}/User/${id}`);
    const page = good(await admin.get(`${API}/AuditQuery/${organizationId}?top=3&skip=0&language=en`));
    assert.ok(page.totalCount > 3);
    assert.deepEqual(
      page.results.map((r: { action: string; message: string }) => [r.action, r.message]),
      [
        ['Delete', 'admin: Delete User audited'],
        ['ResetPassword', 'admin: ResetPassword User audited'],
        ['Create', 'admin: Create User audited'],
      ],
    );
    const details = JSON.parse(page.results[1].auditLogDetails);
    assert.deepEqual(details.before, { name: '', password: '(secret)', sessionStamp: 1 });
    assert.deepEqual(details.after, { name: 'After', password: '(changed)', sessionStamp: 2 });
    assert.equal(details.target, id);
    assert.match(details.clientIp, /127\.0\.0\.1/);
    const oldest = good(
      await admin.get(`${API}/AuditQuery/${organizationId}?sortBy=createdOn&sortOrder=asc&top=1`),
    );
    assert.notEqual(oldest.results[0].createdOn, page.results[0].createdOn);
    const file = await admin.get(`${API}/AuditQuery/${organizationId}/download?size=2`);
    assert.equal(file.status, 200);
    assert.equal(file.headers.get('content-type'), 'application/octet-stream');
    assert.equal(file.text.trim().split('\r\n').length, 3);
    const all = await server.db.query({ text: 'select * from identity_audit', values: [] });
    assert.ok(!JSON.stringify(all).includes('unspeakable'));
    problem(await admin.get(`${API}/AuditQuery/${organizationId}?sortBy=secrets`), 400);
    problem(await admin.get(`${API}/AuditQuery/${organizationId}/download?size=x`), 400);
    problem(await admin.get(`${API}/AuditQuery/${randomUUID()}/download`), 403);
  });

  it('is filtered by person, kind, time and result, and tells sign-ins too', async () => {
    const [id, other] = [randomUUID(), randomUUID()];
    for (const [of, userName] of [
      [id, 'filtered'],
      [other, 'not wanted'],
    ])
      await admin.post(`${API}/User`, { ...here, id: of, userName, password: 'unspeakable phrase 12' });
    const group = good(
      await admin.post(`${API}/Group`, { ...here, name: 'Filtered', directoryUserMemberIDs: [id] }),
      201,
    );
    for (const password of ['wrong', 'unspeakable phrase 12'])
      await server.parts.identity.signInWithPassword({ usernameOrEmailAddress: 'filtered', password });
    const found = async (query: string): Promise<readonly string[]> => {
      const page = good(await admin.get(`${API}/AuditQuery/${organizationId}?sortBy=createdOn&${query}`));
      assert.equal(page.totalCount, page.results.length);
      return page.results.map(
        ({ category, action, result }: Record<string, unknown>) => `${category} ${action} ${result}`,
      );
    };
    const [made, grouped] = ['User Create success', 'Group Create success'];
    const [refused, came] = ['Login SignIn failure', 'Login SignIn success'];
    assert.deepEqual(await found(`userId=${id}`), [made, grouped, refused, came]);
    assert.deepEqual(await found(`userId=${id}&category=user`), [made]);
    assert.deepEqual(await found(`userId=${id}&action=SignIn`), [refused, came]);
    assert.deepEqual(await found(`userId=${id}&result=failure`), [refused]);
    const { results } = good(
      await admin.get(`${API}/AuditQuery/${organizationId}?userId=${id}&category=Group`),
    );
    const [{ createdOn, userName, auditLogDetails, source }] = results;
    assert.deepEqual([userName, source], ['admin', 'Identity']);
    assert.equal(JSON.parse(auditLogDetails).target, group.id);
    assert.deepEqual(await found(`userId=${id}&until=${createdOn}`), [made]);
    assert.deepEqual(await found(`userId=${id}&since=${createdOn}`), [grouped, refused, came]);
    const file = await admin.get(`${API}/AuditQuery/${organizationId}/download?userId=${id}&result=failure`);
    assert.match(file.text, /^[^\r]*\r\n[^\r]*filtered: SignIn refused[^\r]*,failure\r\n$/);
    for (const query of ['userId=x', 'result=perhaps', 'since=whenever', 'until=never'])
      problem(await admin.get(`${API}/AuditQuery/${organizationId}?${query}`), 400);
    problem(await (await server.user()).get(`${API}/AuditQuery/${organizationId}?userId=${id}`), 403);
  });
});

describe('the organization', () => {
  it('is shown and changed', async () => {
    const user = await server.user();
    assert.equal(good(await user.get(`${API}/Partition/${organizationId}`)).name, 'Default');
    const changed = good(
      await admin.put(`${API}/Partition/${organizationId}`, { displayName: 'Example Ltd', language: 'de' }),
    );
    assert.deepEqual([changed.displayName, changed.language], ['Example Ltd', 'de']);
    problem(await user.put(`${API}/Partition/${organizationId}`, { displayName: 'x' }), 403);
    assert.equal(good(await user.get(`${API}/Account/Profile`)).isAdmin, false);
    assert.equal(good(await admin.get(`${API}/Account/Profile`)).isAdmin, true);
    assert.deepEqual(good(await server.anonymous.get(`${API}/Language`)), [
      { code: 'en', displayName: 'English' },
      { code: 'ja', displayName: '日本語' },
    ]);
    assert.equal((await server.anonymous.get(`${API}/Liveness`)).status, 200);
    assert.equal((await user.get(`${API}/CheckSession`)).status, 200);
    problem(await server.anonymous.get(`${API}/CheckSession`), 401);
    problem(await (await server.app(['PM.User'])).get(`${API}/CheckSession`), 403);
    const own = await personOf(user.userId);
    assert.equal(good(await user.get(`${API}/UserPartition/partitions/${own}`))[0].id, organizationId);
    problem(await server.anonymous.get(`${API}/nothing/there`), 404);
  });

  it('keeps ways of signing in, and their secrets to itself', async () => {
    const AUTH = `${API}/AuthenticationSetting`;
    const body = {
      ...here,
      authenticationSettingType: 'aad',
      externalIdentityProviderDto: { displayName: 'Entra ID', clientId: 'c', clientSecret: 'very hush' },
    };
    const made = good(await admin.post(AUTH, body));
    assert.equal(made.externalIdentityProviderDto.clientSecret, null);
    problem(await admin.post(AUTH, body), 409);
    good(await admin.put(AUTH, { ...body, externalIdentityProviderDto: { displayName: 'Other' } }));
    assert.equal(
      good(await admin.get(`${AUTH}/getAll/${organizationId}`)).aad.externalIdentityProviderDto.displayName,
      'Other',
    );
    assert.equal(good(await admin.get(`${AUTH}/${made.id}`)).id, made.id);
    const kept = await server.db.query({
      text: `select * from authentication_settings, identity_audit`,
      values: [],
    });
    assert.ok(!JSON.stringify(kept).includes('very hush'));
    assert.equal((await admin.delete(`${AUTH}/${made.id}`)).status, 204);
    problem(await admin.get(`${AUTH}/${made.id}`), 404);
  });
});

it('Identity is described apart from Orchestrator', async () => {
  const identity = good(await server.anonymous.get('/Default/identity_/swagger/external/swagger.json'));
  assert.ok(identity.paths['/api/User/{userId}'].put);
  assert.ok(identity.servers[0].url.endsWith('/Default/identity_'));
  const orchestrator = good(await server.anonymous.get('/swagger/v20.0/swagger.json'));
  assert.ok(Object.keys(orchestrator.paths).every((path) => !path.startsWith('/identity')));
});
