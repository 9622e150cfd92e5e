import type { Writable } from 'node:stream';
import { unavailable } from '../errors.ts';

const RETRY_SECONDS = 30;

interface Most {
  readonly inAll: number;
  /** A client that lost its connection opens the next before the server has noticed: two at least. */
  readonly ofOne: number;
  /** Name of the variable that limits all. */
  readonly setting: string;
}

/** Streams that stay open as long as their client wants. */
export interface EventStreams {
  /**
   * Takes a stream in, until it closes. Of its owner's the oldest ends where there are too many; where there
   * are too many in all it is refused with 503: who wants events can ask from time to time.
   */
  admit(owner: string, stream: Writable): void;
}

export function eventStreams({ inAll, ofOne, setting }: Most): EventStreams {
  const byOwner = new Map<string, Set<Writable>>();
  let all = 0;
  return {
    admit(owner, stream) {
      const own = byOwner.get(owner) ?? new Set();
      const oldest = own.size >= ofOne ? [...own][0] : undefined;
      if (!oldest && all >= inAll) {
        throw unavailable(`The server has ${inAll} event streams (${setting}).`, RETRY_SECONDS);
      }
      byOwner.set(owner, own.add(stream));
      all++;
      stream.once('close', () => {
        all--;
        own.delete(stream);
        if (own.size === 0 && byOwner.get(owner) === own) byOwner.delete(owner);
      });
      // Not ended in order: nobody may be there who takes what is left.
      oldest?.destroy();
    },
  };
}
