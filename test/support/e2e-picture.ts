// Draws the README's picture of the console: a region of the demo's world dies, its clients are moved,
// somebody is told, and the overview is taken as it is then. `npm run console-picture`.

import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { startWorld } from '../../demo/io/world.ts';
import { launchOptions, visit } from './e2e-browser.ts';
import { operatorOn } from './e2e-operator.ts';

/** Calm before the outage, ms: figures of a minute need some past. */
const calmMs = 40_000;
/** From the move to the picture, ms: the alert is told and old failures leave the figures. */
const settledMs = 6_000;
const file = fileURLToPath(new URL('../../docs/images/console.png', import.meta.url));

const world = await startWorld({
  clients: 200,
  brokers: [],
  path: undefined,
  httpPort: 0,
  onHappening: () => undefined,
});
const browser = await chromium.launch(launchOptions);
try {
  const { page } = await visit(browser, { theme: 'dark', width: 1280, height: 900 });
  const { open, sees, breaks } = operatorOn(page, world.snapshot().console ?? '');
  await open('/');
  await sees(/All regions are healthy and 200 clients follow/);
  await page.waitForTimeout(calmMs);
  await breaks('eu-west', 'frozen');
  await sees('Clients were moved, and it worked.');
  await sees(/told pagerduty, webhook/);
  await page.waitForTimeout(settledMs);
  await page.evaluate('document.activeElement?.blur()');
  await page.screenshot({ path: file });
  console.log(`the picture is ${file}`);
} finally {
  await browser.close();
  await world.close();
}
