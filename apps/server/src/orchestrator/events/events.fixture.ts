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
  /** The events received so far, in order. */
  readonly events: readonly Shown[];
  /** Messages about gaps. */
  readonly gaps: readonly unknown[];
  /** Ids of messages, which a client keeps for `Last-Event-ID`. */
  readonly ids: readonly string[];
  /** Settles when either side has ended the stream. */
  readonly ended: Promise<void>;
  close(): void;
}

/** A client that reads the stream as browsers do: line by line, with an empty line after each message. */
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
