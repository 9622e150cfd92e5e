import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { type Answer, type Caller, type TestServer, testServer } from '../../server.fixture.ts';

export const operation = (name: string): string => `/odata/Buckets/UiPath.Server.Configuration.OData.${name}`;
export const ofBucket = (id: number, name: string): string =>
  `/odata/Buckets(${id})/UiPath.Server.Configuration.OData.${name}`;
export const at = (path: string): string => `path=${encodeURIComponent(path)}`;

/** What GetReadUri and GetWriteUri answer. */
export interface FileAccess {
  readonly Uri: string;
  readonly Verb: string;
  readonly RequiresAuth: boolean;
  readonly Headers: { readonly Keys: string[]; readonly Values: string[] };
}

/** Follows an address as a plain client does: with the verb and the headers, and nothing else. */
export function follow(access: FileAccess, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers);
  for (const [i, name] of access.Headers.Keys.entries()) headers.set(name, access.Headers.Values[i]!);
  return fetch(access.Uri, { method: access.Verb, ...init, headers });
}

/** A server with its administrator in the folder Shared, and the steps that tests of buckets share. */
export async function bucketServer(
  ends: Parameters<typeof testServer>[0],
  settings?: Readonly<Record<string, string>>,
) {
  const server: TestServer = await testServer(ends, settings);
  const admin = server.admin.in(server.folder.id);
  let names = 0;
  const ok = async (call: Promise<Answer>, status = 200): Promise<Answer['body']> => {
    const answer = await call;
    assert.equal(answer.status, status, answer.text);
    return answer.body;
  };
  const writeUri = (id: number, path: string, more = '', caller: Caller = admin): Promise<FileAccess> =>
    ok(caller.get(ofBucket(id, `GetWriteUri?${at(path)}${more}`)));
  const readUri = (id: number, path: string, more = '', caller: Caller = admin): Promise<FileAccess> =>
    ok(caller.get(ofBucket(id, `GetReadUri?${at(path)}${more}`)));
  return {
    server,
    admin,
    ok,
    writeUri,
    readUri,
    create: (more: object = {}, caller: Caller = admin): Promise<Answer['body']> =>
      ok(
        caller.post('/odata/Buckets', { Name: `Bucket ${++names}`, Identifier: randomUUID(), ...more }),
        201,
      ),
    async put(id: number, path: string, content: string | Uint8Array = path, type = 'text/plain') {
      const stored = await follow(await writeUri(id, path), {
        body: content,
        headers: { 'content-type': type },
      });
      assert.equal(stored.status, 201, await stored.text());
    },
    read: async (id: number, path: string): Promise<Response> => follow(await readUri(id, path)),
    /** Paths of all files, as in ListFiles. */
    async paths(id: number, query = ''): Promise<string[]> {
      const { items } = await ok(admin.get(`/api/Buckets/${id}/ListFiles${query}`));
      return items.map((item: { fullPath: string }) => item.fullPath);
    },
    newFolder: async (name: string): Promise<number> =>
      (
        await ok(
          server.admin.post('/odata/Folders', {
            DisplayName: name,
            ProvisionType: 'Automatic',
            PermissionModel: 'FineGrained',
          }),
          201,
        )
      ).Id,
    /** The events of buckets and their files after a given event. */
    events(since = 0) {
      return server.db.query<{ id: number; type: string; actor: string | null; payload: object }>({
        text: `select id, type, actor, payload from events where entity in ('Bucket', 'BlobFile') and id > $1 order by id`,
        values: [since],
      });
    },
    /** Keys of content that no row refers to. */
    unused: async (): Promise<string[]> =>
      (await server.db.query<{ key: string }>({ text: 'select key from unused_files', values: [] })).map(
        ({ key }) => key,
      ),
    keyOf: async (id: number, path: string): Promise<string> =>
      (await server.db.first<{ file_key: string }>({
        text: 'select file_key from bucket_files where bucket_id = $1 and path = $2',
        values: [id, path],
      }))!.file_key,
  };
}
