import { PgBoss } from 'pg-boss';
import { CONTENT, type Contender, OUTPUT } from './contender.ts';

/** pg-boss in this process, without HTTP. */
export async function pgBoss(url: string, connections: number): Promise<Contender> {
  const boss = new PgBoss({ connectionString: url, max: connections, supervise: false, schedule: false });
  boss.on('error', () => {});
  await boss.start();
  await boss.createQueue('bench');
  return {
    name: 'pg-boss',
    add: () => boss.send('bench', CONTENT),
    start: async () => (await boss.fetch('bench'))[0]?.id,
    result: (_, id) => boss.complete('bench', id as string, OUTPUT),
    bulk: (count) =>
      boss.insert(
        'bench',
        Array.from({ length: count }, () => ({ data: CONTENT })),
      ),
    stock: async (count) => {
      for (let left = count; left > 0; left -= 1000)
        await boss.insert(
          'bench',
          Array.from({ length: Math.min(1000, left) }, () => ({ data: CONTENT })),
        );
    },
    stop: () => boss.stop({ graceful: false }),
  };
}
