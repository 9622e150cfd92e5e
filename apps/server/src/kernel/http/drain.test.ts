import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import fastify from 'fastify';
import { watchConnections } from './connections.ts';
import { drain } from './drain.ts';

test('a stop waits neither for event streams, nor for connections that are kept or say nothing', {
  timeout: 600_000,
}, async (t) => {
  const app = fastify({ forceCloseConnections: false, return503OnClosing: false });
  const connections = watchConnections(app.server);
  const cut: number[] = [];
  app.addHook('preClose', (done) => {
    void drain(app.server, connections, { deadlineMs: 600_000, onCut: (count) => cut.push(count) });
    done();
  });
  app.get('/plain', async () => 'answered');
  app.get('/events', (_, reply) => {
    const body = new PassThrough();
    body.write(': connected\n\n');
    return reply.header('content-type', 'text/event-stream').send(body);
  });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  const silent = connect((app.server.address() as AddressInfo).port, '127.0.0.1');
  t.after(() => silent.destroy());
  await once(silent, 'connect');
  silent.on('error', () => undefined);
  assert.equal(await (await fetch(`${url}/plain`)).text(), 'answered');
  const stream = (await fetch(`${url}/events`)).body!.getReader();
  assert.match(new TextDecoder().decode((await stream.read()).value), /connected/);

  const silentEnded = once(silent, 'close');
  await app.close();
  assert.equal((await stream.read()).done, true, 'the stream came to its end, and was not cut');
  await silentEnded;
  assert.deepEqual(cut, []);
});

test('a call that comes on a kept connection after the stop began is answered, as the last one', {
  timeout: 600_000,
}, async (t) => {
  const app = fastify({ forceCloseConnections: false, return503OnClosing: false });
  const connections = watchConnections(app.server);
  const begun = Promise.withResolvers<void>();
  app.addHook('preClose', (done) => {
    void drain(app.server, connections, { deadlineMs: 600_000, onCut: () => undefined });
    done();
    begun.resolve();
  });
  app.get('/plain', async () => 'answered');
  await app.listen({ host: '127.0.0.1', port: 0 });
  const kept = connect((app.server.address() as AddressInfo).port, '127.0.0.1');
  t.after(() => kept.destroy());
  const call = async (): Promise<string> => {
    kept.write('GET /plain HTTP/1.1\r\nhost: baton\r\n\r\n');
    return String((await once(kept, 'data'))[0]);
  };
  assert.match(await call(), /connection: keep-alive[^]*answered$/i);
  const closed = app.close();
  await begun.promise;
  assert.match(await call(), /connection: close[^]*answered$/i);
  await closed;
});

test('a call that takes longer than the deadline is cut, and counted', { timeout: 600_000 }, async () => {
  const app = fastify({ forceCloseConnections: false, return503OnClosing: false });
  const connections = watchConnections(app.server);
  const cut: number[] = [];
  app.addHook('preClose', (done) => {
    void drain(app.server, connections, { deadlineMs: 1, onCut: (count) => cut.push(count) });
    done();
  });
  const begun = Promise.withResolvers<void>();
  app.get('/never', () => {
    begun.resolve();
    return new Promise(() => undefined);
  });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  const call = assert.rejects(fetch(`${url}/never`));
  await begun.promise;
  await app.close();
  await call;
  assert.deepEqual(cut, [1]);
});
