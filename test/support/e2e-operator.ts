// What an operator does in the console, in an operator's words: page objects by role and name, so that
// what a test can find is what a screen reader can find.

import type { Locator, Page } from 'playwright-core';
import { patienceMs } from './e2e-browser.ts';

export const group = 'payments-cache';
export const regions = ['eu-west', 'us-east', 'ap-south'] as const;
export type Region = (typeof regions)[number];

export type Operator = {
  readonly page: Page;
  readonly open: (path: string) => Promise<void>;
  /** Waits until the text shows. */
  readonly sees: (text: string | RegExp, within?: Locator) => Promise<void>;
  /** Waits until it does not show any more. */
  readonly seesNoMore: (text: string | RegExp, within?: Locator) => Promise<void>;
  readonly card: (name: string | RegExp) => Locator;
  readonly press: (name: string | RegExp, within?: Locator) => Promise<void>;
  readonly dialog: (name: string | RegExp) => Locator;
  /** Picks a fault in the demo's panel; `''` heals. */
  readonly breaks: (region: Region, fault: string) => Promise<void>;
  /** The words in a row of the overview's table. */
  readonly row: (region: Region) => Locator;
};

export function operatorOn(page: Page, url: string): Operator {
  const card = (name: string | RegExp): Locator => page.getByRole('region', { name });
  const find = (text: string | RegExp, within?: Locator): Locator =>
    (within ?? page.locator('body')).getByText(text).filter({ visible: true }).first();
  return {
    page,
    card,
    open: async (path) => {
      await page.goto(new URL(path, url).href);
      await page.getByRole('heading', { level: 1 }).first().waitFor();
    },
    sees: (text, within) => find(text, within).waitFor({ timeout: patienceMs }),
    seesNoMore: (text, within) =>
      find(text, within).waitFor({ state: 'hidden', timeout: patienceMs }),
    press: (name, within) =>
      (within ?? page.locator('body')).getByRole('button', { name }).first().click(),
    dialog: (name) => page.getByRole('dialog', { name }),
    breaks: async (region, fault) => {
      await card(/^Demo/).getByLabel(region).selectOption(fault);
    },
    row: (region) => card(`Group ${group}`).getByRole('row', { name: region }),
  };
}

export type HoldWords = {
  readonly region: Region;
  readonly kind?: 'Avoid a region' | 'Use one region only';
  readonly reason: string;
  readonly for?: string;
};

/** Fills in the dialog that `Hold…` opened, all but the confirmation. */
export async function writeHold(dialog: Locator, words: HoldWords): Promise<void> {
  await choose(dialog, words.kind ?? 'Avoid a region');
  await choose(dialog, new RegExp(words.region));
  await choose(dialog, words.for ?? '5 min');
  await dialog.getByLabel('Reason').fill(words.reason);
}

/** Presses one of a few choices. */
export async function choose(dialog: Locator, name: string | RegExp): Promise<void> {
  await dialog.getByRole('radio', { name, exact: true }).check();
}
