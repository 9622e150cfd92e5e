import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import openapiTypes, { astToString } from 'openapi-typescript';
import { testServer } from '../../apps/server/src/server.fixture.ts';
import { DOCUMENTS } from '../documents.fixture.ts';

// Types that openapi-typescript makes of the documents: a program that uses them compiles under the strictest
// settings, and what it calls answers as they say.
const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));
const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
const STRICT = {
  strict: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  target: 'es2024',
  module: 'nodenext',
  lib: ['es2024', 'dom'],
  types: ['node'],
  allowImportingTsExtensions: true,
  noEmit: true,
};

const PROGRAM = `
import assert from 'node:assert/strict';
import createClient from 'openapi-fetch';
import type { paths as Identity } from './Identity.ts';
import type { components, paths as Orchestrator } from './Orchestrator.ts';

const { BASE_URL: baseUrl, TOKEN, FOLDER, ORGANIZATION } = process.env as Record<string, string>;
const headers = { authorization: 'Bearer ' + TOKEN };
const orchestrator = createClient<Orchestrator>({ baseUrl: baseUrl!, headers });
const identity = createClient<Identity>({ baseUrl: baseUrl + '/identity', headers });
const header = { 'X-UIPATH-OrganizationUnitId': Number(FOLDER) };

const { data: queue } = await orchestrator.POST('/odata/QueueDefinitions', {
  params: { header },
  body: { Name: 'Typed', MaxNumberOfRetries: 2 },
});
assert.ok(queue);
const id: number = queue.Id!;
const description: string | null | undefined = queue.Description;
assert.equal(description, null);

const { data: item } = await orchestrator.POST('/odata/Queues/UiPathODataSvc.AddQueueItem', {
  params: { header },
  body: { itemData: { Name: 'Typed', Priority: 'High', SpecificContent: { Amount: 1 } } },
});
const status: components['schemas']['QueueItemDto']['Status'] = item!.Status!;
assert.equal(status, 'New');

const { data: list } = await orchestrator.GET('/odata/QueueDefinitions', {
  params: { header, query: { $filter: 'Id eq ' + id, $top: 1, $count: true } },
});
const names: string[] = list!.value.map(({ Name }) => Name);
assert.deepEqual(names, ['Typed']);

const { error, response } = await orchestrator.GET('/odata/QueueDefinitions({key})', {
  params: { header, path: { key: 9999 } },
});
assert.equal(response.status, 404);
const code: number = error!.errorCode;
assert.equal(code, 1002);

const { data: users } = await identity.GET('/api/User/users/{partitionGlobalId}', {
  params: { path: { partitionGlobalId: ORGANIZATION! }, query: { top: 10 } },
});
assert.ok(users!.totalCount! > 0);
// @ts-expect-error -- no such priority
await orchestrator.POST('/odata/Queues/UiPathODataSvc.AddQueueItem', { body: { itemData: { Priority: 'Now' } } });
`;

it('compile strictly, and the calls that they type are answered so', async () => {
  const server = await testServer({ after });
  // Below the project, so that the program finds its packages.
  const folder = await mkdtemp(join(root, 'tests', 'clients', '.generated-'));
  after(() => rm(folder, { recursive: true, force: true }));
  for (const [name, path] of Object.entries(DOCUMENTS)) {
    const { text } = await server.anonymous.get(path);
    await writeFile(join(folder, `${name}.ts`), astToString(await openapiTypes(text)));
  }
  await writeFile(join(folder, 'program.ts'), PROGRAM);
  const settings = { compilerOptions: STRICT, files: ['program.ts', 'Orchestrator.ts', 'Identity.ts'] };
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(settings));
  const compiled = await run(process.execPath, [compiler, '-p', folder]).catch(
    (error: { stdout: string }) => error,
  );
  assert.equal(compiled.stdout, '');
  await run(process.execPath, [join(folder, 'program.ts')], {
    env: {
      BASE_URL: server.url,
      TOKEN: server.admin.token!,
      FOLDER: String(server.folder.id),
      ORGANIZATION: server.organizationId,
    },
  });
});
