// A page that cannot know any more says so, loudly, and stops saying so when it can.

import { afterEach, expect, test } from 'vitest';
import { stories } from '../support/e2e-story.ts';
import { openLog, serveAlso } from '../support/e2e-world.ts';
import { eventually } from '../support/eventually.ts';

const { file, freeze, thaw, comes } = stories();
const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

test('a server that goes away is missed within seconds and found again without a reload', async () => {
  const bus = await openLog(file);
  ends.push(() => bus.close());
  const first = await serveAlso(bus);
  ends.push(first.close);
  const operator = await comes({ refusals: true }, first.url);
  const { page, sees, seesNoMore, card, row } = operator;
  await operator.open('/');
  await sees('Healthy', row('eu-west'));
  expect(await card('Connection').count()).toBe(0);
  await page.evaluate('window.neverReloaded = true');

  await first.close();
  await sees(/No connection for .* What you see is from before\./, card('Connection'));
  await eventually(async () => expect(await page.title()).toMatch(/^⚠ STALE/));
  await sees('Disconnected');
  await sees('Healthy', row('eu-west'));

  const second = await serveAlso(bus, { port: first.port });
  ends.push(second.close);
  await seesNoMore('No connection for');
  await sees('Live');
  await eventually(async () => expect(await page.title()).toBe('RegionPilot'));
  expect(await page.evaluate('window.neverReloaded')).toBe(true);
});

test('when agents and aggregator fall silent, the page says how old its facts are', async () => {
  const bus = await openLog(file);
  ends.push(() => bus.close());
  const api = await serveAlso(bus);
  ends.push(api.close);
  const operator = await comes({}, api.url);
  const { sees, seesNoMore, card, row } = operator;
  await operator.open('/');
  await sees('Healthy', row('eu-west'));
  freeze();
  ends.push(thaw);
  await sees(/^The newest facts of payments-cache are \d+(\.\d)? s old\./, card('Connection'));
  thaw();
  await seesNoMore(/The newest facts of/);
});
