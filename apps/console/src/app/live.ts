import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { clientOf, type Place } from '../api/calls.ts';

/** Since when the page is up to date by itself; or since when not. */
export interface Liveness {
  readonly isLive: boolean;
  readonly since: Date;
}

const FIRST_WAIT_MS = 1000;
const MOST_WAIT_MS = 30_000;
/** Answers are read anew at most so often, however much happens. */
const GATHER_MS = 1000;
const FOR_EVER = 2 ** 31 - 1;

/** For what an event tells of, the operations whose answers may have changed. */
const ANSWERS: Readonly<Record<string, RegExp>> = {
  Job: /^(Jobs|RobotLogs|Stats)_/,
  Release: /^Releases_/,
  Folder: /^Folders/,
};

/** Follows what happens in the tenant, and has the answers read anew that it may have changed. */
export function useLive({ organization, tenant }: Place): Liveness {
  const queries = useQueryClient();
  const [liveness, tell] = useState<Liveness>(() => ({ isLive: false, since: new Date() }));
  useEffect(() => {
    const leaving = new AbortController();
    const follow = follower({ organization, tenant }, gatherer(queries, organization, tenant), (isLive) =>
      tell((before) => (before.isLive === isLive ? before : { isLive, since: new Date() })),
    );
    void follow(leaving.signal);
    return () => leaving.abort();
  }, [queries, organization, tenant]);
  return liveness;
}

function gatherer(queries: QueryClient, organization: string, tenant: string) {
  const changed = new Set<string>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const readAnew = (): void => {
    timer = undefined;
    const patterns = [...changed].flatMap((entity) => ANSWERS[entity] ?? []);
    changed.clear();
    void queries.invalidateQueries({
      predicate: ({ queryKey }) => {
        // Those of tables stand behind a word (parts/table/source.ts).
        const [org, name, , id] = queryKey[0] === 'list' ? queryKey.slice(1) : queryKey;
        return (
          org === organization && name === tenant && patterns.some((pattern) => pattern.test(String(id)))
        );
      },
    });
  };
  return (entity: string): void => {
    changed.add(entity);
    timer ??= setTimeout(readAnew, GATHER_MS);
  };
}

/** By `fetch`, because an EventSource sends no token. */
function follower(place: Place, happened: (entity: string) => void, tell: (isLive: boolean) => void) {
  let last: string | undefined;
  let wait = FIRST_WAIT_MS;
  const once = async (signal: AbortSignal): Promise<void> => {
    const answer = await clientOf(place).fetch('/api/Events', {
      headers: { accept: 'text/event-stream', ...(last && { 'last-event-id': last }) },
      signal,
      timeoutMs: FOR_EVER,
    });
    if (!answer.ok || !answer.body) throw new Error(`The stream is refused: ${answer.status}`);
    tell(true);
    wait = FIRST_WAIT_MS;
    const lines = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = '';
    for (;;) {
      const { value, done } = await lines.read();
      if (done) return;
      const messages = (rest + value).split('\n\n');
      rest = messages.pop() ?? '';
      for (const message of messages) {
        last = /^id: ?(.*)$/m.exec(message)?.[1] ?? last;
        const data = /^data: ?(.*)$/m.exec(message)?.[1];
        const entity = data && entityOf(data);
        if (entity) happened(entity);
      }
    }
  };
  return async (signal: AbortSignal): Promise<void> => {
    while (!signal.aborted) {
      try {
        await once(signal);
      } catch {
        // It is opened again below; meanwhile the page says that it is not live.
      }
      if (signal.aborted) return;
      tell(false);
      await new Promise((resolve) => setTimeout(resolve, wait));
      wait = Math.min(wait * 2, MOST_WAIT_MS);
    }
  };
}

function entityOf(data: string): string | undefined {
  try {
    return (JSON.parse(data) as { readonly entity?: string }).entity;
  } catch {
    return undefined;
  }
}
