// What a job of Baton can use: its arguments, its log, its stop request, queues and assets. It has no
// dependencies and runs on Node 20 or newer. Outside of a job (without BATON_* in the environment) `input()`
// is empty, and `output()` and the log print, so that a script can be tried by hand.

export { attach, attachments } from './attachments.mjs';
export { buckets, JobFailed, processes } from './buckets-and-processes.mjs';
export { OrchestratorError, orchestrator } from './client.mjs';
export { input, log, mask, output, stopRequested } from './job.mjs';
export { assets, queue } from './queue-and-assets.mjs';
