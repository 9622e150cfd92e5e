import { Worker } from 'node:worker_threads';

/**
 * The first of the two numbers that the watching thread shares: when the task began, in milliseconds of the
 * processor. 0 while there is no task.
 */
const BEGAN = 0;
const LOOK_MS = 100;

/**
 * The inside of a process of limited-processes.ts. It answers each message. It ends itself if an answer takes
 * more milliseconds of the processor than `cpuMs` (other load on the machine does not count), or if the
 * process that asks is gone. A second thread watches over that, because this one may be too busy.
 */
export function answerWithin<In>(cpuMs: number, answer: (message: In) => unknown): void {
  const shared = new Int32Array(new SharedArrayBuffer(4));
  const watching = new Worker(
    `const { workerData: { shared, cpuMs, parent } } = require('node:worker_threads');
     setInterval(() => {
       const { user, system } = process.cpuUsage();
       const began = Atomics.load(shared, ${BEGAN});
       const isLate = began > 0 && (user + system) / 1000 - began > cpuMs;
       if (isLate || process.ppid !== parent) process.kill(process.pid, 'SIGKILL');
     }, ${LOOK_MS})`,
    { eval: true, workerData: { shared, cpuMs, parent: process.ppid } },
  );
  watching.unref();
  // A terminal sends its signals to the whole group. The process that asked decides when this one ends.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
  process.on('disconnect', () => process.exit());
  process.on('message', (message: In) => {
    const { user, system } = process.cpuUsage();
    Atomics.store(shared, BEGAN, Math.max(1, Math.round((user + system) / 1000)));
    const answered = answer(message);
    Atomics.store(shared, BEGAN, 0);
    process.send!(answered);
  });
}
