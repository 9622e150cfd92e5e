import assert from 'node:assert/strict';
import type { Answer } from './server.fixture.ts';

/** A table of calls that are refused. */
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
