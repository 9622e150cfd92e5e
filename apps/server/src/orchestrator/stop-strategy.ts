import { enumeration } from '../kernel/contract/enumeration.ts';

/** How jobs are ended: processes and jobs say it. */
export const StopStrategy = enumeration('StopStrategy', { SoftStop: 1, Kill: 2 });
