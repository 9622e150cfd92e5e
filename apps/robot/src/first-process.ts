/**
 * As the first process of a container, a program gets every orphan as its child, and must wait for each to
 * end, or else its entry stays in the table of processes for ever. Node waits only for what it has started;
 * a shell waits for all. So the shell takes the place of this process, and starts it again below itself.
 */
const SCRIPT = `
"$@" &
robot=$!
trap 'kill -TERM "$robot" 2>/dev/null' TERM INT HUP
while :; do
  wait "$robot"
  code=$?
  kill -0 "$robot" 2>/dev/null || exit "$code"
done`;

const MARK = 'BATON_FIRST_PROCESS';

/** Whether a shell in front of this process is the first one of a container. When that ends, all jobs do. */
export const isBelowFirst = (environment: NodeJS.ProcessEnv): boolean => environment[MARK] === '1';

/** Does not return in the first process of a container. */
export function leaveFirstProcess(): void {
  if (process.pid !== 1 || process.platform === 'win32' || !process.execve) return;
  const again = [process.execPath, ...process.execArgv, ...process.argv.slice(1)];
  const environment = Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
  process.execve('/bin/sh', ['sh', '-c', SCRIPT, 'sh', ...again], { ...environment, [MARK]: '1' });
}
