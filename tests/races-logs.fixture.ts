import sql from 'sql-template-tag';
import { type Race, race } from './races.fixture.ts';

const SUBMIT = '/api/Logs/SubmitLogs';
/** Partitions of this month and the next two are there from the beginning. */
let monthsAhead = 3;

export const LOG_RACES: readonly Race[] = [
  race({
    name: 'lines are written while their month gets a partition',
    often: 0.5,
    async prepare() {
      const months = monthsAhead++;
      const month = new Date(Date.UTC(new Date().getUTCFullYear(), new Date().getUTCMonth() + months, 15));
      return { months, timeStamp: month.toISOString(), mark: `month ${months}` };
    },
    calls: ({ months, timeStamp, mark }, nodes, { db }) => [
      () => db.execute(sql`select ensure_log_partitions(${months}::int)`),
      ...Array.from(
        { length: 12 },
        (_, n) => () =>
          nodes[n % 2]!.post(SUBMIT, [JSON.stringify({ message: mark, level: 'Information', timeStamp })]),
      ),
    ],
    async check({ mark, timeStamp }, [, ...answers], { db, nodes }) {
      const acknowledged = answers.filter(({ status }) => status === 200).length;
      const wrong = answers.filter(({ status }) => status !== 200).map(({ text }) => `refused: ${text}`);
      const { body } = await nodes[0].get(`/odata/RobotLogs?$filter=Message eq '${mark}'&$top=100`);
      const stored = await db.query<{ place: string }>(sql`
        select tableoid::regclass::text as place from robot_logs where message = ${mark}`);
      if (body.value.length !== acknowledged || stored.length !== acknowledged)
        wrong.push(
          `${acknowledged} lines were acknowledged, ${stored.length} are there, ${body.value.length} shown`,
        );
      const partition = `robot_logs_${timeStamp.slice(0, 7).replace('-', '_')}`;
      if (stored.some(({ place }) => place !== partition))
        wrong.push(`lines of ${partition} are in ${stored.map(({ place }) => place)}`);
      return wrong;
    },
  }),
];
