import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { AREAS } from '../apps/server/src/areas.ts';
import type { Entity } from '../apps/server/src/kernel/contract/entity.ts';
import type { Dto, Field } from '../apps/server/src/kernel/contract/fields.ts';
import { countId, isCounted } from '../apps/server/src/kernel/contract/operation.ts';
import { CODE } from '../apps/server/src/kernel/errors.ts';
import { dialectOf } from '../apps/server/src/kernel/http/dialects/dialects.ts';
import { platform } from '../apps/server/src/kernel/http/dialects/platform.ts';
import { type Answer, type Caller, testServer } from '../apps/server/src/server.fixture.ts';
import {
  checkOf,
  DOCUMENTS,
  documentAt,
  type OpenApi,
  operationsOf,
  type Place,
  type Schema,
} from './documents.fixture.ts';

// Rules that both OpenAPI documents keep, for each operation that is declared.
const server = await testServer({ after }, { BATON_TEST_CLOCK: 'true' });
const all = AREAS.flatMap(({ routes }) => routes);
const documents: readonly (readonly [string, OpenApi])[] = await Promise.all(
  Object.entries(DOCUMENTS).map(async ([name, path]) => [name, await documentAt(server, path)] as const),
);

it('hold each declared operation once, and the count of each list', () => {
  const described = documents.flatMap(([, document]) =>
    operationsOf(document).map(({ operation }) => operation.operationId),
  );
  const declared = all.flatMap(({ operation }) =>
    isCounted(operation) ? [operation.id, countId(operation)] : [operation.id],
  );
  assert.deepEqual(described.sort(), declared.sort());
});

it('call one shape by one name', () => {
  for (const isOfIdentity of [false, true]) {
    const members = new Map<string, string>();
    const differ = new Set<string>();
    const visitField = (field: Field): void => {
      if (field.dto) visit(field.dto());
      if (field.items) visitField(field.items);
    };
    const visit = (shape: Dto | Entity): void => {
      const own = membersOf(shape);
      const known = members.get(shape.name);
      if (known !== undefined && known !== own) differ.add(shape.name);
      if (known === own) return;
      members.set(shape.name, own);
      for (const field of Object.values(shape.fields)) visitField(field);
      for (const { target } of Object.values('navigations' in shape ? shape.navigations : {}))
        visit(target());
    };
    for (const { operation } of all) {
      const { body, answer, odata, path } = operation;
      if ((dialectOf(path) === platform) !== isOfIdentity) continue;
      for (const shape of [body, 'of' in answer ? answer.of : undefined, odata?.entity]) {
        if (!shape) continue;
        if ('kind' in shape) visitField(shape);
        else visit(shape);
      }
    }
    assert.deepEqual([...differ], []);
  }
});

/** Names and kinds; a list of rows is one whether it is a navigation or goes in with a body. */
const membersOf = (shape: Dto | Entity): string =>
  [
    ...Object.entries(shape.fields).map(([name, { kind }]) => `${name} ${kind}`),
    ...Object.entries('navigations' in shape ? shape.navigations : {}).map(
      ([name, { many }]) => `${name} ${many ? 'array' : 'object'}`,
    ),
  ]
    .sort()
    .join(', ');

for (const [name, document] of documents) {
  const check = checkOf(document);
  const places = operationsOf(document);

  describe(name, () => {
    it('has each path once, whatever its parameters are called', () => {
      const shapes = Object.keys(document.paths).map((path) => path.replace(/\{\w+\}/g, '{}').toLowerCase());
      assert.deepEqual(
        shapes.filter((shape, i) => shapes.indexOf(shape) !== i),
        [],
      );
    });

    it('says what each operation and each parameter is', () => {
      const silent = places.flatMap(({ operation }) => [
        ...(operation.summary && operation.description ? [] : [operation.operationId]),
        ...operation.parameters
          .filter((parameter) => !parameter.description)
          .map((parameter) => `${operation.operationId} ${parameter.name}`),
      ]);
      assert.deepEqual(silent, []);
    });

    it('names who may call: a bearer token, a code or an application, with one of the scopes', () => {
      const { bearer, OAuth2 } = document.components.securitySchemes as {
        bearer: object;
        OAuth2: { flows: Record<string, { scopes: object }> };
      };
      assert.ok(bearer);
      assert.deepEqual(Object.keys(OAuth2.flows), ['authorizationCode', 'clientCredentials']);
      for (const { scopes } of Object.values(OAuth2.flows))
        for (const { operation } of places)
          for (const needed of operation.security.flatMap((each) => each.OAuth2 ?? []))
            assert.ok(needed in scopes, needed);
    });

    it('says how a list goes on wherever the server may end a page', () => {
      for (const { operation } of places) {
        const names = new Set(operation.parameters.map((parameter) => parameter.name));
        const { headers = {}, content } = operation.responses['200'] ?? {};
        const isList = JSON.stringify(content ?? {}).includes('@odata.nextLink') && names.has('$top');
        const said = [names.has('$skiptoken'), names.has('Prefer'), 'Preference-Applied' in headers];
        assert.deepEqual(said, [isList, isList, isList], operation.operationId);
      }
    });

    it('needs the bodies that the operations need', () => {
      const optional = places.filter(
        ({ operation }) => operation.requestBody && operation.requestBody.required !== true,
      );
      assert.deepEqual(
        optional.map(({ operation }) => operation.operationId),
        [],
      );
    });

    it('has an example of each parameter and each JSON body, which fits its schema', () => {
      const faults = places.flatMap(({ operation }) => {
        const json = operation.requestBody?.content?.['application/json'];
        const examples: (readonly [string, Schema, unknown])[] = [
          ...operation.parameters.map((each) => [each.name, each.schema, each.example] as const),
          ...(json ? [['body', json.schema, json.example] as const] : []),
        ];
        return examples.flatMap(([where, schema, example]) =>
          (example === undefined ? ['has no example'] : check(schema, example)).map(
            (fault) => `${operation.operationId} ${where}: ${fault}`,
          ),
        );
      });
      assert.deepEqual(faults, []);
    });
  });
}

// As an imported collection sends them: every parameter and every body as the document has it. Reads go
// first: the examples name what a new server has, and the rest changes or removes it.
describe('examples are taken by', () => {
  const ORDER = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];
  const calls = documents
    .flatMap(([name, document]) =>
      operationsOf(document).map((place) => ({ base: name === 'Identity' ? '/identity' : '', ...place })),
    )
    .filter(({ operation }) => operation.operationId !== 'RobotsService_Events')
    .sort((a, b) => ORDER.indexOf(a.method) - ORDER.indexOf(b.method));
  for (const place of calls) {
    const { method, operation } = place;
    it(operation.operationId, async () => {
      const { status, body, text } = await callAsDescribed(server.admin, place);
      const namesNone = operation.parameters.every(({ name }) => !NAMES_SOMETHING.test(name));
      const isFine = status < 300 || (status === 400 ? !isMalformed(body) : BY_RULES.has(status));
      const isPlainRead = method === 'GET' && namesNone;
      assert.ok(isPlainRead ? status === 200 : isFine, `${status} ${text}`);
    });
  }
});

/** What the example names is not there, or goes against what is. */
const BY_RULES = new Set([403, 404, 409]);
const NAMES_SOMETHING = /^(?:key|token)$|(?:Id|Ids|Key|id|identifier|Identifier)$/;

/** A 400 that speaks of the request, not of a rule. */
const isMalformed = ({ errorCode, errors, error }: MaybeError): boolean =>
  errorCode === undefined ? !Array.isArray(errors) && !error : MALFORMED.has(errorCode);
const MALFORMED = new Set<number>([
  0,
  CODE.InvalidRequest,
  CODE.InvalidArgument,
  CODE.RequiredOrganizationUnit,
]);

interface MaybeError {
  readonly errorCode?: number;
  readonly errors?: unknown;
  readonly error?: unknown;
}

async function callAsDescribed(
  caller: Caller,
  { base, path, method, operation }: Place & { readonly base: string },
): Promise<Answer> {
  const query = new URLSearchParams();
  const headers: Record<string, string> = {};
  let url = base + path;
  for (const { in: where, name, example } of operation.parameters) {
    if (where === 'path') url = url.replace(`{${name}}`, encodeURIComponent(String(example)));
    else if (where === 'header') headers[name] = String(example);
    else for (const one of [example].flat()) query.append(name, String(one));
  }
  const { content = {} } = operation.requestBody ?? {};
  const [type, media] = Object.entries(content)[0] ?? [];
  let body: FormData | string | undefined;
  if (type === 'multipart/form-data') {
    body = new FormData();
    body.append('file', new Blob(['no package']), 'file.nupkg');
  } else if (type !== undefined) {
    body = type === 'application/json' ? JSON.stringify(media!.example) : 'content';
    headers['content-type'] = type === '*/*' ? 'text/plain' : type;
  }
  return caller.send(method, `${url}${query.size > 0 ? `?${query}` : ''}`, { headers, body });
}
