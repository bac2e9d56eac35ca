// Readers that ask for everything and then read nothing: they hold neither memory nor a place for long,
// and nobody else up.

import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import {
  Registry,
  sample,
  startTelemetryServer,
  type TelemetryServer,
} from '@regionpilot/telemetry';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { eventually } from '../../support/eventually.ts';

/** Some megabytes of text, more than the two sockets take in by themselves. */
const samples = Array.from({ length: 1_500 }, (_, i) =>
  sample(
    'regionpilot.decisions',
    { group: `${String(i).padStart(4, '0')}-${'long'.repeat(1_500)}`, reason: 'initial' },
    i,
  ),
);

let server: TelemetryServer;
let sockets: Socket[];

async function open(answerMs: number): Promise<void> {
  const registry = new Registry();
  server = await startTelemetryServer({
    port: 0,
    answerMs,
    collect: () => registry.gather(samples),
    readiness: () => ({ ready: true, reasons: [] }),
  });
}

beforeEach(() => {
  sockets = [];
});
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  await server.close();
});

async function askAndReadNothing(): Promise<Socket> {
  const socket = connect(server.port, '127.0.0.1');
  sockets.push(socket);
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  socket.pause();
  socket.write('GET /metrics HTTP/1.1\r\nhost: x\r\n\r\n');
  return socket;
}

const get = (path: string): Promise<Response> => fetch(`http://127.0.0.1:${server.port}${path}`);

test('a reader that stands still loses its connection, and others are served meanwhile', async () => {
  await open(3_000);
  const began = performance.now();
  const slow = await askAndReadNothing();
  expect((await get('/healthz')).status).toBe(200);
  const whole = await (await get('/metrics')).text();
  expect(whole.length).toBeGreaterThan(8_000_000);
  await eventually(() => expect(performance.now() - began).toBeGreaterThan(4_000));
  // What lay in the sockets still comes, and then the end, before all of it.
  let bytes = 0;
  slow.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
  });
  slow.resume();
  await once(slow, 'close');
  expect(bytes).toBeLessThan(whole.length);
});

test('more readers at once than eight are told to come again, until places are free', async () => {
  await open(60_000);
  const slow = await Promise.all(Array.from({ length: 8 }, askAndReadNothing));
  await eventually(async () => {
    const refused = await get('/healthz');
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).toBe('1');
  });
  slow[0]?.destroy();
  await eventually(async () => expect((await get('/healthz')).status).toBe(200));
});
