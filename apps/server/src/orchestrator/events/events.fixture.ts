import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { CUT } from './contract.ts';

export interface Shown {
  readonly id: string;
  readonly type: string;
  readonly time: string;
  readonly entity: string;
  readonly key: string;
  readonly folderId: number | null;
  readonly actor: string | null;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface Opened {
  readonly status: number;
  readonly type: string | null;
  /** What has come so far, in its order. */
  readonly events: readonly Shown[];
  /** Messages that there was a gap. */
  readonly gaps: readonly unknown[];
  /** Ids of messages, as a client keeps them for `Last-Event-ID`. */
  readonly ids: readonly string[];
  /** Settles when the stream has ended, by whomever. */
  readonly ended: Promise<void>;
  close(): void;
}

/** A client of the stream, as browsers read it: lines, messages ended by an empty one. */
export async function openStream(
  url: string,
  headers: Readonly<Record<string, string>>,
  heard: (event: Shown) => void = () => undefined,
): Promise<Opened> {
  const closing = new AbortController();
  const answer = await fetch(url, {
    headers: { accept: 'text/event-stream', ...headers },
    signal: closing.signal,
  });
  const events: Shown[] = [];
  const ids: string[] = [];
  const gaps: unknown[] = [];
  const read = async (): Promise<void> => {
    const fields: Record<string, string> = {};
    for await (const line of createInterface({ input: Readable.fromWeb(answer.body as never) })) {
      const [, name, value] = /^(\w+): ?(.*)$/.exec(line) ?? [];
      if (name !== undefined) fields[name] = value!;
      if (line !== '') continue;
      if (fields.event === CUT) gaps.push(JSON.parse(fields.data!));
      else if (fields.data !== undefined) {
        const event = JSON.parse(fields.data) as Shown;
        events.push(event);
        ids.push(fields.id!);
        heard(event);
      }
      for (const each of Object.keys(fields)) delete fields[each];
    }
  };
  return {
    status: answer.status,
    type: answer.headers.get('content-type'),
    events,
    gaps,
    ids,
    ended: answer.ok ? read().catch(() => undefined) : Promise.resolve(),
    close: () => closing.abort(),
  };
}
