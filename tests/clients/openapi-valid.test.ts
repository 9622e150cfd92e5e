import assert from 'node:assert/strict';
import { after, it } from 'node:test';
import { createConfig, lintFromString } from '@redocly/openapi-core';
import { testServer } from '../../apps/server/src/server.fixture.ts';
import { DOCUMENTS } from '../documents.fixture.ts';

// The rules that the vendor of the tool recommends, on the documents as they are served.
const server = await testServer({ after });

for (const [name, path] of Object.entries(DOCUMENTS)) {
  it(`${name} passes the validator`, async () => {
    const config = await createConfig({ extends: ['recommended'] });
    const { text: source } = await server.anonymous.get(path);
    const problems = await lintFromString({ source, absoluteRef: `${name}.json`, config });
    const told = problems.map(
      ({ severity, ruleId, message, location }) =>
        `${severity} ${ruleId}: ${message} (${location[0]?.pointer ?? ''})`,
    );
    assert.deepEqual(
      told.filter((problem) => !EXPECTED.some((each) => problem.startsWith(each))),
      [],
    );
  });
}

/** The first is a server under test; the others are how the API is made: its names, and its paths. */
const EXPECTED = ['warn no-server-example.com', 'warn tag-description', 'warn no-ambiguous-paths'];
