// Takes pictures of every page in both themes and two widths, with a made-up fleet in an outage, and
// asks axe about each: `npm run console:shots [name…]`. Pictures go to build/shots; `--quick` takes one
// theme per width. With CONSOLE_URL set, the pages of that console are taken instead.

import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { type Fixture, startFixture } from '../test/support/console-fixture.ts';

const names = process.argv.slice(2).filter((word) => !word.startsWith('--'));
const quick = process.argv.includes('--quick');
const folder = fileURLToPath(new URL('../build/shots/', import.meta.url));
const axeSource = readFileSync(
  createRequire(import.meta.url).resolve('axe-core/axe.min.js'),
  'utf8',
);

type Shot = {
  readonly name: string;
  readonly path: string;
  /** ms after the first failure. */
  readonly at: number;
  readonly token?: string;
  /** Closes the server before the picture. */
  readonly cutOff?: boolean;
  readonly act?: (page: Page) => Promise<void>;
};

const press = (name: RegExp | string) => async (page: Page) => {
  await page.getByRole('button', { name }).first().click();
};

const shots: readonly Shot[] = [
  { name: 'overview-outage', path: '/', at: 900 },
  { name: 'overview-moved', path: '/', at: 25_000 },
  { name: 'overview-calm', path: '/', at: -60_000 },
  { name: 'overview-stale', path: '/', at: 25_000, cutOff: true },
  { name: 'group', path: '/groups/payments-cache', at: 25_000 },
  { name: 'group-entry', path: '/groups/payments-cache/entries/0-1002', at: 25_000 },
  { name: 'group-shadow', path: '/groups/catalog-cache', at: 25_000 },
  { name: 'incident', path: '/incidents/payments-cache%2FEPOCH', at: 25_000 },
  { name: 'moment', path: '/groups/payments-cache/at/EPOCH+425', at: 25_000 },
  { name: 'clients', path: '/clients?group=payments-cache', at: 25_000 },
  { name: 'client', path: '/clients?group=payments-cache&q=checkout-12%2F', at: 25_000 },
  { name: 'alerts', path: '/alerts', at: 25_000 },
  { name: 'alert', path: '/alerts/1c9e0a77b2f4d310', at: 25_000 },
  { name: 'silences', path: '/silences', at: 25_000 },
  { name: 'pipeline', path: '/pipeline', at: 25_000 },
  { name: 'audit', path: '/audit', at: 25_000 },
  { name: 'policy', path: '/policy/payments-cache', at: 25_000 },
  { name: 'sign-in', path: '/', at: 25_000, token: 'rp_secret' },
  { name: 'hold-dialog', path: '/groups/payments-cache', at: 25_000, act: press('Hold…') },
  { name: 'silence-dialog', path: '/silences', at: 25_000, act: press('New silence…') },
  { name: 'help', path: '/', at: 25_000, act: (page) => page.keyboard.press('?') },
  { name: 'nowhere', path: '/no/such/page', at: 25_000 },
];

const sizes = [
  { name: 'wide', width: 1280, height: 800 },
  { name: 'narrow', width: 390, height: 844 },
] as const;
const themes = ['light', 'dark'] as const;

async function takeAll(browser: Browser, wanted: readonly string[]): Promise<number> {
  let faults = 0;
  for (const shot of shots.filter((s) => wanted.length === 0 || wanted.includes(s.name))) {
    for (const theme of themes) {
      for (const size of sizes) {
        if (quick && (theme === 'light') !== (size.name === 'wide')) continue;
        faults += await take(browser, shot, theme, size);
      }
    }
  }
  return faults;
}

async function take(
  browser: Browser,
  shot: Shot,
  theme: (typeof themes)[number],
  size: (typeof sizes)[number],
): Promise<number> {
  const fixture = await fixtureFor(shot);
  const { epochMs } = fixture;
  const name = `${shot.name}-${size.name}-${theme}`;
  const page = await browser.newPage({
    viewport: size,
    colorScheme: theme,
    reducedMotion: 'reduce',
    bypassCSP: false,
  });
  let faults = 0;
  page.on('console', (message) => {
    const text = message.text();
    if (message.type() !== 'error' || /ERR_|status of (4|5)/.test(text)) return;
    console.log(`${name}: ${text}`);
    faults += 1;
  });
  page.on('pageerror', (error) => {
    console.log(`${name}: ${error.stack ?? error.message}`);
    faults += 1;
  });
  const path = shot.path
    .replace('EPOCH+425', String(epochMs + 425))
    .replace('EPOCH', String(epochMs));
  await page.goto(`${fixture.url}${path}`);
  await page.waitForSelector('h1, .empty');
  await page.waitForTimeout(500);
  await shot.act?.(page);
  if (shot.cutOff === true) await fixture.close();
  await page.waitForTimeout(shot.cutOff === true ? 2_500 : 300);
  faults += await widthFaults(page, name, size.width);
  await page.screenshot({ path: `${folder}${name}.png`, fullPage: shot.act === undefined });
  faults += await axeFaults(page, name);
  await page.close();
  if (shot.cutOff !== true) await fixture.close();
  return faults;
}

/** A console that runs already, or a made-up fleet that stands still at the shot's moment. */
function fixtureFor(shot: Shot): Promise<Fixture> {
  const url = process.env['CONSOLE_URL'];
  if (url === undefined) {
    return startFixture({ at: shot.at, rate: 0, token: shot.token ?? null });
  }
  const nothing = () => Promise.resolve();
  return Promise.resolve({ url, epochMs: Date.now() - shot.at, seek: nothing, close: nothing });
}

/** A page wider than its window is a fault on a telephone. */
async function widthFaults(page: Page, name: string, width: number): Promise<number> {
  const actual: number = await page.evaluate('document.documentElement.scrollWidth');
  if (actual <= width) return 0;
  console.log(`${name}: ${actual} px wide in a window of ${width}`);
  return 1;
}

type AxeFault = {
  readonly id: string;
  readonly impact: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
};

async function axeFaults(page: Page, name: string): Promise<number> {
  await page.evaluate(axeSource);
  const faults = (await page.evaluate(
    'axe.run().then((r) => r.violations)',
  )) as readonly AxeFault[];
  for (const fault of faults) {
    const node = fault.nodes[0];
    console.log(
      `${name}: axe ${fault.impact} ${fault.id} ×${fault.nodes.length}: ${node?.html.slice(0, 160)} ${node?.failureSummary.split('\n')[1]?.trim()}`,
    );
  }
  return faults.filter((f) => f.impact === 'serious' || f.impact === 'critical').length;
}

mkdirSync(folder, { recursive: true });
const browser = await chromium.launch({
  executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
  args: ['--no-sandbox'],
});
const faults = await takeAll(browser, names);
await browser.close();
console.log(faults === 0 ? `pictures are in ${folder}` : `${faults} faults`);
process.exitCode = faults === 0 ? 0 : 1;
