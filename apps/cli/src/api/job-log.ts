import type { Client } from '@baton/client/client';
import { getRobotLogs, type LogDto } from '@baton/contract/robot-logs';

const SHOWN = ['Id', 'TimeStamp', 'Level', 'Message'] as const;

export type LogLine = Pick<LogDto, (typeof SHOWN)[number]>;

const PAGE = 1000;

/**
 * Reads what a job has logged since the last call, in the order of arrival. It goes by id and not by time. A
 * robot sends one batch after the other, so no line of a job gets a lower id later. The clocks of its
 * processes, however, may differ.
 */
export function logReader(client: Client, jobKey: string): (signal?: AbortSignal) => Promise<LogLine[]> {
  let last = 0;
  return async (signal) => {
    const lines: LogLine[] = [];
    for (;;) {
      const options = {
        $filter: `JobKey eq ${jobKey} and Id gt ${last}`,
        $orderby: 'Id',
        $top: PAGE,
        $select: SHOWN,
        $count: false,
      };
      const { value } = await client.call(getRobotLogs, {}, { options, signal });
      lines.push(...value);
      last = value.at(-1)?.Id ?? last;
      if (value.length < PAGE) return lines;
    }
  };
}
