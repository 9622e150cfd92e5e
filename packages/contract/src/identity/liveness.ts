// Made from the server's declarations by `npm run contract`.
import type { NoInput, Operation } from '../operation.ts';

/** Answers when the server does. */
export const getLiveness: Operation<NoInput, undefined> = {
  id: 'Liveness_Get',
  method: 'GET',
  path: '/identity/api/Liveness',
  answer: 'nothing',
};
