import fastify from 'fastify';
import { sayReady } from './child.ts';

// What Fastify alone can do with the same bodies: it parses the JSON and answers it.
const app = fastify();
app.post('/echo', (request, reply) => reply.send(request.body));
sayReady({ url: await app.listen({ host: '127.0.0.1', port: 0 }) }, () => app.close());
