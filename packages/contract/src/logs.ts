// Made from the server's declarations by `npm run contract`.
import type { Operation } from './operation.ts';

/** Stores log lines: all of them or, where one is not readable, none. */
export const submitLogs: Operation<{ readonly body: readonly unknown[] }, undefined> = {
  id: 'Logs_SubmitLogs',
  method: 'POST',
  path: '/api/Logs/SubmitLogs',
  answer: 'nothing',
};

/** Stores one log line. */
export const submitLog: Operation<{ readonly body: unknown }, undefined> = {
  id: 'Logs_Post',
  method: 'POST',
  path: '/api/Logs',
  answer: 'nothing',
};
