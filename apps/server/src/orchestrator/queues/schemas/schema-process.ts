import { answerWithin } from '../../../kernel/background/answer-within.ts';
import { BoundedMap } from '../../../kernel/bounded-map.ts';
import { type Check, compileSchema } from './compile-schema.ts';
import { CPU_MS, type SchemaAnswer, type SchemaWork } from './schema-work.ts';

/** A process that compiles and checks for json-schema.ts. */
const compiled = new BoundedMap<string, Check>(100);

function checkOf(schema: string): Check {
  let check = compiled.get(schema);
  if (!check) {
    check = compileSchema(schema);
    compiled.set(schema, check);
  }
  return check;
}

answerWithin(CPU_MS, ({ schema, texts }: SchemaWork): SchemaAnswer => {
  try {
    const check = checkOf(schema);
    return { problems: texts.map((text) => check(JSON.parse(text))) };
  } catch (error) {
    return { error: (error as Error).message };
  }
});
