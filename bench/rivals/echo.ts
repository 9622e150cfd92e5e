import { type Child, startChild } from '../child.ts';
import { openLine, requestBytes } from '../http-load.ts';
import { CONTENT, type Contender, OUTPUT } from './contender.ts';

/** Fastify that answers the body that it was sent and does nothing else with it. */
export async function echo(callers: number, headers: Readonly<Record<string, string>>): Promise<Contender> {
  const child: Child<{ url: string }> = await startChild('./serve-echo.ts');
  const target = { host: '127.0.0.1', port: Number(new URL(child.ready.url).port) };
  const lines = await Promise.all(Array.from({ length: callers }, () => openLine(target)));
  const send = (body: unknown) => {
    const bytes = requestBytes({ path: '/echo', headers, body });
    return (caller: number) => lines[caller]!.call(bytes);
  };
  const result = send({ transactionResult: { IsSuccessful: true, Output: OUTPUT } });
  return {
    name: 'bare Fastify echo',
    add: send({ itemData: { Name: 'Bench', Priority: 'Normal', SpecificContent: CONTENT } }),
    start: send({ transactionData: { Name: 'Bench' } }),
    result: (caller) => result(caller),
    async stop() {
      for (const line of lines) line.close();
      await child.stop();
    },
  };
}
