// Three regions die while the collector refuses, answers with errors, and hangs: nobody notices but
// a counter.

import { afterEach, expect, test } from 'vitest';
import { play } from '../../../demo/io/player.ts';
import { startWorld, type World } from '../../../demo/io/world.ts';
import { buildReport, isClean } from '../../../demo/report.ts';
import { brisk } from '../../../demo/script.ts';
import { eventually } from '../../support/eventually.ts';
import { freePort } from '../../support/free-port.ts';
import { type LoopbackServer, serveLoopback } from '../../support/loopback-server.ts';
import { readOpenMetrics, sampleValue } from '../../support/openmetrics.ts';

let world: World | undefined;
let collector: LoopbackServer | undefined;
afterEach(async () => {
  await collector?.close();
  await world?.close();
});

test('no decision waits for a collector: not one that refuses, nor one that fails, nor one that hangs', async () => {
  const [port, telemetryPort] = [await freePort(), await freePort()];
  world = await startWorld({
    clients: 15,
    brokers: [],
    path: undefined,
    onHappening: () => {},
    telemetryPort,
    otlp: { endpoint: `http://127.0.0.1:${port}`, intervalMs: 500 },
  });
  await outageOf(world, 'eu-west');
  const refused = await rejected(telemetryPort);
  expect(refused).toBeGreaterThan(0);

  collector = await serveLoopback((_, response) => response.writeHead(500).end(), { port });
  await outageOf(world, 'us-east');
  const failed = await eventually(async () => {
    const count = await rejected(telemetryPort);
    expect(count).toBeGreaterThan(refused);
    return count;
  });

  await collector.close();
  let waiting = 0;
  collector = await serveLoopback(() => void waiting++, { port });
  await outageOf(world, 'ap-south');
  await eventually(async () => expect(await rejected(telemetryPort)).toBeGreaterThan(failed));
  expect(waiting).toBeGreaterThan(0);

  const report = buildReport(world.runLog());
  expect(report).toMatchObject({ clients: 15, moved: 15, returned: 15 });
  expect(isClean(report)).toBe(true);
}, 240_000);

async function outageOf(broken: World, region: string): Promise<void> {
  expect((await play(broken, 'refused', [region], brisk).ended).phase).toEqual({ kind: 'done' });
}

/** Exports that no collector took, as a scrape tells it meanwhile. */
async function rejected(port: number): Promise<number> {
  const accept = 'application/openmetrics-text; version=1.0.0';
  const response = await fetch(`http://127.0.0.1:${port}/metrics`, { headers: { accept } });
  const read = readOpenMetrics(await response.text());
  return sampleValue(read, 'regionpilot_telemetry_exports_total', '{result="rejected"}') ?? 0;
}
