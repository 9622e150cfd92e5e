import { backoff } from './backoff.ts';
import type { Link } from './link.ts';
import { type Log, messageOf } from './log.ts';

/** The server pings every 15 s. A stream that is silent for this long is dead, even if TCP keeps it open. */
const SILENCE_MS = 45_000;

/**
 * Keeps the stream open until the signal fires. `onOpen` and each `event: commands` tell of possible work.
 */
export async function followEvents(
  link: Link,
  path: string,
  on: { open(): void; closed(): void; commands(): void },
  log: Log,
  signal: AbortSignal,
): Promise<void> {
  const wait = backoff(signal);
  while (!signal.aborted) {
    const silence = new AbortController();
    const timer = setTimeout(() => silence.abort(new Error('the stream fell silent')), SILENCE_MS);
    try {
      const response = await link.get(path, 'text/event-stream', AbortSignal.any([signal, silence.signal]));
      on.open();
      wait.reset();
      await readEvents(
        response,
        (event) => event === 'commands' && on.commands(),
        () => timer.refresh(),
      );
    } catch (error) {
      if (!signal.aborted) log.debug({ error: messageOf(error) }, 'the event stream ended');
    } finally {
      clearTimeout(timer);
      on.closed();
    }
    await wait.next().catch(() => {});
  }
}

async function readEvents(
  response: Response,
  onEvent: (name: string) => void,
  onData: () => void,
): Promise<void> {
  if (!response.body) return;
  let held = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body) {
    onData();
    held += decoder.decode(chunk, { stream: true });
    const lines = held.split('\n');
    held = (lines.pop() ?? '').slice(-1000);
    for (const line of lines) if (line.startsWith('event:')) onEvent(line.slice(6).trim());
  }
}
