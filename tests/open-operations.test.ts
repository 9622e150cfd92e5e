import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { routes } from '../apps/server/src/areas.ts';
import { accountRoutes } from '../apps/server/src/orchestrator/account/routes.ts';
import { testServer } from '../apps/server/src/server.fixture.ts';
import { DOCUMENTS, documentAt, operationsOf } from './documents.fixture.ts';

// Which operations ask for no token: those that the public descriptions (versions 11 to 20) leave open, those
// that clients call before they have one, and nothing else.
const server = await testServer({ after });

/** What the public descriptions leave open. Empty: open here, too. Else why not. */
const LEFT_OPEN: Readonly<Record<string, string>> = {
  Account_Authenticate: '',
  Status_Get: '',
  Settings_GetAuthenticationSettings: '',
  Settings_GetLanguages: '',
  Settings_GetTimezones: '',
  Settings_GetUpdateSettings: 'not there: Baton updates no robots, and has no address to tell',
  Translations_GetTranslations: 'not there: texts of a console that there is not yet',
  JobTriggers_GetPayloadByInboxid: 'not there: triggers are still to come',
  Users_ChangePasswordById: 'not there: passwords belong to Identity, and version 20 has it no longer',
  Users_UpdatePassword: 'not there: passwords belong to Identity, and version 20 has it no longer',
  Logs_SubmitLogs: "asks for a token: whose log it is would be anybody's word",
};

/** What is open beside, and why. */
const OPEN_HERE: Readonly<Record<string, string>> = {
  Status_Version: 'clients ask for the version before they sign in',
  Health_Live: 'supervisors have no token',
  Health_Ready: 'supervisors have no token',
  Exports_Download: 'the sealed address is the right',
  Attachments_DownloadContent: 'the sealed address is the right',
  Attachments_UploadContent: 'the sealed address is the right',
  Buckets_DownloadContent: 'the sealed address is the right',
  Buckets_UploadContent: 'the sealed address is the right',
  RobotsService_Join: 'a host has no credentials yet; the code is the right',
  Language_Get: 'pages of the sign-in ask before there is anybody',
  Liveness_Get: 'supervisors have no token',
};

const open = Object.keys(LEFT_OPEN).filter((id) => LEFT_OPEN[id] === '');
const expected = [...open, ...Object.keys(OPEN_HERE)].sort();
const declared = [...routes, ...accountRoutes].map(({ operation }) => operation);
const byId = new Map(declared.map((operation) => [operation.id, operation]));

describe('operations that ask for no token', () => {
  it('are these, as declared', () => {
    const found = declared.filter(({ callers }) => callers?.includes('anonymous')).map(({ id }) => id);
    assert.deepEqual(found.sort(), expected);
  });

  it('are these, as described', async () => {
    const found: string[] = [];
    for (const path of Object.values(DOCUMENTS))
      for (const { operation } of operationsOf(await documentAt(server, path)))
        if (
          operation.security.length === 0 ||
          operation.security.some((each) => Object.keys(each).length === 0)
        )
          found.push(operation.operationId);
    assert.deepEqual(found.sort(), expected);
  });

  for (const operation of declared) {
    const path = operation.path.replace(/\{(\w+)\}/g, '1');
    it(`${operation.id} ${expected.includes(operation.id) ? 'asks for none' : 'asks for one'}`, async () => {
      const { status } = await server.anonymous.send(operation.method, path);
      assert.equal(status === 401, !expected.includes(operation.id), `${status}`);
      // A client that asks before it signs in may still send a token that is spent.
      const spent = server.anonymous.with({ authorization: 'Bearer spent' });
      assert.equal((await spent.send(operation.method, path)).status, status);
    });
  }

  for (const [id, reason] of Object.entries(LEFT_OPEN).filter(([, why]) => why !== ''))
    it(`${id}: ${reason}`, () => assert.equal(byId.has(id), !reason.startsWith('not there')));
});
