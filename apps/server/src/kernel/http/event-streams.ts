import type { Writable } from 'node:stream';
import { unavailable } from '../errors.ts';

const RETRY_SECONDS = 30;

interface Most {
  readonly inAll: number;
  /**
   * A client that has lost its connection opens the next one before the server notices, so there are
   * at least two.
   */
  readonly ofOne: number;
  /** The name of the variable that limits all. */
  readonly setting: string;
}

/** Streams that stay open as long as their client wants. */
export interface EventStreams {
  /**
   * Adds a stream until it closes. If its owner has too many, the oldest one ends. If there are too many in
   * total, the stream is refused with 503, and the client can ask for events from time to time.
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
      // It is not ended in order, because nobody may be there to take the rest.
      oldest?.destroy();
    },
  };
}
