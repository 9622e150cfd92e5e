import { setTimeout as delay } from 'node:timers/promises';
import sql from 'sql-template-tag';
import type { Caller } from '../apps/server/src/server.fixture.ts';
import { type Race, race } from './races.fixture.ts';

const EXPORT = '/odata/RobotLogs/UiPath.Server.Configuration.OData.Export?$top=1';

/** Until it has ended, however long that takes: the race has its own patience. */
async function ended(caller: Caller, id: number): Promise<string> {
  for (;;) {
    const { body } = await caller.get(`/odata/Exports(${id})`);
    if (!['New', 'InProgress'].includes(body.Status)) return body.Status;
    await delay(20);
  }
}

export const EXPORT_RACES: readonly Race[] = [
  race({
    name: 'every server is woken for each of many exports',
    often: 0.5,
    prepare: async () => undefined,
    calls: (_, nodes) =>
      Array.from({ length: 8 }, (__, n) => async () => {
        const asked = await nodes[n % 2]!.post(EXPORT);
        if (asked.status === 200) await ended(nodes[n % 2]!, asked.body.Id);
        return asked;
      }),
    async check(_, answers, { nodes, db }) {
      const wrong: string[] = [];
      for (const { status, text, body } of answers) {
        if (status !== 200) {
          wrong.push(`asking for an export answered ${status} ${text}`);
          continue;
        }
        const shown = await nodes[0].get(`/odata/Exports(${body.Id})`);
        const row = await db.first<{ attempts: number; error: string | null }>(
          sql`select attempts, error from exports where id = ${body.Id}`,
        );
        if (shown.body.Status !== 'Completed' || row?.attempts !== 1)
          wrong.push(`export ${body.Id} is ${shown.text} after ${row?.attempts} attempts: ${row?.error}`);
      }
      return wrong;
    },
  }),
];
