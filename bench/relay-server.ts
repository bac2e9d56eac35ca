// The relay of the bench, in a process of its own as in an API: one tail on Kafka, many streams.

import type { AddressInfo } from 'node:net';
import { openKafkaBus } from '@regionpilot/bus/kafka';
import fastify from 'fastify';
import { startRelay } from '../api/io/relay.ts';

export type RelayServerPlan = { readonly brokers: readonly string[]; readonly topic: string };

process.on('message', (message: { readonly plan?: RelayServerPlan; readonly order?: string }) => {
  if (message.plan !== undefined) void serve(message.plan);
  if (message.order === 'stop') process.exit(0);
});
process.once('disconnect', () => process.exit(0));

async function serve({ brokers, topic }: RelayServerPlan): Promise<void> {
  const bus = openKafkaBus({ kind: 'kafka', brokers, clientId: 'bench-relay' });
  const relay = await startRelay({ bus, topic });
  const server = fastify();
  const identity = { actor: 'bench', scope: 'relay', auth: 'none', expiresMs: null } as const;
  server.get(relay.stream.path, (request, reply) => {
    relay.stream.open(request, reply, identity);
    return reply;
  });
  await server.listen({ port: 0, host: '127.0.0.1' });
  const wait = setInterval(() => {
    if (!relay.isCaughtUp()) return;
    clearInterval(wait);
    const { port } = server.server.address() as AddressInfo;
    process.send?.({ url: `http://127.0.0.1:${port}` });
  }, 20);
}
