// Every page in both themes and on both widths, in the middle of an outage: nobody is shut out, nothing
// hangs over the edge, nothing is asked of others, and pictures for people to judge.

import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, test } from 'vitest';
import { openAccess } from '../../api/index.ts';
import { writeTokens } from '../../api/io/tokens.ts';
import { type Theme, themes } from '../support/e2e-browser.ts';
import { group, type Operator } from '../support/e2e-operator.ts';
import { axeFaults, type PageOfConsole, pagesOf, tooWide } from '../support/e2e-pages.ts';
import { stories } from '../support/e2e-story.ts';
import { openLog, read, send, serveAlso } from '../support/e2e-world.ts';
import { eventually } from '../support/eventually.ts';

const { url, file, comes } = stories();
const folder = fileURLToPath(new URL('../../build/screenshots/', import.meta.url));
const narrow = { width: 390, height: 844 };
const wide = { width: 1280, height: 800 };
const kilobytes = 150;
const firstPaintMs = 3_000;
let pages: readonly PageOfConsole[] = [];

beforeAll(async () => {
  mkdirSync(folder, { recursive: true });
  await send(url, 'PUT', `/api/v1/groups/${group}/order`, {
    hold: { kind: 'avoid', region: 'ap-south' },
    automation: 'enforce',
    overrideRules: [],
    reason: 'router upgrade, CHG-2291',
    durationMs: 1_800_000,
  });
  await send(url, 'POST', '/api/v1/silences', {
    matchers: [{ label: 'region', op: '=', value: 'ap-south' }],
    durationMs: 1_800_000,
    reason: 'router upgrade, CHG-2291',
  });
  await send(url, 'POST', '/api/v1/demo/regions/eu-west/fault', { fault: 'frozen' });
  await eventually(async () => {
    type Alerts = { items: readonly { state: string; labels: Record<string, string> }[] };
    const { items } = await read<Alerts>(url, '/api/v1/alerts?state=firing');
    expect(items.map(({ labels }) => labels['region'])).toContain('eu-west');
  });
  pages = await pagesOf(url);
});

async function show(operator: Operator, each: PageOfConsole): Promise<void> {
  await operator.open(each.path);
  if (each.press !== undefined) await operator.press(each.press);
  await operator.sees(each.shows);
}

async function look(operator: Operator, name: string, theme: Theme): Promise<readonly string[]> {
  const { page } = operator;
  const faults: string[] = [];
  for (const [size, viewport] of Object.entries({ wide, narrow })) {
    await page.setViewportSize(viewport);
    // A frame for the page to follow the window.
    await page.evaluate(
      'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))',
    );
    const path = `${folder}${name}-${size}-${theme}.png`;
    await page.screenshot({ path, fullPage: !name.endsWith('-dialog') && name !== 'help' });
    const over = await tooWide(page);
    if (over > 0) faults.push(`${name} ${size} ${theme}: ${over} px too wide`);
    for (const fault of await axeFaults(page)) faults.push(`${name} ${size} ${theme}: ${fault}`);
  }
  return faults;
}

for (const theme of themes) {
  test(`every page of the ${theme} theme is for everybody, fits the window and stays by itself`, async () => {
    const faults: string[] = [];
    const operator = await comes({ theme });
    for (const each of pages) {
      await operator.page.setViewportSize(wide);
      await show(operator, each);
      faults.push(...(await look(operator, each.name, theme)));
    }
    expect(faults).toEqual([]);
  });
}

test('so is the page that asks for a token, and the banner of a page that is cut off', async () => {
  const bus = await openLog(file);
  const tokensFile = `${folder}tokens.json`;
  writeTokens(tokensFile, { v: 1, tokens: [] });
  const closed = await serveAlso(bus, {
    authenticate: await openAccess({ tokensFile }, () => undefined),
  });
  const open = await serveAlso(bus);
  const faults: string[] = [];
  for (const theme of themes) {
    const stranger = await comes({ theme, refusals: true }, closed.url);
    await stranger.open('/');
    await stranger.sees('Who is there?');
    faults.push(...(await look(stranger, 'sign-in', theme)));
  }
  const cutOff = await Promise.all(
    themes.map((theme) => comes({ theme, refusals: true }, open.url)),
  );
  for (const each of cutOff) {
    await each.open('/');
    await each.sees('Healthy');
  }
  await open.close();
  for (const [i, theme] of themes.entries()) {
    const each = cutOff[i];
    if (each === undefined) continue;
    await each.sees(/^No connection for/);
    faults.push(...(await look(each, 'cut-off', theme)));
  }
  await closed.close();
  await bus.close();
  expect(faults).toEqual([]);
});

test('the first visit is light and quick', async () => {
  const visitor = await comes();
  const { page, requests } = visitor;
  await visitor.open('/');
  await visitor.sees(/is down/);
  const files = requests.filter((each) => !new URL(each).pathname.startsWith('/api/'));
  let bytes = 0;
  for (const each of new Set(files)) {
    const answer = await fetch(each, { headers: { 'accept-encoding': 'gzip' } });
    bytes += Number(answer.headers.get('content-length'));
    await answer.arrayBuffer();
  }
  const paintMs = (await page.evaluate(
    `performance.getEntriesByName('first-contentful-paint')[0]?.startTime`,
  )) as number;
  console.log(
    `${files.length} files, ${(bytes / 1_000).toFixed(1)} kB gzipped; first contentful paint after ${paintMs.toFixed(0)} ms`,
  );
  expect(files.length).toBeGreaterThan(3);
  expect(bytes).toBeGreaterThan(10_000);
  expect(bytes).toBeLessThan(kilobytes * 1_000);
  expect(paintMs).toBeLessThan(firstPaintMs);
});
