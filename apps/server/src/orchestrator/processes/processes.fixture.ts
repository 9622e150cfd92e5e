import assert from 'node:assert/strict';
import { type Answer, type Caller, type TestServer, testServer } from '../../server.fixture.ts';
import { publishSample } from '../packages/packages.fixture.ts';

export const RELEASES = '/odata/Releases';
export const NS = 'UiPath.Server.Configuration.OData';
export const at = (id: number, name = ''): string => `${RELEASES}(${id})${name && `/${NS}.${name}`}`;
export const byKey = (name: string, key: string): string => `${RELEASES}/${NS}.${name}(identifier=${key})`;
export const UNKNOWN = '3f2504e0-4f89-41d3-9a0c-0305e82c3301';
export const INVOICES = { Name: 'Invoices', ProcessKey: 'Invoices', ProcessVersion: '1.0.0' };

export interface Release {
  readonly Id: number;
  readonly Key: string;
  readonly ProcessVersion: string;
  readonly [name: string]: unknown;
}

/** A server with two versions of a package, and its administrator as a caller in the folder. */
export async function withPackages(
  t: Parameters<typeof testServer>[0],
): Promise<{ server: TestServer; admin: Caller }> {
  const server = await testServer(t);
  const admin = server.admin.in(server.folder.id);
  for (const version of ['1.0.0', '1.1.0'])
    assert.equal((await publishSample(admin, 'Invoices', version)).status, 200);
  return { server, admin };
}

export async function create(caller: Caller, more: Record<string, unknown> = {}): Promise<Release> {
  const made = await caller.post(RELEASES, { ...INVOICES, ...more });
  assert.equal(made.status, 201, made.text);
  return made.body;
}

export const read = async (caller: Caller, id: number): Promise<Answer['body']> =>
  (await caller.get(at(id))).body;
export const setting = (id: number): string => `/odata/ReleaseRetention(${id})`;
