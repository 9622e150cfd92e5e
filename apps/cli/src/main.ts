import { enableCompileCache, flushCompileCache } from 'node:module';
import { compileCache } from './folders.ts';

// Loading the server's TypeScript takes 0.9 s, and 0.6 s if its compiled form is cached. If the cache cannot
// be written, nothing is cached.
enableCompileCache(compileCache());
const { run } = await import('./run.ts');

// A reader that closes the pipe early (`baton job logs … | head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

const code = await run(process.argv.slice(2), {
  env: process.env,
  cwd: process.cwd(),
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
});
flushCompileCache();
process.stdout.write('', () => process.exit(code));
