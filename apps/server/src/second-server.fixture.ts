import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { readConfig } from './config.ts';
import { startServer } from './main.ts';

interface Ends {
  after(work: () => Promise<void>): void;
}

/**
 * Starts the same server in a process of its own, like a second node: the two share the database and nothing
 * else. Answers its address. It ends with the test.
 */
export async function startSecondServer(
  t: Ends,
  environment: Readonly<Record<string, string>>,
): Promise<{ readonly url: string; readonly pid: number }> {
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', fileURLToPath(import.meta.url)],
    {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      env: { ...process.env, BATON_TRAFFIC: '', BATON_LOG_LEVEL: 'silent', ...environment },
    },
  );
  t.after(() => end(child));
  const [url] = await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(() => Promise.reject(new Error('The second server does not start.'))),
  ]);
  return { url: String(url), pid: child.pid! };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.disconnect();
  await ended;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { url, stop } = await startServer(readConfig(process.env));
  // Works even if the test was killed, because its end of the channel closes then.
  process.once('disconnect', () => void stop().finally(() => process.exit()));
  process.send!(url);
}
