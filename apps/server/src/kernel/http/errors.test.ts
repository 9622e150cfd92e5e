import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { Writable } from 'node:stream';
import { it } from 'node:test';
import fastify from 'fastify';
import { watchStorage } from '../files/watch-storage.ts';
import { answerErrors } from './errors.ts';

it('logs what the database refuses and the declarations let through: the answer cannot say it all', async (t) => {
  const lines: { level: number; err?: { code?: string } }[] = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      lines.push(JSON.parse(String(chunk)));
      done();
    },
  });
  const app = fastify({ logger: { level: 'warn', stream } });
  t.after(() => app.close());
  answerErrors(app, watchStorage([tmpdir()], Date.now), () => []);
  app.get('/:code', ({ params }) => {
    throw Object.assign(new Error('refused'), { code: (params as { code: string }).code });
  });
  const statuses: number[] = [];
  for (const code of ['23514', '23502', '23505', '40001'])
    statuses.push((await app.inject(`/${code}`)).statusCode);
  assert.deepEqual(statuses, [400, 400, 409, 409]);
  assert.deepEqual(
    lines.map(({ level, err }) => [level, err?.code]),
    [
      [40, '23514'],
      [40, '23502'],
    ],
  );
});
