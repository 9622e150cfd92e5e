import { AsyncLocalStorage } from 'node:async_hooks';
import type { FastifyInstance } from 'fastify';
import { MACHINE_CLOCK } from '../../kernel/clock.ts';

const clocks = new AsyncLocalStorage<(() => number) | undefined>();
let isReplaced = false;

/** For what is answered by others, who live in the machine's time. */
export const byMachineClock = <T>(work: () => T): T => clocks.run(undefined, work);

/**
 * oidc-provider reads `Date.now()` and takes no other clock: its tokens, sessions and grants would begin and
 * end by the machine's. Where a server has a clock of its own, `Date.now()` tells that one inside of its
 * calls. Without one nothing is replaced. Such a clock asks `MACHINE_CLOCK`, since `Date.now()` would ask it
 * again.
 */
export function keepTime(scope: FastifyInstance, clock: () => number): void {
  if (clock === MACHINE_CLOCK.now) return;
  if (!isReplaced) {
    const machine = Date.now;
    Date.now = () => {
      const own = clocks.getStore();
      return own ? byMachineClock(own) : machine();
    };
    isReplaced = true;
  }
  // After the body was read: what belongs to a call is lost on the way through its stream.
  scope.addHook('preHandler', (_request, _reply, done) => clocks.run(clock, done));
}
