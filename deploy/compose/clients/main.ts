// Client services for the compose file: light clients of one home, each with an agent of its own, that
// use the compose file's Redis regions as a quiet payment service would. They say when they move.

import { createServer } from 'node:http';
import { openBus } from '../../../bus/index.ts';
import { planFleet } from '../../../demo/fleet-plan.ts';
import { type Endpoints, startFleet } from '../../../demo/io/fleet.ts';

const home = wanted('REGIONPILOT_HOME');
const endpoints = endpointsFrom(wanted('REGIONPILOT_REGIONS'));
const count = Number(process.env['REGIONPILOT_CLIENTS'] ?? 10);

const bus = await openBus({
  kind: 'kafka',
  brokers: wanted('REGIONPILOT_KAFKA_BROKERS').split(','),
  clientId: `clients-${home}`,
});
const fleet = await startFleet({
  bus,
  group: process.env['REGIONPILOT_GROUP'] ?? 'payments-cache',
  topicPrefix: process.env['REGIONPILOT_PREFIX'] ?? 'regionpilot.',
  endpoints,
  clients: planFleet(count, [home]).map((plan) => ({ ...plan, name: `${home}/${plan.name}` })),
  holdMs: 5_000,
  onMove: (move) => say({ event: 'clientMoved', ...move }),
  onFailure: (failure) => say({ event: 'commandFailed', ...failure }),
});
fleet.work();
say({ event: 'started', home, clients: count });

const health = createServer((request, response) => {
  const known = request.url === '/healthz';
  response.writeHead(known ? 200 : 404, { 'content-type': 'application/json' });
  response.end(JSON.stringify(known ? fleet.counts() : { error: 'no such door' }));
}).listen(Number(process.env['PORT'] ?? 9464));

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void end());

async function end(): Promise<void> {
  health.close();
  health.closeAllConnections();
  await fleet.close();
  await bus.close();
  say({ event: 'stopped', ...fleet.counts() });
}

function wanted(name: string): string {
  const value = process.env[name];
  if (value !== undefined && value !== '') return value;
  console.error(`clients: ${name} is not set`);
  process.exit(2);
}

/** `eu-west=redis-eu-west:6379,us-east=…` */
function endpointsFrom(text: string): Endpoints {
  return Object.fromEntries(
    text.split(',').map((part) => {
      const [region = '', host = '', port = '6379'] = part.trim().split(/[=:]/);
      return [region, { host, port: Number(port) }];
    }),
  );
}

function say(event: object): void {
  console.log(JSON.stringify({ time: new Date().toISOString(), ...event }));
}
