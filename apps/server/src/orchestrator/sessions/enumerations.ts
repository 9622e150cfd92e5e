import { raw, type Sql } from 'sql-template-tag';
import { enumeration } from '../../kernel/contract/enumeration.ts';

export const SessionState = enumeration('SessionState', {
  Available: 0,
  Busy: 1,
  Disconnected: 2,
  Unknown: 3,
});

/** Whether the robot of a session still answers. `row` is the name of the row in SQL. */
export const isConnected = (row: string): Sql =>
  raw(`(${row}.state = ${SessionState.Available} and ${row}.responsive_until > now())`);
