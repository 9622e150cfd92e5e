import { AsyncLocalStorage } from 'node:async_hooks';
import type { FastifyInstance } from 'fastify';
import { MACHINE_CLOCK } from '../../kernel/clock.ts';

const clocks = new AsyncLocalStorage<(() => number) | undefined>();
let isReplaced = false;

/** For calls to others, who live in the machine's time. */
export const byMachineClock = <T>(work: () => T): T => clocks.run(undefined, work);

/**
 * oidc-provider reads `Date.now()` and takes no other clock, so its tokens, sessions and grants would begin
 * and end by the machine's time. If a server has a clock of its own, `Date.now()` returns that clock's time
 * inside oidc-provider's calls. Otherwise nothing is replaced. Such a clock asks `MACHINE_CLOCK`, because
 * `Date.now()` would ask it again.
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
  // After the body was read, because the context of a call is lost on the way through its stream.
  scope.addHook('preHandler', (_request, _reply, done) => clocks.run(clock, done));
}
