import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { readAddress, readArguments, routeOf } from './address.ts';

describe('the address of a request', () => {
  const NAMESPACE = 'UiPath.Server.Configuration.OData';
  const cases: readonly [raw: string, url: string, organization?: string, tenant?: string][] = [
    ['/odata/Jobs', '/odata/Jobs'],
    ['/odata/Jobs/?$top=5', '/odata/Jobs?$top=5'],
    ['/odata/Jobs(12)', '/odata/Jobs/$/12'],
    ['//odata//Jobs()', '/odata/Jobs'],
    ['/orchestrator_/api/Status/Version', '/api/Status/Version'],
    ['/orchestrator/odata/Jobs', '/odata/Jobs'],
    ['/Acme/Prod/orchestrator_/odata/Jobs', '/odata/Jobs', 'Acme', 'Prod'],
    ['/Acme/Prod/orchestrator_//odata/Assets', '/odata/Assets', 'Acme', 'Prod'],
    ['/Acme/Prod/odata/Jobs', '/odata/Jobs', 'Acme', 'Prod'],
    ['/Acme/Prod/ODATA/jobs', '/ODATA/jobs', 'Acme', 'Prod'],
    [`/odata/Jobs(12)/${NAMESPACE}.StopJob()`, `/odata/Jobs/$/12/${NAMESPACE}.StopJob`],
    [
      `/odata/Jobs/${NAMESPACE}.GetByKey(identifier=ab-c)`,
      `/odata/Jobs/${NAMESPACE}.GetByKey/$/identifier=ab-c`,
    ],
    ["/odata/Processes('a/b:1.0')", "/odata/Processes/$/'a%2Fb:1.0'"],
    ['/odata/Processes(%27a:1.0%27)', '/odata/Processes/$/%27a:1.0%27'],
    ["/odata/Processes('it''s (1):1.0')", "/odata/Processes/$/'it''s (1):1.0'"],
    ['/identity_/connect/token', '/identity/connect/token'],
    ['/identity/connect/token', '/identity/connect/token'],
    ['/Acme/identity_/connect/token', '/identity/connect/token', 'Acme'],
    ['/Acme/Prod/identity_/api/User', '/identity/api/User', 'Acme', 'Prod'],
    ['/Acme/portal_/api/filtering', '/portal_/api/filtering', 'Acme'],
    ['/Acme/Prod/orchestrator_/portal_/api/filtering', '/portal_/api/filtering', 'Acme', 'Prod'],
    ['/.well-known/oauth-authorization-server/identity', '/.well-known/oauth-authorization-server/identity'],
    ['/swagger', '/swagger'],
    ['/', '/'],
  ];
  for (const [raw, url, organization, tenant] of cases) {
    it(raw, () => {
      const address = readAddress(raw);
      assert.equal(address.url, url);
      assert.equal(address.organization, organization);
      assert.equal(address.tenant, tenant);
    });
  }

  it('never throws, whatever is asked for', () => {
    fc.assert(fc.property(fc.string(), (path) => readAddress(`/${path}`).url.startsWith('/')));
  });
});

describe('arguments between parentheses', () => {
  const cases: readonly [
    text: string,
    names: string[],
    expected: Record<string, string | string[]> | undefined,
  ][] = [
    ['12', ['key'], { key: '12' }],
    ["'a:1.0'", ['key'], { key: 'a:1.0' }],
    ["'it''s'", ['key'], { key: "it's" }],
    ['identifier=ab', ['identifier'], { identifier: 'ab' }],
    ["Identifier='ab'", ['identifier'], { identifier: 'ab' }],
    ['key=101,includeInherited=true', ['key', 'includeInherited'], { key: '101', includeInherited: 'true' }],
    ["robotId='x' , assetName='a,b=c'", ['robotId', 'assetName'], { robotId: 'x', assetName: 'a,b=c' }],
    ['userIds=[1, 2]', ['userIds'], { userIds: ['1', '2'] }],
    ['userIds=[]', ['userIds'], { userIds: [] }],
    ['unknown=1', ['key'], undefined],
    ['key=1,key=2', ['key'], undefined],
    ["'open", ['key'], undefined],
  ];
  for (const [text, names, expected] of cases) {
    it(text, () => assert.deepEqual(readArguments(text, names), expected));
  }
});

describe('the route of a declared path', () => {
  it('keeps keys, arguments and segments apart', () => {
    assert.equal(
      routeOf({ method: 'POST', path: '/odata/Jobs({key})/N.StopJob' }).url,
      '/odata/Jobs/$/:arguments0/N.StopJob',
    );
    assert.deepEqual(
      routeOf({ method: 'GET', path: "/odata/Assets/N.Get(robotId='{robotId}',assetName='{assetName}')" })
        .argumentNames,
      [['robotId', 'assetName']],
    );
    assert.deepEqual(routeOf({ method: 'GET', path: '/api/JobTriggers/Deliver/{inboxId}' }).segmentNames, [
      'inboxId',
    ]);
  });
});
