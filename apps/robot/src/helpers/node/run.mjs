// `node run.mjs FILE`: how the robot starts Node. The file runs. If it exports a function as default or as
// `main`, the function is called with the input arguments, and its result becomes the output arguments.
// Without a file it was started ahead, and waits until descriptor 3 says what to run (start-ahead.ts).
import { closeSync, readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

// `import { queue } from 'baton'` works in a package that does not carry the helper itself.
registerHooks({
  resolve(specifier, context, next) {
    if (specifier !== 'baton') return next(specifier, context);
    return { url: new URL('./baton.mjs', import.meta.url).href, format: 'module', shortCircuit: true };
  },
});

if (process.argv.length === 2) {
  const told = readFileSync(3, 'utf8');
  closeSync(3);
  if (told === '') process.exit(0); // nobody needs it any more
  const { cwd, env, args } = JSON.parse(told);
  process.chdir(cwd);
  for (const name of Object.keys(process.env)) if (!(name in env)) delete process.env[name];
  Object.assign(process.env, env);
  process.argv.push(...args);
}
const file = resolve(process.argv[2]);
process.argv.splice(1, 2, file);
// A soft stop is only a request: without this handler, SIGTERM would end Node at once.
process.on('SIGTERM', () => import('./job.mjs').then(({ askToStop }) => askToStop()));

const module = await import(pathToFileURL(file).href);
// The default export of a CommonJS module is the module itself.
const start = [module.default, module.main, module.default?.main].find(
  (found) => typeof found === 'function',
);
if (start) {
  // Loaded only after the job's own code, so that a script that does not use the helper does not wait for it.
  const { input, output } = await import('./job.mjs');
  const result = await start(input());
  if (result !== undefined && result !== null) {
    output(typeof result === 'object' && !Array.isArray(result) ? result : { result });
  }
}
