import assert from 'node:assert/strict';
import { after, it } from 'node:test';
import fc from 'fast-check';
import sql from 'sql-template-tag';
import type { JobStateVerdict } from '../../../../../packages/contract/src/robots-service.ts';
import { testServer } from '../../server.fixture.ts';
import {
  addAccount,
  addMachine,
  addProcess,
  connect,
  type Host,
  job,
  reapNow,
  type StartedJob,
  start,
} from './robot-kit.fixture.ts';

const server = await testServer({ after });
const admin = server.admin.in(server.folder.id);
await addAccount(server);
const slots = [2, 1];
const machines = await Promise.all(slots.map((count) => addMachine(server, { slots: count })));
const release = await addProcess(admin);
/** Two hosts of the first machine, one of the second: each has the slots of its machine. */
const owners = [machines[0]!, machines[0]!, machines[1]!];
const limits = [2, 2, 1];
const labels = [['one'], ['one', 'two'], []];

type Step =
  | {
      readonly kind: 'start';
      readonly count: number;
      readonly priority: number;
      readonly requires: readonly string[];
    }
  | { readonly kind: 'heartbeat'; readonly host: number; readonly renew: boolean }
  | {
      readonly kind: 'report';
      readonly order: number;
      readonly state: 'Running' | 'Successful' | 'Faulted' | 'Stopped';
    }
  | { readonly kind: 'stop'; readonly job: number; readonly strategy: 'SoftStop' | 'Kill' }
  | { readonly kind: 'loseLease'; readonly order: number }
  | { readonly kind: 'loseHost'; readonly host: number }
  | { readonly kind: 'goodbye'; readonly host: number }
  | { readonly kind: 'reap' };

const index = fc.nat(1000);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('start' as const),
      count: fc.integer({ min: 1, max: 4 }),
      priority: fc.constantFrom(10, 50, 90),
      requires: fc.constantFrom([], [], ['one'], ['one', 'two'], ['three']),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant('heartbeat' as const), host: index, renew: fc.boolean() }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('report' as const),
      order: index,
      state: fc.constantFrom('Running', 'Running', 'Successful', 'Faulted', 'Stopped'),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('stop' as const),
      job: index,
      strategy: fc.constantFrom('SoftStop', 'Kill'),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('loseLease' as const), order: index }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('loseHost' as const), host: index }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('goodbye' as const), host: index }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('reap' as const) }) },
);
/** Each inner list happens at the same time. */
const script = fc.array(fc.array(step, { minLength: 1, maxLength: 5 }), { minLength: 5, maxLength: 25 });

interface Given {
  readonly key: string;
  readonly executionId: string;
  readonly host: Host;
}

const pick = <T>(items: readonly T[], i: number): T | undefined => items[i % (items.length || 1)];
/** One of the last few: what is long over cannot go wrong any more. */
const recent = <T>(items: readonly T[], i: number): T | undefined => pick(items.slice(-6), i);

const FINAL = new Set(['Successful', 'Faulted', 'Stopped']);

/** What the outside has seen; nothing here knows how the server works. */
class World {
  readonly hosts: readonly Host[];
  readonly jobs: StartedJob[] = [];
  readonly given: Given[] = [];
  readonly required = new Map<string, readonly string[]>();
  readonly begun = new Map<string, Set<string>>();
  readonly results = new Map<string, Set<string>>();
  /** Leases lost, by job; goodbyes may have given back any. */
  readonly losses = new Map<string, number>();
  goodbyes = 0;
  constructor(hosts: readonly Host[]) {
    this.hosts = hosts;
  }

  async play(each: Step): Promise<void> {
    switch (each.kind) {
      case 'start': {
        const info = {
          ReleaseKey: release.Key,
          JobsCount: each.count,
          SpecificPriorityValue: each.priority,
          InputArguments: '{"queue":"q"}',
          Requires: each.requires,
        };
        const answer = await start(admin, info);
        assert.equal(answer.status, 201, answer.text);
        this.jobs.push(...answer.body.value);
        for (const { Key } of answer.body.value) this.required.set(Key, each.requires);
        return;
      }
      case 'heartbeat':
        return this.heartbeat(pick(this.hosts, each.host)!, each.renew);
      case 'report': {
        const order = recent(this.given, each.order);
        if (order) this.note(order, each.state, await order.host.report(order, each.state));
        return;
      }
      case 'stop': {
        const target = recent(this.jobs, each.job);
        const answer = target && (await admin.post(job(target.Id, 'StopJob'), { strategy: each.strategy }));
        if (answer) assert.ok(answer.status === 200 || answer.status === 409, answer.text);
        return;
      }
      case 'loseLease': {
        const key = recent(this.given, each.order)?.key;
        if (!key) return;
        this.losses.set(key, (this.losses.get(key) ?? 0) + 1);
        await server.db.execute(sql`
          update jobs set lease_until = now() - interval '1 second' where key = ${key}::uuid and lease_until is not null`);
        return;
      }
      case 'loseHost':
        await server.db.execute(sql`
          update sessions set reporting_at = now() - interval '1 hour', responsive_until = now() - interval '1 hour'
           where key = ${pick(this.hosts, each.host)!.sessionKey}`);
        return;
      case 'goodbye': {
        const i = each.host % this.hosts.length;
        this.goodbyes++;
        await owners[i]!.caller.post('/api/RobotsService/StopService', {
          sessionKey: this.hosts[i]!.sessionKey,
        });
        return;
      }
      case 'reap':
        await reapNow(server);
    }
  }

  async heartbeat(host: Host, renew: boolean): Promise<void> {
    const begunBefore = new Set(this.begun.keys());
    const held = renew
      ? this.given
          .filter((order) => order.host === host)
          .map(({ key, executionId }) => ({ jobKey: key, executionId, jobState: 'Pending' }))
      : [];
    for (const { key, executionId } of await host.orders(held)) {
      assert.ok(!begunBefore.has(key), 'a job that has begun is never given away');
      const has = labels[this.hosts.indexOf(host)]!;
      for (const label of this.required.get(key) ?? [])
        assert.ok(has.includes(label), `${key} requires ${label}, its host has ${has.join()}`);
      if (!this.given.some((order) => order.executionId === executionId))
        this.given.push({ key, executionId, host });
    }
  }

  note({ key, executionId }: Given, state: string, verdict: JobStateVerdict): void {
    assert.equal(verdict.jobKey, key);
    if (!verdict.accepted) return;
    const map = state === 'Running' ? this.begun : this.results;
    map.set(
      key,
      (map.get(key) ?? new Set()).add(state === 'Running' ? executionId : `${executionId} ${state}`),
    );
  }

  async check(): Promise<void> {
    for (const [key, executions] of this.begun)
      assert.equal(executions.size, 1, `${key} was begun by ${executions.size} executions`);
    for (const [key, orders] of Map.groupBy(this.given, ({ key }) => key)) {
      const most = 1 + (this.losses.get(key) ?? 0) + this.goodbyes;
      assert.ok(orders.length <= most, `${key} was given away ${orders.length} times`);
    }
    for (const [key, results] of this.results)
      assert.equal(results.size, 1, `${key} has the results ${[...results].join(', ')}`);
    const taken = await server.db.query<{ key: string; taken: number }>(sql`
      select s.key, count(*)::int as taken from sessions s join jobs j on j.session_id = s.id
       where j.state in (1, 2, 3) or (j.state = 0 and j.lease_until > now()) group by 1`);
    for (const { key, taken: count } of taken) {
      const i = this.hosts.findIndex((host) => host.sessionKey === key);
      if (i >= 0) assert.ok(count <= limits[i]!, `${count} jobs in ${limits[i]} slots`);
    }
    const rows = await server.db.query<{ key: string; state: string; events: string[] }>(sql`
      select j.key, (array['Pending','Running','Stopping','Terminating','Faulted','Successful','Stopped'])[j.state + 1] as state,
             array(select e.type from events e where e.entity_key = j.key::text and e.entity = 'Job' order by e.id) as events
        from jobs j where j.id = any(${this.jobs.map(({ Id }) => Id)}::bigint[])`);
    for (const { key, state, events } of rows) {
      const ends = events.filter((type) => ['job.faulted', 'job.completed', 'job.stopped'].includes(type));
      assert.equal(ends.length, FINAL.has(state) ? 1 : 0, `${key} is ${state} after ${events.join(', ')}`);
      assert.ok(events.filter((type) => type === 'job.started').length <= 1, events.join(', '));
      for (const result of this.results.get(key) ?? [])
        assert.ok(result.endsWith(` ${state}`), `${key} is ${state}, reported ${result}`);
    }
  }
}

it('whatever happens: one execution, one end, and never more jobs than slots', {
  timeout: 600_000,
}, async () => {
  const hosts: Host[] = [];
  for (const [i, owner] of owners.entries()) hosts.push(await connect(owner, { labels: labels[i] }));
  await fc.assert(
    fc.asyncProperty(script, async (steps) => {
      // What an earlier script left behind is over; its results were checked.
      await server.db.execute(sql`update jobs set state = 6, ended_at = now() where state not in (4, 5, 6)`);
      const world = new World(hosts);
      for (const together of steps) {
        await Promise.all(together.map((each) => world.play(each)));
        await world.check();
      }
    }),
    { numRuns: Number(process.env.BATON_PROPERTY_RUNS ?? 25), endOnFailure: true },
  );
});
