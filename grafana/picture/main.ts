/**
 * `npm run dashboard-picture`: plays two outages in the demo's world under the eyes of a real
 * Prometheus, and draws the top of the *Regions* dashboard in the middle of the second one, from
 * what its panels' queries answer. Writes docs/images/regions.svg, and
 * build/regions.png to look at where there is a Chromium.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { play } from '../../demo/io/player.ts';
import { startWorld, type World } from '../../demo/io/world.ts';
import { freePort } from '../../test/support/free-port.ts';
import { startPrometheus } from '../../test/support/prometheus.ts';
import { take } from './io/take.ts';
import { page } from './page.ts';

const clients = 45;
const rows = 51;
const scrapeSeconds = 1;
/** How much of the past is seen. */
const spanMs = 56_000;
const root = join(import.meta.dirname, '../..');
const board = join(import.meta.dirname, '../dashboards/regionpilot-regions.json');

const port = await freePort();
const prometheus = await startPrometheus({ targets: [`127.0.0.1:${port}`] });
const world = await startWorld({
  clients,
  brokers: [],
  path: process.env['PATH'],
  telemetryPort: port,
  onHappening: ({ what }) => console.error(what),
});
try {
  const toMs = await twoOutages(world);
  const span = { fromMs: toMs - spanMs, toMs, stepSeconds: scrapeSeconds };
  const dashboard = JSON.parse(readFileSync(board, 'utf8'));
  const { url: prometheusUrl } = prometheus;
  const taken = await take({ prometheusUrl, dashboard, rows, scrapeSeconds, span });
  write(page(taken));
} finally {
  await world.close();
  await prometheus.stop();
}

/** The first is over and everybody home again; the second is under way. Answers now, ms. */
async function twoOutages(world: World): Promise<number> {
  const { phase } = await play(world, 'refused', ['eu-west'], { calmMs: 20_000, awayMs: 12_000 })
    .ended;
  if (phase.kind === 'gaveUp') throw new Error(phase.why);
  await sleep(12_000);
  await world.inject('us-east', 'frozen');
  await sleep(12_000);
  return Date.now();
}

function write(svg: string): void {
  const file = join(root, 'docs/images/regions.svg');
  const look = join(root, 'build/regions.png');
  for (const each of [file, look]) mkdirSync(dirname(each), { recursive: true });
  writeFileSync(file, `${svg}\n`);
  const [, width = '', height = ''] = /width="(\d+)" height="(\d+)"/.exec(svg) ?? [];
  const { status } = spawnSync('chromium', [
    '--headless',
    '--no-sandbox',
    '--disable-gpu',
    '--hide-scrollbars',
    '--default-background-color=00000000',
    '--force-device-scale-factor=1.5',
    `--window-size=${width},${height}`,
    `--screenshot=${look}`,
    `file://${file}`,
  ]);
  console.error(status === 0 ? `${file} and ${look}` : `${file}; no chromium, no PNG`);
}
