import { writePackage } from '@baton/nupkg/write';
import sql from 'sql-template-tag';
import type { Answer, Caller, TestServer } from '../../server.fixture.ts';

export const INVOICE_INPUT = {
  type: 'object',
  properties: { queue: { type: 'string' }, limit: { type: 'integer', default: 10 } },
  required: ['queue'],
};

/** A package with two Python scripts. The first one takes `queue` and `limit`. */
export const samplePackage = (
  id: string,
  version: string,
  more: { readonly input?: Record<string, unknown>; readonly text?: string } = {},
): Promise<Buffer> =>
  writePackage({
    id,
    version,
    title: `${id} robot`,
    description: 'Books invoices',
    authors: 'Accounting',
    releaseNotes: 'First',
    tags: 'sample invoices',
    files: [
      { path: 'main.py', content: `print(${JSON.stringify(more.text ?? version)})\n` },
      { path: 'report.py', content: 'print(1)\n' },
    ],
    entryPoints: [
      {
        path: 'main.py',
        input: more.input ?? INVOICE_INPUT,
        output: { type: 'object', properties: { booked: { type: 'integer' } } },
      },
      { path: 'report.py' },
    ],
    targetRuntime: 'python',
  });

export const UPLOAD = '/odata/Processes/UiPath.Server.Configuration.OData.UploadPackage';

export const publishSample = async (
  caller: Caller,
  id: string,
  version: string,
  more: Parameters<typeof samplePackage>[2] = {},
): Promise<Answer> =>
  caller.upload(UPLOAD, {
    fileName: `${id}.${version}.nupkg`,
    bytes: await samplePackage(id, version, more),
  });

/** Number of FeedType's FolderHierarchy: a folder with a feed of its own. */
export const OWN_FEED = 4;

/** Writes to the table directly, so that tests of packages do not depend on the rules of folders. */
export async function addFolder(
  server: TestServer,
  path: string,
  more: { feedType?: number; parentId?: number } = {},
): Promise<number> {
  const { feedType = 1, parentId = null } = more;
  const folder = await server.db.first<{ id: number }>(sql`
    insert into folders (tenant_id, display_name, path, feed_type, parent_id, ancestors)
    values (${server.tenant.id}, ${path.split('/').at(-1)}, ${path}, ${feedType}, ${parentId}::bigint,
            array_remove(array[${parentId}::bigint], null)) returning id`);
  server.parts.services.live.notify('folders');
  return folder!.id;
}
