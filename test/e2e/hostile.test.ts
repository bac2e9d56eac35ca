// Strings that want to be more than text, in every field of every record that takes free text, on a
// log of their own.

import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Api } from '../../api/index.ts';
import type { Bus } from '../../bus/index.ts';
import { hostileLog, hostileNames, nasty } from '../support/e2e-hostile.ts';
import { stories } from '../support/e2e-story.ts';
import { serveAlso } from '../support/e2e-world.ts';

const { comes } = stories();
let bus: Bus;
let api: Api;

beforeAll(async () => {
  bus = await hostileLog();
  api = await serveAlso(bus);
});
afterAll(async () => {
  await api?.close();
  await bus?.close();
});

const group = encodeURIComponent(hostileNames.group);
const paths = [
  '/',
  `/groups/${group}`,
  `/incidents/${encodeURIComponent(hostileNames.incident)}`,
  '/clients',
  `/clients?group=${group}&q=${encodeURIComponent(nasty.html)}`,
  '/alerts',
  `/alerts/${hostileNames.fingerprint}`,
  '/silences',
  '/pipeline',
  '/audit',
  `/groups/${encodeURIComponent(nasty.html)}`,
  `/${encodeURIComponent(nasty.html)}`,
];

test('HTML, ANSI escapes and bidi marks run nothing and are shown for what they are', async () => {
  const visitor = await comes({ refusals: true }, api.url);
  const { page, sees } = visitor;
  for (const path of paths) {
    await visitor.open(path);
    await page.waitForTimeout(300);
    const closed = page.locator('main [aria-expanded=false]');
    while ((await closed.count()) > 0) await closed.first().click();
    const [html, hidden] = (await page.evaluate(
      `[document.documentElement.outerHTML, document.documentElement.outerHTML.match(
        /[\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f\\u061c\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u2069\\ufeff]/g) ?? []]`,
    )) as [string, readonly string[]];
    expect({ path, hidden: hidden.map((c) => c.codePointAt(0)?.toString(16)) }).toEqual({
      path,
      hidden: [],
    });
    expect(html.toLowerCase()).not.toMatch(/href="(javascript|data):/);
    expect(await page.locator('img, iframe, main script, [onerror], [onload]').count()).toBe(0);
    expect(await page.evaluate('window.harmed ?? null')).toBeNull();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(1280);
  }
  await visitor.open('/alerts');
  await sees('<img src=x onerror=harmed=1>');
  await sees('⟨U+202E⟩');
  await sees('⟨U+001B⟩[31m');
});
