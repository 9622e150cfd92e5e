import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import sql from 'sql-template-tag';
import { routes } from '../apps/server/src/areas.ts';
import { COMMAND_CLIENT } from '../apps/server/src/identity/clients/clients.ts';
import { adapterFactory } from '../apps/server/src/identity/provider/adapter.ts';
import { beginEnrolment, confirmEnrolment } from '../apps/server/src/identity/sign-in/second-factor.ts';
import { createSealer } from '../apps/server/src/kernel/secrets/seal.ts';
import { type Caller, signedIn } from '../apps/server/src/server.fixture.ts';
import { follow, requireUntold, type Way, watchAudit } from './audit.fixture.ts';
import {
  API,
  admin,
  db,
  done,
  here,
  idOf,
  ids,
  needles,
  organizationId,
  secret,
  server,
} from './audit-kit.fixture.ts';
import { directory } from './audit-of-directories.fixture.ts';

const ODATA = '/odata';
const ACTION = 'UiPath.Server.Configuration.OData';
const ADMIN = ['user', 'admin'] as const;

const numberOf = async (userName: string): Promise<number> =>
  (await db.first<{ id: number }>(sql`select id from users where user_name = ${userName}`))!.id;
const callerFor = (id: string): Promise<Caller> => signedIn(server, id);

const person = async (userName: string): Promise<unknown> => {
  ids[userName] = randomUUID();
  return done(
    admin.post(`${API}/User`, { ...here, id: ids[userName], userName, email: `${userName}@x.example` }),
  );
};

const ada = (operation: string, action: string, run: () => Promise<unknown>, way = ''): Way => ({
  way: `${operation} ${way}`,
  operation,
  entries: [['User', action, 'ada']],
  by: ADMIN,
  run,
});

const change = (body: object) => () => done(admin.put(`${API}/User/${idOf('ada')}`, body));
const OLD = secret('grey otters paddle upstream');
const NEW = secret('brown otters paddle downstream');

const people: readonly Way[] = [
  {
    way: 'made',
    operation: 'User_CreateUser',
    entries: [['User', 'Create', 'ada']],
    by: ADMIN,
    run: () => person('ada'),
  },
  {
    way: 'made, many',
    operation: 'User_CreateUsers',
    entries: [
      ['User', 'Create', 'bob'],
      ['User', 'Create', 'cleo'],
    ],
    by: ADMIN,
    async run() {
      const users = ['bob', 'cleo'].map((userName) => ({ id: (ids[userName] = randomUUID()), userName }));
      await done(admin.post(`${API}/User/BulkCreate`, { ...here, users }));
    },
  },
  {
    way: 'invited',
    operation: 'User_InviteUsers',
    entries: [['User', 'Create', 'eve@x.example']],
    by: ADMIN,
    run: () => done(admin.post(`${API}/User/InviteUsers`, { ...here, emails: ['eve@x.example'] })),
  },
  ada('User_Update', 'Update', change({ email: 'countess@x.example' }), 'mail'),
  ada('User_Update', 'Update', change({ name: 'Ada' }), 'name'),
  ada('User_Update', 'Update', change({ isActive: false }), 'off'),
  ada('User_Update', 'Update', change({ isActive: true }), 'on'),
  ada('User_Update', 'ResetPassword', change({ password: OLD }), 'password'),
  ada(
    'User_Update',
    'Update',
    async () => {
      const groups = await done(admin.get(`${API}/Group/${organizationId}`));
      const { id } = groups.find(({ name }: { name: string }) => name === 'Administrators');
      ids.Administrators = id;
      await change({ groupIDsToAdd: [id] })();
    },
    'into Administrators',
  ),
  ada('User_Update', 'Update', () => change({ groupIDsToRemove: [idOf('Administrators')] })(), 'and out'),
  {
    ...ada('User_ChangePassword', 'ChangePassword', async () =>
      done(
        (await callerFor(idOf('ada'))).post(`${API}/User/${idOf('ada')}/changepassword`, {
          oldPassword: OLD,
          newPassword: NEW,
        }),
      ),
    ),
    by: ['user', 'ada'],
  },
  ada('User_ForcePasswordChange', 'ForcePasswordChange', () =>
    done(admin.post(`${API}/User/${idOf('ada')}/ForcePasswordChange`)),
  ),
  ada('User_DeleteSecondFactor', 'DisableSecondFactor', async () => {
    await db.transaction(async (tx) => {
      // As the page does, with its entry: told by the test of the pages.
      await tx.execute(sql`select set_config('test.audited', 'yes', true)`);
      await beginEnrolment(tx, createSealer([Buffer.alloc(32)]), idOf('ada'));
      for (const code of await confirmEnrolment(tx, idOf('ada'))) secret(code);
    });
    await done(admin.delete(`${API}/User/${idOf('ada')}/SecondFactor`));
  }),
  ada('User_DeleteLock', 'Unlock', async () => {
    const guess = { oldPassword: secret('a wrong guess'), newPassword: NEW };
    assert.equal((await admin.post(`${API}/User/${idOf('ada')}/changepassword`, guess)).status, 400);
    await done(admin.delete(`${API}/User/${idOf('ada')}/Lock`));
  }),
];

const records = adapterFactory({ db, clock: Date.now, findMachineClient: async () => undefined });

/** Of ada, as if she had signed in in a browser, and let the command act for her there. */
async function signInAda(): Promise<string> {
  const row = await db.first<{ stamp: number }>(
    sql`select session_stamp as stamp from identity_users where id = ${idOf('ada')}`,
  );
  const [uid, grantId] = [randomUUID(), randomUUID()];
  const of = { accountId: `${idOf('ada')}.${row!.stamp}`, iat: Math.floor(Date.now() / 1000) };
  await records('Session').upsert(secret(randomUUID()), { ...of, uid: secret(uid), loginTs: of.iat }, 3600);
  await records('Grant').upsert(secret(grantId), { ...of, clientId: COMMAND_CLIENT }, 3600);
  await records('AuthorizationCode').upsert(
    secret(randomUUID()),
    { ...of, grantId, clientId: COMMAND_CLIENT, sessionUid: uid },
    60,
  );
  return (await db.first<{ id: string }>(sql`select id from browser_sessions where uid = ${uid}`))!.id;
}

const sessions: readonly Way[] = [
  ada('User_DeleteSession', 'EndSessions', async () => {
    await done(admin.delete(`${API}/User/${idOf('ada')}/Sessions/${await signInAda()}`));
  }),
  ...['', '?exceptCurrent=true'].map((query) =>
    ada(
      'User_DeleteSessions',
      'EndSessions',
      async () => {
        await signInAda();
        await done(admin.delete(`${API}/User/${idOf('ada')}/Sessions${query}`));
      },
      query,
    ),
  ),
  ada('User_DeleteApplication', 'RevokeApplication', async () => {
    await signInAda();
    await done(admin.delete(`${API}/User/${idOf('ada')}/Applications/${COMMAND_CLIENT}`));
  }),
];

const own = (operation: string, action: string, name: string, run: () => Promise<unknown>): Way => ({
  way: operation,
  operation,
  entries: [[operation.split('_')[0]!, action, name]],
  by: ADMIN,
  run,
});

const groups: readonly Way[] = [
  own('Group_CreateGroup', 'Create', 'Wardens', async () => {
    const body = { ...here, name: 'Wardens', directoryUserMemberIDs: [idOf('ada')] };
    ids.Wardens = (await done(admin.post(`${API}/Group`, body))).id;
  }),
  own('Group_UpdateGroup', 'Update', 'Guards', () =>
    done(
      admin.put(`${API}/Group/${idOf('Wardens')}`, {
        ...here,
        name: 'Guards',
        directoryUserIDsToAdd: [idOf('bob')],
        directoryUserIDsToRemove: [idOf('ada')],
      }),
    ),
  ),
  own('Group_Delete', 'Delete', 'Guards', () =>
    done(admin.delete(`${API}/Group/${organizationId}/${idOf('Wardens')}`)),
  ),
  own('Group_BulkDelete', 'Delete', 'Others', async () => {
    const { id } = await untold(() => done(admin.post(`${API}/Group`, { ...here, name: 'Others' })));
    await done(admin.delete(`${API}/Group/${organizationId}`, { groupIDs: [id] }));
  }),
  own('RobotAccount_CreateRobotAccount', 'Create', 'hoover', async () => {
    ids.hoover = (await done(admin.post(`${API}/RobotAccount`, { ...here, name: 'hoover' }))).id;
  }),
  own('RobotAccount_UpdateRobotAccount', 'Update', 'hoover', () =>
    done(
      admin.put(`${API}/RobotAccount/${idOf('hoover')}`, {
        ...here,
        displayName: 'Hoover',
        groupIDsToAdd: [idOf('Administrators')],
      }),
    ),
  ),
  own('RobotAccount_Delete', 'Delete', 'hoover', () =>
    done(admin.delete(`${API}/RobotAccount/${organizationId}/${idOf('hoover')}`)),
  ),
  own('RobotAccount_BulkDelete', 'Delete', 'another', async () => {
    const { id } = await untold(() => done(admin.post(`${API}/RobotAccount`, { ...here, name: 'another' })));
    await done(admin.delete(`${API}/RobotAccount/${organizationId}`, { robotAccountIDs: [id] }));
  }),
];

/** What only makes ready: its entries are another row's. */
async function untold<T>(work: () => Promise<T>): Promise<T> {
  const result = await work();
  await db.execute(sql`delete from identity_audit where id = (select max(id) from identity_audit)`);
  return result;
}

const appBody = { ...here, isConfidential: true, scopes: [{ name: 'OR.Jobs', type: 1 }] };
const app = (): string => `${API}/ExternalClient/${organizationId}/${idOf('app')}`;
const token = (): string => `${API}/ReferenceToken/${idOf('token')}`;
const inAYear = new Date(Date.now() + 300 * 86_400_000).toISOString();
async function makeToken(): Promise<string> {
  const body = { description: 'ci', scopes: ['OR.Jobs'], expiryTime: inAYear };
  const made = await done(admin.post(`${API}/ReferenceToken`, body));
  ids.token = made.id;
  return secret(made.token);
}

const applications: readonly Way[] = [
  own('ExternalClient_Create', 'Create', 'reports', async () => {
    const made = await done(admin.post(`${API}/ExternalClient`, { ...appBody, name: 'reports' }));
    ids.app = made.id;
    secret(made.secret);
  }),
  own('ExternalClient_Update', 'Update', 'reports', () =>
    done(admin.put(app(), { ...appBody, name: 'reports', scopes: [{ name: 'OR.Users', type: 1 }] })),
  ),
  own('ExternalClient_GenerateSecret', 'GenerateSecret', 'reports', async () => {
    const made = await done(
      admin.post(`${API}/ExternalClient/GenerateSecret`, { ...here, clientId: idOf('app') }),
    );
    ids.secret = String(made.id);
    secret(made.secret);
  }),
  own('ExternalClient_DeleteSecret', 'DeleteSecret', 'reports', () =>
    done(admin.delete(`${API}/ExternalClient/${organizationId}/secrets/${idOf('secret')}`)),
  ),
  own('ExternalClient_Delete', 'Delete', 'reports', () => done(admin.delete(app()))),
  ...(
    [
      ['ReferenceToken_Create', 'Create', makeToken],
      [
        'ReferenceToken_Regenerate',
        'Regenerate',
        async () => secret((await done(admin.put(token(), { description: 'ci' }))).token),
      ],
      ['ReferenceToken_Delete', 'Delete', () => done(admin.delete(token()))],
      [
        'ReferenceToken_BulkDelete',
        'Delete',
        async () => {
          await untold(makeToken);
          await done(admin.delete(`${API}/ReferenceToken`, { ids: [idOf('token')] }));
        },
      ],
      [
        'ReferenceToken_Revoke',
        'Delete',
        async () => {
          const value = await untold(makeToken);
          await done(admin.delete(`${API}/ReferenceToken/Revoke`, { token: value }));
        },
      ],
    ] as const
  ).map(
    ([operation, action, run]): Way => ({
      way: operation,
      operation,
      entries: [['PersonalAccessToken', action, 'ci']],
      by: ADMIN,
      run,
    }),
  ),
];

const tenantUser = (
  operation: string,
  run: () => Promise<unknown>,
  entries: Way['entries'] = [['TenantUser', 'Update', 'ada']],
): Way => ({ way: operation, operation, entries, by: ADMIN, run });
const roleNamed = async (name: string): Promise<number> =>
  (await db.first<{ id: number }>(
    sql`select id from roles where tenant_id = ${server.tenant.id} and name = ${name}`,
  ))!.id;
const user = async (): Promise<string> => `${ODATA}/Users(${await numberOf('ada')})`;
const role = async (): Promise<string> => `${ODATA}/Roles(${await roleNamed('Watchers')})`;
const folderRoles = async (roles: readonly string[]): Promise<object> => ({
  FolderId: server.folder.id,
  RoleIds: await Promise.all(roles.map(roleNamed)),
});
const assignDomain = (operation: string, name: string, roles: readonly string[]) =>
  done(
    (async () =>
      admin.post(`${ODATA}/Folders/${ACTION}.${operation}`, {
        assignment: { UserName: name, RolesPerFolder: [await folderRoles(roles)] },
      }))(),
  );

const tenant: readonly Way[] = [
  tenantUser(
    'Users_Post',
    () => done(admin.post(`${ODATA}/Users`, { UserName: 'ada', RolesList: ['Tenant Administrator'] })),
    [['TenantUser', 'Create', 'ada']],
  ),
  tenantUser(
    'Users_Post',
    () => done(admin.post(`${ODATA}/Users`, { UserName: 'new', Password: secret('ten quiet herons stand') })),
    [
      ['User', 'Create', 'new'],
      ['TenantUser', 'Create', 'new'],
    ],
  ),
  tenantUser('Users_PutById', async () => done(admin.put(await user(), { UserName: 'ada', RolesList: [] }))),
  tenantUser(
    'Users_PatchById',
    async () => done(admin.patch(await user(), { EmailAddress: 'changed@x.example' })),
    [['User', 'Update', 'ada']],
  ),
  tenantUser('Users_PatchById', async () =>
    done(
      admin.patch(await user(), {
        MayHaveUnattendedSession: true,
        UnattendedRobot: { UserName: 'x\\y', Password: secret('nine loud herons') },
      }),
    ),
  ),
  tenantUser('Users_AssignRolesById', async () =>
    done(
      admin.post(`${await user()}/${ACTION}.AssignRoles`, {
        roleIds: [await roleNamed('Tenant Administrator')],
      }),
    ),
  ),
  tenantUser('Users_ToggleRoleById', async () =>
    done(
      admin.post(`${await user()}/${ACTION}.ToggleRole`, {
        role: 'Allow to be Automation User',
        toggle: true,
      }),
    ),
  ),
  tenantUser('Users_SetActiveById', async () =>
    done(admin.post(`${await user()}/${ACTION}.SetActive`, { active: false })),
  ),
  tenantUser(
    'Roles_Post',
    () =>
      done(
        admin.post(`${ODATA}/Roles`, {
          Name: 'Watchers',
          Type: 'Tenant',
          Permissions: [{ Name: 'Users.View', IsGranted: true }],
        }),
      ),
    [['Role', 'Create', 'Watchers']],
  ),
  tenantUser(
    'Roles_PutById',
    async () =>
      done(
        admin.put(await role(), {
          Name: 'Watchers',
          Permissions: [{ Name: 'Users.Edit', IsGranted: true }],
        }),
      ),
    [['Role', 'Update', 'Watchers']],
  ),
  ...(['add', 'remove'] as const).map((what) =>
    tenantUser('Roles_SetUsersById', async () => {
      const id = await numberOf('ada');
      const body = { addedUserIds: what === 'add' ? [id] : [], removedUserIds: what === 'add' ? [] : [id] };
      await done(admin.post(`${await role()}/${ACTION}.SetUsers`, body));
    }, [['Role', 'Update', 'Watchers']]),
  ),
  tenantUser('Roles_DeleteById', async () => done(admin.delete(await role())), [
    ['Role', 'Delete', 'Watchers'],
  ]),
  tenantUser('Folders_AssignUsers', async () => {
    const RolesPerFolder = [await folderRoles(['Automation User'])];
    const assignments = { UserIds: [await numberOf('ada')], RolesPerFolder };
    await done(admin.post(`${ODATA}/Folders/${ACTION}.AssignUsers`, { assignments }));
  }),
  tenantUser('Folders_RemoveUserFromFolderById', async () =>
    done(
      admin.post(`${ODATA}/Folders(${server.folder.id})/${ACTION}.RemoveUserFromFolder`, {
        userId: await numberOf('ada'),
      }),
    ),
  ),
  tenantUser('Folders_AssignDomainUser', () => assignDomain('AssignDomainUser', 'ada', ['Automation User'])),
  tenantUser('Folders_RemoveUserFromFolderByKey', async () => {
    const { key } = (await db.first<{ key: string }>(sql`select key from users where user_name = 'ada'`))!;
    await done(
      admin.post(`${ODATA}/Folders(${server.folder.id})/${ACTION}.RemoveUserFromFolderByKey`, {
        userKey: key,
      }),
    );
  }),
  tenantUser(
    'Folders_AssignDirectoryUser',
    () => assignDomain('AssignDirectoryUser', 'bob', ['Automation User']),
    [
      ['TenantUser', 'Create', 'bob'],
      ['TenantUser', 'Update', 'bob'],
    ],
  ),
  tenantUser('Folders_MoveFolderByFolderid', async () => {
    const { Id } = await done(admin.post(`${ODATA}/Folders`, { DisplayName: 'Below' }));
    await done(admin.put(`${ODATA}/Folders(${Id})/${ACTION}.MoveFolder?targetParentId=${server.folder.id}`));
  }, [['Folder', 'Move', 'Below']]),
  tenantUser('Users_DeleteById', async () => done(admin.delete(await user())), [
    ['TenantUser', 'Delete', 'ada'],
  ]),
];

const gone: readonly Way[] = [
  ada('User_Delete', 'Delete', () => done(admin.delete(`${API}/User/${idOf('ada')}`))),
  {
    way: 'deleted, many',
    operation: 'User_BulkDelete',
    entries: [['User', 'Delete', 'cleo']],
    by: ADMIN,
    run: () => done(admin.delete(`${API}/User`, { ...here, userIds: [idOf('cleo')] })),
  },
];

const ways: readonly Way[] = [
  ...people,
  ...sessions,
  ...groups,
  ...applications,
  ...tenant,
  ...directory,
  ...gone,
];

test('each change of what people may do, by each way, is one entry: who, before, after, and no secret', async (t) => {
  const made = await done(admin.post(`${API}/ScimToken`, { ...here, description: 'Entra' }));
  ids.scim = secret(made.token);
  await watchAudit(db);
  for (const way of ways) await t.test(way.way, () => follow(db, way));
  await requireUntold(db, needles);
  // The watch is awake: what is written past the audit is noted.
  await db.execute(sql`update identity_users set email = 'past@x.example' where user_name = 'bob'`);
  const { change: seen } = (await db.first<{ change: string }>(sql`select change from unaudited`))!;
  assert.equal(seen, 'UPDATE identity_users');
});

/** They change nothing of what people may do; the fixture would find them out elsewhere. */
const OTHERS = [
  ...['ChangeUserCultureById', 'ChangeCulture'].map((name) => `Users_${name}`),
  ...['Post', 'PutById', 'PatchNameDescription', 'DeleteById', 'DeleteByKey', 'AssignMachines'].map(
    (name) => `Folders_${name}`,
  ),
  'Folders_UpdateMachinesToFolderAssociations',
  'Folders_RemoveMachinesFromFolderById',
  'Folders_ToggleFolderMachineInherit',
];

test('every operation that changes people, groups, applications, roles is one of the ways', () => {
  const tags = new Set(
    'User Group RobotAccount ExternalClient ReferenceToken Users Roles Folders'.split(' '),
  );
  const covered = new Set([...ways.map(({ operation }) => operation), ...OTHERS]);
  const missing = routes
    .map(({ operation }) => operation)
    .filter(({ id, tag, method }) => method !== 'GET' && tags.has(tag) && !covered.has(id))
    .map(({ id }) => id);
  assert.deepEqual(missing, []);
});
