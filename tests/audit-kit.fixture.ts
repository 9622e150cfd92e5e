import assert from 'node:assert/strict';
import { after } from 'node:test';
import { type Answer, testServer } from '../apps/server/src/server.fixture.ts';

// What the tests of the audit share: a server, those whom they make, and what must stand nowhere.
export const server = await testServer({ after });
export const { admin, db, organizationId } = server;
export const API = '/identity/api';
export const here = { partitionGlobalId: organizationId };

export const done = async (answer: Promise<Answer>): Promise<Answer['body']> => {
  const { status, text, body } = await answer;
  assert.ok(status >= 200 && status < 300, `${status} ${text}`);
  return body;
};

/** What must stand nowhere. */
export const needles: string[] = [];
export const secret = (text: string): string => {
  needles.push(text);
  return text;
};

/** Of what was made, by names. */
export const ids: Record<string, string> = {};
export const idOf = (name: string): string => ids[name] ?? assert.fail(name);
