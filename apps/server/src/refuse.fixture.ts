import assert from 'node:assert/strict';
import type { Answer } from './server.fixture.ts';

/** Checks a table of calls, each of which has to be refused. */
export async function refuse(
  cases: readonly (readonly [string, Promise<Answer> | Answer, number, number, RegExp?])[],
): Promise<void> {
  for (const [name, call, status, code, message] of cases) {
    const { status: actual, body, text } = await call;
    assert.equal(actual, status, `${name}: ${text}`);
    assert.equal(body.errorCode, code, name);
    if (message) assert.match(body.message, message, name);
  }
}
