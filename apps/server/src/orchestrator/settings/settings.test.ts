import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { testServer } from '../../testing.ts';

const NS = '/odata/Settings/UiPath.Server.Configuration.OData';
const server = await testServer({ after });

describe('settings', () => {
  it('tells clients what they ask before anything else', async () => {
    const user = await server.user();
    const activity = await user.get(`${NS}.GetActivitySettings`);
    assert.equal(activity.body.ApiVersion, '20.0');
    for (const name of ['GetWebSettings', 'GetAuthenticationSettings', 'GetWebSettings()']) {
      const { status, body } = await user.get(`${NS}.${name}`);
      assert.equal(status, 200);
      assert.equal(body.Keys.length, body.Values.length);
    }
    for (const name of ['GetActivitySettings', 'GetWebSettings']) {
      assert.equal((await server.anonymous.get(`${NS}.${name}`)).status, 401);
    }
    const { status, body } = await server.anonymous.get(`${NS}.GetAuthenticationSettings`);
    assert.equal(status, 200);
    assert.equal(body.Keys.length, body.Values.length);
    const one = await server.app(['OR.Jobs']);
    assert.equal(
      (await one.get(`${NS}.GetAuthenticationSettings`)).status,
      200,
      'no scope opens what is open',
    );
  });
});
