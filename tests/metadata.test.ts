import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import type { PropertyModel, TypeModel } from '@baton/odata/metadata';
import { routes } from '../apps/server/src/areas.ts';
import { metadataOf, setsOf } from '../apps/server/src/kernel/contract/edm.ts';
import type { Entity } from '../apps/server/src/kernel/contract/entity.ts';
import { testServer } from '../apps/server/src/server.fixture.ts';
import { createEntities } from './entities.fixture.ts';

// What $metadata says holds by the rules of its format (OData CSDL 4.0), and the server does what it says.
// Every answer that any test reads is held against it too (server.fixture.ts).
const operations = routes.map(({ operation }) => operation);
const model = metadataOf(operations);
const sets = setsOf(model);
const singletons = model.schemas.flatMap(({ container }) => container?.singletons ?? []);
const calls = model.schemas.flatMap(({ operations: all = [] }) => all);
const typesOf = (kind: 'entityTypes' | 'complexTypes' | 'enums'): ReadonlyMap<string, TypeModel> =>
  new Map(
    model.schemas.flatMap((schema) =>
      (schema[kind] ?? []).map((type) => [`${schema.namespace}.${type.name}`, type as TypeModel]),
    ),
  );
const entityTypes = typesOf('entityTypes');
const complexTypes = typesOf('complexTypes');
const enums = typesOf('enums');
const one = (type: string): string => type.replace(/^Collection\((.*)\)$/, '$1');
const all = (
  type: TypeModel,
  members: (of: TypeModel) => readonly PropertyModel[],
): readonly PropertyModel[] => [
  ...(type.base === undefined ? [] : members(entityTypes.get(type.base)!)),
  ...members(type),
];
const keyOf = (type: TypeModel): readonly string[] =>
  type.base === undefined ? (type.key ?? []) : keyOf(entityTypes.get(type.base)!);

describe('$metadata, by the rules of its format', () => {
  it('names are identifiers, and each is used once in its schema', () => {
    for (const { namespace, ...schema } of model.schemas) {
      const named = [...(schema.enums ?? []), ...(schema.complexTypes ?? []), ...(schema.entityTypes ?? [])];
      const names = [...named, ...calls].map(({ name }) => name);
      for (const name of names) assert.match(name, /^[A-Za-z_]\w{0,127}$/, namespace);
      const types = named.map(({ name }) => name);
      assert.deepEqual(types.toSorted(), [...new Set(types)].toSorted());
    }
    const addresses = [...sets, ...singletons].map(({ name }) => name);
    assert.equal(new Set(addresses).size, addresses.length);
  });

  it("what it leaves unsaid of sets is the vocabulary's default: all can be counted, paged, filtered", () => {
    const plain = operations.filter(
      ({ method, path, answer }) => method === 'GET' && answer.kind === 'many' && /^\/odata\/\w+$/.test(path),
    );
    assert.ok(plain.length > 15);
    for (const { id, odata } of plain) assert.equal(odata?.options, 'efsotkc', id);
  });

  it('every type that is named is there', () => {
    const named = [...entityTypes.values(), ...complexTypes.values()]
      .flatMap(({ properties, navigations = [] }) => [...properties, ...navigations])
      .concat(
        calls.flatMap(({ parameters, bound, returns = bound }) => [
          ...parameters,
          { name: 'bound', type: bound },
          { name: 'returns', type: returns },
        ]),
      )
      .concat([...sets, ...singletons]);
    for (const { name, type } of named) {
      const inner = one(type);
      const isThere = entityTypes.has(inner) || complexTypes.has(inner) || enums.has(inner);
      assert.ok(
        isThere || /^Edm\.(Boolean|Int32|Int64|Double|String|Guid|DateTimeOffset|Stream)$/.test(inner),
        `${name}: ${type}`,
      );
    }
  });

  it('whatever is a set, or a navigation leads to, has a key of plain members that are never null', () => {
    const rows = [...entityTypes.values()].flatMap(({ navigations = [] }) =>
      navigations.map(({ type }) => one(type)),
    );
    for (const name of new Set([...sets.map(({ type }) => type), ...rows])) {
      const type = entityTypes.get(name);
      assert.ok(type, `${name} is no entity`);
      const members = all(type, ({ properties }) => properties);
      assert.ok(keyOf(type).length > 0, `${name} has no key`);
      for (const key of keyOf(type)) {
        const property = members.find((member) => member.name === key);
        assert.equal(property?.nullable, false, `${name}.${key}`);
        assert.match(property.type, /^Edm\.(Int32|Int64|String|Guid)$/);
      }
    }
  });

  it('a member is declared once, and is no entity unless a navigation leads there', () => {
    for (const [name, type] of [...entityTypes, ...complexTypes]) {
      const members = all(type, ({ properties, navigations = [] }) => [...properties, ...navigations]);
      const names = members.map((member) => member.name);
      assert.deepEqual(names.toSorted(), [...new Set(names)].toSorted(), name);
      for (const { type: of } of type.properties) assert.ok(!entityTypes.has(one(of)), `${name}: ${of}`);
    }
  });

  it('a call has one form for what it is called on, and a function answers something', () => {
    const forms = calls.map(({ name, bound }) => `${name} ${bound}`);
    assert.equal(new Set(forms).size, forms.length);
    for (const { name, kind, returns, parameters } of calls) {
      if (kind === 'Function') assert.ok(returns, name);
      const names = parameters.map((parameter) => parameter.name);
      assert.equal(new Set(names).size, names.length, name);
    }
  });
});

describe('the declarations', () => {
  const answered = operations.flatMap(({ answer, odata }) => [
    ...('of' in answer && 'navigations' in answer.of ? [answer.of as Entity] : []),
    ...(odata ? [odata.entity] : []),
  ]);
  const membersOf = ({ fields, navigations }: Entity): Record<string, string> => ({
    ...Object.fromEntries(
      Object.entries(fields).flatMap(([name, field]) =>
        field.options.writeOnly ? [] : [[name, `${field.kind} ${(field.items ?? field).dto?.().name ?? ''}`]],
      ),
    ),
    ...Object.fromEntries(Object.entries(navigations).map(([name, { target }]) => [name, target().name])),
  });

  it('entities of one set have its members, and more only where they say so', () => {
    for (const entity of new Set(answered)) {
      if (!entity.set) continue;
      const set = operations.find(({ method, path }) => method === 'GET' && path === `/odata/${entity.set}`);
      assert.ok(set && set.answer.kind === 'many', `${entity.set} has no list`);
      const listed = set.answer.of as Entity;
      assert.equal(entity.base?.() ?? listed, listed, `${entity.name} has another base`);
      const members = membersOf(entity);
      if (!entity.base) assert.deepEqual(members, membersOf(listed), entity.name);
      else assert.deepEqual({ ...members, ...membersOf(listed) }, members, entity.name);
    }
  });

  it('every operation on rows is declared as a call, but those that OData has no form for', () => {
    const withoutForm = operations
      .filter(({ path }) => /^\/odata\/.*\.\w+(\([^/]*\))?$/.test(path))
      .filter(({ path }) => !calls.some(({ name }) => new RegExp(`\\.${name}(\\(|$)`).test(path)))
      .map(({ id }) => id);
    assert.deepEqual(
      withoutForm.toSorted(),
      [
        // Not by POST.
        'Buckets_DeleteFileByKey',
        'Folders_MoveFolderByFolderid',
        // A file is sent.
        'Libraries_UploadPackage',
        'Processes_UploadPackage',
        // By POST, with arguments in the address.
        'Releases_RollbackToPreviousReleaseVersionByKeyByIdentifier',
        'Releases_UpdateToLatestPackageVersionByKeyByIdentifier',
        'Releases_UpdateToSpecificPackageVersionByKeyByIdentifier',
      ].toSorted(),
    );
  });
});

describe('the server', async () => {
  const server = await testServer({ after });
  const { ids } = await createEntities(server, server.admin, server.folder.id);
  const admin = server.admin.in(server.folder.id);

  for (const { name, type } of sets)
    it(`answers the list ${name}`, async () => {
      const { status, body, text } = await admin.get(`/odata/${name}`);
      assert.equal(status, 200, text);
      const said = body['@odata.context'].split('/odata/$metadata#')[1];
      assert.equal(sets.find((set) => set.name === said)?.type, type);
    });

  it('names its sets where its description begins', async () => {
    const { body } = await admin.get('/odata');
    assert.deepEqual(
      body.value.map((set: { name: string }) => set.name),
      sets.map(({ name }) => name),
    );
    const { text, headers } = await admin.get('/odata/$metadata');
    assert.match(headers.get('content-type')!, /^application\/xml/);
    for (const { name } of sets) assert.ok(text.includes(`<EntitySet Name="${name}" `));
  });

  it('takes between the parentheses of a function what else stands behind the ?', async () => {
    const functions = 'UiPath.Server.Configuration.OData';
    const bucket = `/odata/Buckets(${ids.Buckets})/${functions}`;
    const file = await admin.get(`${bucket}.GetFile(path='matrix.txt')`);
    assert.equal(file.body.FullPath, '/matrix.txt');
    assert.deepEqual(file.body, (await admin.get(`${bucket}.GetFile?path=matrix.txt`)).body);
    const files = await admin.get(`${bucket}.GetFiles(directory='/',recursive=true,fileNameGlob=null)`);
    assert.equal(files.body.value.length, 1);
    const type = 'UiPath.Orchestrator.Application.Dto.RobotType';
    const runtimes = await admin.get(
      `/odata/Sessions/${functions}.GetMachineSessionRuntimes(runtimeType=${type}'Unattended')`,
    );
    assert.equal(runtimes.status, 200);
    const wrong = await admin.get(`${bucket}.GetFile(path=null)`);
    assert.equal(wrong.status, 400);
    assert.match(wrong.body.message, /path/);
    assert.equal((await admin.get(`${bucket}.GetFile(paht='matrix.txt')`)).status, 400);
  });

  it('answers what is called on queue items by both names of their set', async () => {
    const { body } = await admin.get(`/odata/Queues(${ids.QueueItems})`);
    assert.deepEqual(body, (await admin.get(`/odata/QueueItems(${ids.QueueItems})`)).body);
    const added = await admin.post('/odata/QueueItems/UiPathODataSvc.AddQueueItem', {
      itemData: { Name: 'Matrix1', SpecificContent: {} },
    });
    assert.equal(added.status, 201);
  });

  it('lists the exports of the caller alone', async () => {
    const { body } = await admin.post('/odata/Jobs/UiPath.Server.Configuration.OData.Export');
    const { body: mine } = await admin.get(`/odata/Exports?$filter=Id eq ${body.Id}`);
    assert.deepEqual(
      mine.value.map(({ Id }: { Id: number }) => Id),
      [body.Id],
    );
    const other = await server.user({ roles: ['Tenant Administrator'] });
    assert.deepEqual((await other.get('/odata/Exports')).body.value, []);
  });
});
