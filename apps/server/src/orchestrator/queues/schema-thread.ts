import { parentPort } from 'node:worker_threads';
import type { Check } from './compile-schema.ts';
import { compileSchema } from './compile-schema.ts';
import type { SchemaAnswer, SchemaWork } from './json-schema.ts';

/** A thread that compiles and checks for json-schema.ts. */
const compiled = new Map<string, Check>();
const MOST = 100;

function checkOf(schema: string): Check {
  let check = compiled.get(schema);
  if (!check) {
    check = compileSchema(schema);
    if (compiled.size >= MOST) compiled.delete(compiled.keys().next().value!);
    compiled.set(schema, check);
  }
  return check;
}

parentPort!.on('message', ({ schema, texts }: SchemaWork) => {
  let answer: SchemaAnswer;
  try {
    const check = checkOf(schema);
    answer = { problems: texts.map((text) => check(JSON.parse(text))) };
  } catch (error) {
    answer = { error: (error as Error).message };
  }
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, no window
  parentPort!.postMessage(answer);
});
