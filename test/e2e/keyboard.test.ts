// The same without a pointer: everything is reached by key, dialogs keep the focus and give it back.

import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { group } from '../support/e2e-operator.ts';
import { stories } from '../support/e2e-story.ts';

const { comes } = stories();

/** What has the focus, as a screen reader would name it. */
const focused = (page: Page): Promise<string> =>
  page.evaluate(`((it) => it === document.body ? '' :
    it.getAttribute('aria-label') ?? it.labels?.[0]?.innerText ?? it.innerText ?? '')
    (document.activeElement).trim()`);

async function tabTo(page: Page, name: RegExp): Promise<void> {
  for (let i = 0; i < 80; i++) {
    if (name.test(await focused(page))) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`no Tab leads to ${name}`);
}

test('a hold is set and released with the keyboard alone', async () => {
  const operator = await comes();
  const { page, sees, card } = operator;
  const { keyboard } = page;
  await operator.open('/');
  await sees('Healthy');
  await keyboard.press('g');
  await keyboard.press('1');
  await page.getByRole('heading', { level: 1, name: group }).waitFor();

  await tabTo(page, /^Hold…/);
  await keyboard.press('Enter');
  const dialog = operator.dialog('Hold');
  await dialog.waitFor();
  for (let i = 0; i < 24; i++) {
    await keyboard.press('Tab');
    const inside = await page.evaluate(
      `document.activeElement === document.body || document.activeElement.closest('dialog') !== null`,
    );
    expect(inside).toBe(true);
  }
  await keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  expect(await focused(page)).toBe('Hold…');

  await keyboard.press('Enter');
  await dialog.waitFor();
  await tabTo(page, /eu-west/);
  await keyboard.press('ArrowDown');
  expect(await focused(page)).toMatch(/us-east/);
  await tabTo(page, /^Reason/);
  await keyboard.type('no mouse at 3 a.m.');
  await tabTo(page, /^Type/);
  await keyboard.type(group);
  await keyboard.press('Enter');
  await dialog.waitFor({ state: 'detached' });
  await sees('local ordered here: avoid us-east', card('Orders in force'));
  expect(await focused(page)).toBe('Hold…');

  await tabTo(page, /^Release…/);
  await keyboard.press('Enter');
  const release = operator.dialog('Release');
  await release.waitFor();
  await tabTo(page, /^Cancel/);
  await keyboard.press('Enter');
  await release.waitFor({ state: 'detached' });
  expect(await focused(page)).toBe('Release…');
  await keyboard.press('Enter');
  await release.waitFor();
  await tabTo(page, /^Reason/);
  await keyboard.type('it is over');
  await tabTo(page, /^End the order/);
  await keyboard.press('Enter');
  await release.waitFor({ state: 'detached' });
  await card('Orders in force').waitFor({ state: 'detached' });
});

test('the keys are listed under ?, lead where they say, and leave typing alone', async () => {
  const operator = await comes();
  const { page, sees } = operator;
  const { keyboard } = page;
  await operator.open('/');
  await keyboard.press('?');
  const help = operator.dialog('Keys and help');
  await sees('Light or dark', help);
  await keyboard.press('Escape');
  await help.waitFor({ state: 'detached' });

  for (const [key, name] of [
    ['a', 'Alerts'],
    ['s', 'Silences'],
    ['p', 'Pipeline'],
    ['u', 'Audit'],
    ['c', 'Clients'],
  ] as const) {
    await keyboard.press('g');
    await keyboard.press(key);
    await page.getByRole('heading', { level: 1, name }).waitFor();
  }
  const search = page.getByRole('searchbox').or(page.locator('input[type=search], input')).first();
  await search.focus();
  await keyboard.type('g?t');
  expect(await search.inputValue()).toBe('g?t');
  expect(await page.getByRole('dialog').count()).toBe(0);

  await page.locator('body').press('Escape');
  await page.evaluate('document.activeElement.blur()');
  await keyboard.press('t');
  expect(await page.evaluate('document.documentElement.dataset.theme')).toBe('dark');
  await keyboard.press('t');
  expect(await page.evaluate('document.documentElement.dataset.theme')).toBe('light');
});

test('the first Tab offers to skip the frame, and the focus is always to be seen', async () => {
  const operator = await comes();
  const { page } = operator;
  await operator.open('/');
  await page.keyboard.press('Tab');
  expect(await focused(page)).toBe('Skip to the page');
  await page.keyboard.press('Enter');
  expect(await page.evaluate('document.activeElement.id')).toBe('main');
  for (let i = 0; i < 12; i++) {
    await page.keyboard.press('Tab');
    const ring = await page.evaluate(
      `((it) => getComputedStyle(it).outlineStyle)(document.activeElement)`,
    );
    expect([await focused(page), ring]).not.toEqual([expect.anything(), 'none']);
  }
});
