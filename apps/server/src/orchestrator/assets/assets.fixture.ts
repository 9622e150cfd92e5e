import assert from 'node:assert/strict';
import { type Answer, type Caller, type TestServer, testServer } from '../../server.fixture.ts';

export const operation = (name: string): string => `/odata/Assets/UiPath.Server.Configuration.OData.${name}`;

export const text = { ValueScope: 'Global', ValueType: 'Text', StringValue: 'hello' };
export const credential = {
  ValueScope: 'Global',
  ValueType: 'Credential',
  CredentialUsername: 'bob',
  CredentialPassword: 's3cret',
};

/** A server with its administrator in the folder Shared, and the steps that tests of assets share. */
export async function assetServer(ends: Parameters<typeof testServer>[0]) {
  const server: TestServer = await testServer(ends);
  const admin = server.admin.in(server.folder.id);
  let names = 0;
  return {
    server,
    admin,
    async create(asset: object, caller: Caller = admin): Promise<Answer['body']> {
      const { status, body, text } = await caller.post('/odata/Assets', {
        Name: `Asset ${++names}`,
        ...asset,
      });
      assert.equal(status, 201, text);
      return body;
    },
    async show(id: number, query = ''): Promise<Answer['body']> {
      const { status, body, text } = await admin.get(`/odata/Assets(${id})${query}`);
      assert.equal(status, 200, text);
      return body;
    },
    async newFolder(name: string): Promise<number> {
      const { status, body, text } = await server.admin.post('/odata/Folders', {
        DisplayName: name,
        ProvisionType: 'Automatic',
        PermissionModel: 'FineGrained',
      });
      assert.equal(status, 201, text);
      return body.Id;
    },
  };
}
