import { randomUUID } from 'node:crypto';
import { Agent } from 'node:http';
import { Writable } from 'node:stream';
import { writePackage } from '@baton/nupkg/write';
import { pino } from 'pino';
import { routes } from '../../apps/server/src/areas.ts';
import { createScimToken } from '../../apps/server/src/identity/scim/tokens.ts';
import type { Operation } from '../../apps/server/src/kernel/contract/operation.ts';
import { type Caller, type TestServer, testServer } from '../../apps/server/src/server.fixture.ts';
import { createEntities, type Entities } from '../entities.fixture.ts';
import { valueOf } from '../paths.fixture.ts';
import { bendPlan, bendWire } from './bend.ts';
import { elsewherePlan, formPlan, scimPlan } from './other-dialects.ts';
import { type Ground, type Plan, planOf } from './plan.ts';
import { type Random, randomFrom } from './random.ts';
import { asCurl, type Heard, send } from './send.ts';
import { wireOf } from './wire.ts';

export interface PlayOptions {
  readonly seed: number;
  readonly requests: number;
  /** Answers that take longer are told; Infinity where the machine may be loaded. */
  readonly slowMs: number;
  /** Calls under way at once. */
  readonly callers?: number;
}

export interface Fault {
  readonly what: string;
  readonly curl: string;
  /** What the server wrote into its log with it. */
  readonly log: string;
  times: number;
}

export interface Played {
  readonly faults: readonly Fault[];
  /** Answers by the first digit of their status. */
  readonly answers: Readonly<Record<string, number>>;
  readonly operations: number;
  readonly slowest: { readonly ms: number; readonly curl: string };
}

const MOST_ADDRESS = 15_000;

interface Ends {
  after(work: () => Promise<void>): void;
}

/**
 * One server, some thousand calls: valid by the declaration, most of them then bent, by callers with several
 * rights. A fault is an answer of 5xx or none at all, a slow one, and a list that cannot be read afterwards.
 */
export async function play(t: Ends, { seed, requests, slowMs, callers = 6 }: PlayOptions): Promise<Played> {
  const random = randomFrom(seed);
  const log = logOfErrors();
  const server = await testServer(t, { BATON_TRAFFIC: '' }, { log: log.logger });
  const ground = await groundOf(server);
  const people = await peopleOf(server, ground.entities);
  const operations = routes.map((route) => route.operation);
  const faults = new Map<string, Fault>();
  const answers: Record<string, number> = {};
  const called = new Set<string>();
  let slowest = { ms: 0, curl: '' };
  const agent = new Agent({ keepAlive: true, maxSockets: callers });
  t.after(async () => agent.destroy());

  const judge = ({ status, body, ms }: Heard, name: string, curl: string): void => {
    const kind = `${Math.floor(status / 100)}xx`;
    answers[kind] = (answers[kind] ?? 0) + 1;
    if (ms > slowest.ms) slowest = { ms, curl };
    const what =
      status === 0 || status >= 500
        ? `${name}: ${status || 'no answer'} ${body.slice(0, 900).replace(/"?traceId.*/, '')}`
        : ms > slowMs
          ? `${name}: ${Math.round(ms)} ms`
          : undefined;
    if (what === undefined) return;
    const written = log.take(body);
    const key = `${name} ${status} ${written.split('\n')[0]}`;
    const known = faults.get(key);
    if (known) known.times++;
    else faults.set(key, { what, curl, log: written, times: 1 });
  };

  const one = async (): Promise<void> => {
    const plan = anyPlan(operations, random, ground);
    called.add(plan.name);
    const bends = random.of([0, 0, 0, 1, 1, 2]);
    for (let i = 0; i < bends; i++) bendPlan(plan, random);
    const wire = wireOf(plan);
    if (random.chance(0.1)) bendWire(wire, random);
    const { token, label } = plan.name.startsWith('SCIM') ? people.directory : random.of(people.all);
    if (token) wire.headers.authorization ??= `Bearer ${token}`;
    const heard = await send(server.url, wire, plan.isStream, agent);
    // A server may hang up on an address of 16 kB and more before it is whole; its answer can get lost then.
    if (heard.status === 0 && wire.target.length > MOST_ADDRESS) return;
    judge(heard, plan.name, `${asCurl(server.url, wire)} # ${label}`);
  };
  let left = requests;
  const caller = async (): Promise<void> => {
    while (left-- > 0) await one();
  };
  await Promise.all(Array.from({ length: callers }, caller));
  for (const { name, path, headers } of lists(operations, server)) {
    const token = people.keeper.token;
    const wire = {
      method: 'GET',
      target: path,
      headers: { ...headers, authorization: `Bearer ${token}` },
      body: undefined,
    };
    judge(await send(server.url, wire, false, agent), `${name} afterwards`, asCurl(server.url, wire));
  }
  return { faults: [...faults.values()], answers, operations: called.size, slowest };
}

function anyPlan(operations: readonly Operation[], random: Random, ground: Ground): Plan {
  const roll = random.below(20);
  if (roll === 0) return scimPlan(random, ground.known);
  if (roll === 1) return formPlan(random, ground.known);
  if (roll === 2 && random.chance(0.3)) return elsewherePlan(random);
  return planOf(random.of(operations), random, ground);
}

async function groundOf(server: TestServer): Promise<Ground & { entities: Entities }> {
  const entities = await createEntities(server, server.admin, server.folder.id);
  const second = await createEntities(server, server.admin, server.folder.id);
  const { rows: people } = await identityIds(server);
  const bytes = await writePackage({
    id: 'Fuzzed',
    version: '1.0.0',
    files: [
      { path: 'main.mjs', content: 'console.log(1);' },
      { path: 'baton.json', content: JSON.stringify({ runtime: 'node', main: 'main.mjs' }) },
    ],
    entryPoints: [{ path: 'main.mjs' }],
  });
  const both = [entities, second];
  return {
    entities,
    folderId: server.folder.id,
    packages: [bytes, new TextEncoder().encode('no zip')],
    known: {
      numbers: both.flatMap((some) => Object.values(some.ids)),
      guids: [
        ...both.flatMap((some) => Object.values(some.keys)),
        ...people,
        server.organizationId,
        randomUUID(),
      ],
      texts: [
        ...both.flatMap((some) => Object.values(some.names)),
        'Matrix1',
        'Shared',
        'admin',
        'Administrators',
      ],
    },
    valueOf: (operation, name) =>
      name === 'partitionGlobalId' ? server.organizationId : valueOf(operation, name, entities),
  };
}

async function identityIds(server: TestServer): Promise<{ rows: string[] }> {
  const rows = await server.db.query<{ id: string }>({
    text: `select id::text from identity_users union all select id::text from identity_groups limit 20`,
    values: [],
  });
  return { rows: rows.map(({ id }) => id) };
}

type Person = { readonly token: string | undefined; readonly label: string };

/**
 * Callers of several rights; `keeper` calls nothing that is bent, so that nothing takes its rights away
 * by chance.
 */
async function peopleOf(
  server: TestServer,
  entities: Entities,
): Promise<{ readonly all: readonly Person[]; readonly directory: Person; readonly keeper: Person }> {
  const as = (label: string, { token }: Pick<Caller, 'token'>): Person => ({ label, token });
  const scopes = [...new Set(routes.flatMap(({ operation }) => (operation.scope ? [operation.scope] : [])))];
  const administrator = as('administrator', server.admin);
  const directory = await createScimToken(server.db, server.organizationId);
  return {
    all: [
      administrator,
      administrator,
      administrator,
      as('robots of the folder', await server.user({ folderRoles: { [server.folder.id]: ['Robot'] } })),
      as('a user who sees queues', await server.user({ permissions: ['Queues.View', 'Jobs.View'] })),
      as('an application with all scopes', await server.app(scopes)),
      as('an application that reads', await server.app(scopes.map((scope) => `${scope}.Read`))),
      as('the other tenant', server.otherTenant),
      { label: 'a machine', token: await entities.machineToken() },
      { label: 'nobody', token: undefined },
      { label: 'a directory', token: directory.token },
    ],
    directory: { label: 'a directory', token: directory.token },
    keeper: as(
      'keeper',
      await server.user({
        roles: ['Administrator'],
        folderRoles: { [server.folder.id]: ['Folder Administrator'] },
      }),
    ),
  };
}

/** Each list of the API as it stands, whole. */
function lists(
  operations: readonly Operation[],
  server: TestServer,
): { name: string; path: string; headers: Record<string, string> }[] {
  return operations
    .filter(({ method, path, answer, query = {} }) => {
      const needsMore = Object.values(query).some((field) => field.options.required);
      return method === 'GET' && answer.kind === 'many' && !path.includes('{') && !needsMore;
    })
    .flatMap(({ id, path, folder, odata }) => {
      const headers: Record<string, string> =
        folder === 'none' ? {} : { 'x-uipath-organizationunitid': String(server.folder.id) };
      const expands = Object.keys(odata?.options.includes('e') ? odata.entity.navigations : {});
      return [
        { name: id, path, headers },
        ...expands.map((name) => ({ name: `${id} with ${name}`, path: `${path}?$expand=${name}`, headers })),
      ];
    });
}

/** SCIM and pages answer without one: the last of theirs is told. */
const NO_TRACE = '';

/** Keeps what is logged as an error, by the trace id that the answer has too. */
function logOfErrors(): { readonly logger: pino.Logger; take(body: string): string } {
  const byTrace = new Map<string, string>();
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      const line = JSON.parse(chunk.toString()) as {
        traceId?: string;
        msg: string;
        err?: { stack?: string };
      };
      byTrace.set(line.traceId ?? NO_TRACE, line.err?.stack ?? line.msg);
      done();
    },
  });
  return {
    logger: pino({ level: 'error' }, stream),
    take(body) {
      const traceId = /"traceId":"([^"]+)"/.exec(body)?.[1] ?? NO_TRACE;
      const found = byTrace.get(traceId) ?? '';
      byTrace.delete(traceId);
      return found.split('\n').slice(0, 6).join('\n');
    },
  };
}
