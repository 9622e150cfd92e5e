import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { testServer } from '../../server.fixture.ts';

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

  it('lists the languages that Identity lists, and time zones from west to east', async () => {
    const { body: languages } = await server.anonymous.get(`${NS}.GetLanguages`);
    const { body: own } = await server.anonymous.get('/identity/api/Language');
    const shown = languages.Items.map(({ Name, DisplayName }: Record<string, string>) => [Name, DisplayName]);
    const codes = own.map(({ code, displayName }: Record<string, string>) => [code, displayName]);
    assert.deepEqual(shown, codes);
    assert.deepEqual(
      languages.Items.filter((each: { IsDefault: boolean }) => each.IsDefault).map(
        (each: { Name: string }) => each.Name,
      ),
      ['en'],
    );
    const { body } = await server.anonymous.get(`${NS}.GetTimezones`);
    const zones = body.Items as { readonly Name: string; readonly Value: string }[];
    const names = new Map(zones.map(({ Name, Value }) => [Value, Name]));
    assert.equal(names.get('Asia/Tokyo'), '(UTC+09:00) Asia/Tokyo');
    assert.equal(names.get('America/St_Johns'), '(UTC-03:30) America/St_Johns');
    assert.equal(names.get('Europe/Berlin'), '(UTC+01:00) Europe/Berlin');
    assert.equal(names.get('UTC'), '(UTC+00:00) UTC');
    assert.equal(names.size, zones.length);
    const places = zones.map(({ Value }) => Value);
    assert.ok(places.indexOf('America/New_York') < places.indexOf('Europe/Berlin'));
    for (const place of places) assert.doesNotThrow(() => new Intl.DateTimeFormat('en', { timeZone: place }));
  });
});
