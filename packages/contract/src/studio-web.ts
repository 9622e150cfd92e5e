// Made from the server's declarations by `npm run contract`.
import type { NoInput, Operation } from './operation.ts';

/** Changes nothing: there is nothing to switch on before the first run. */
export const enableFirstRun: Operation<NoInput, undefined> = {
  id: 'StudioWeb_TryEnableFirstRun',
  method: 'POST',
  path: '/api/StudioWeb/TryEnableFirstRun',
  answer: 'nothing',
};

/** Changes nothing: nobody needs a license. */
export const acquireLicense: Operation<NoInput, undefined> = {
  id: 'StudioWeb_AcquireLicense',
  method: 'POST',
  path: '/api/StudioWeb/AcquireLicense',
  answer: 'nothing',
};
