import sql, { type Sql } from 'sql-template-tag';
import { byLabel, type Metric } from '../../kernel/metrics/metric.ts';
import { ENDABLE, STARTABLE } from './transactions/transitions.ts';

/** Whoever has more waiting need not know by how many, and the count stays cheap. */
const MOST = 100_000;

export const queueMetrics: readonly Metric[] = [
  {
    name: 'baton_queue_items',
    kind: 'gauge',
    help: `Items of queues that wait, those that are deferred apart, or are being worked on; each up to ${MOST}.`,
    async read(db) {
      const upTo = (which: Sql): Sql =>
        sql`(select count(*) from (select from queue_items where ${which} limit ${MOST}) i)`;
      const row = (await db.first<Readonly<Record<string, number>>>(sql`
        select ${upTo(sql`status in ${STARTABLE} and not waits`)} as "New", ${upTo(sql`status in ${STARTABLE} and waits`)} as "Deferred",
               ${upTo(sql`status in ${ENDABLE}`)} as "InProgress"`))!;
      return byLabel('state', Object.keys(row), new Map(Object.entries(row)));
    },
  },
  {
    name: 'baton_queue_items_ended',
    kind: 'gauge',
    help: 'Items that queues have counted as ended, by outcome, a few minutes late; a deleted queue takes its own along.',
    async read(db) {
      const row = (await db.first<Readonly<Record<string, number>>>(sql`
        select coalesce(sum(successful), 0)::float8 as "Successful", coalesce(sum(retried), 0)::float8 as "Retried",
               coalesce(sum(application_exceptions), 0)::float8 as "ApplicationException",
               coalesce(sum(business_exceptions), 0)::float8 as "BusinessException" from queue_totals`))!;
      return byLabel('outcome', Object.keys(row), new Map(Object.entries(row)));
    },
  },
];
