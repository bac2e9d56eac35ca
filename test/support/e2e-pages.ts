// Every page of the console and how it is reached: the one table that pictures, axe and the check for
// faults go through.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { group } from './e2e-operator.ts';
import { read } from './e2e-world.ts';

export type PageOfConsole = {
  readonly name: string;
  readonly path: string;
  /** What makes it the page it is; it is waited for. */
  readonly shows: string | RegExp;
  /** Opens a dialog over it. */
  readonly press?: string;
};

type Items<Item> = { readonly items: readonly Item[] };

/** The pages of a world in which something happened. */
export async function pagesOf(url: string): Promise<readonly PageOfConsole[]> {
  const here = `/groups/${group}`;
  const incidents = await read<Items<{ id: string; openedMs: number }>>(url, '/api/v1/incidents');
  const alerts = await read<Items<{ fingerprint: string; labels: Record<string, string> }>>(
    url,
    '/api/v1/alerts',
  );
  const decided = await read<Items<{ id: string; atMs: number }>>(
    url,
    `/api/v1${here}/timeline?kind=decided&limit=1`,
  );
  const [incident, entry] = [incidents.items[0], decided.items[0]];
  const alert = alerts.items.find(({ labels }) => labels['region'] !== undefined);
  if (incident === undefined || entry === undefined || alert === undefined) {
    throw new Error('this world has no incident, decision or alert to show');
  }
  return [
    { name: 'overview', path: '/', shows: /is down/ },
    { name: 'group', path: here, shows: 'Clients × regions' },
    { name: 'entry', path: `${here}/entries/${entry.id}`, shows: 'Link to this entry' },
    { name: 'moment', path: `${here}/at/${entry.atMs}`, shows: 'Back to live' },
    {
      name: 'incident',
      path: `/incidents/${encodeURIComponent(incident.id)}`,
      shows: 'Play it again',
    },
    { name: 'clients', path: '/clients', shows: /client/ },
    { name: 'alerts', path: '/alerts', shows: 'Severity' },
    { name: 'alert', path: `/alerts/${alert.fingerprint}`, shows: 'Who was told' },
    { name: 'silences', path: '/silences', shows: /region=/ },
    { name: 'pipeline', path: '/pipeline', shows: 'Who decides' },
    { name: 'audit', path: '/audit', shows: /order\.set/ },
    { name: 'policy', path: `/policy/${group}`, shows: 'stallMs' },
    { name: 'nowhere', path: '/no/such/page', shows: 'There is no such page' },
    { name: 'hold-dialog', path: here, shows: 'Use one region only', press: 'Hold…' },
    { name: 'automation-dialog', path: here, shows: 'Off (kill switch)', press: 'Automation…' },
    { name: 'silence-dialog', path: '/silences', shows: 'Add a matcher', press: 'New silence…' },
    { name: 'help', path: '/', shows: 'Light or dark', press: 'Keys and help (?)' },
  ];
}

const axeSource = readFileSync(
  createRequire(import.meta.url).resolve('axe-core/axe.min.js'),
  'utf8',
);

type AxeResult = {
  readonly id: string;
  readonly impact: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
};

/** What axe finds serious or critical on the page as it is, in words. */
export async function axeFaults(page: Page): Promise<readonly string[]> {
  await page.evaluate(axeSource);
  const found = (await page.evaluate(
    'axe.run().then((r) => r.violations)',
  )) as readonly AxeResult[];
  return found
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, impact, nodes }) => {
      const [first] = nodes;
      return `${impact} ${id} ×${nodes.length}: ${first?.html.slice(0, 200)} ${first?.failureSummary}`;
    });
}

/** Elements that reach beyond the window, unless they scroll by themselves. */
export async function tooWide(page: Page): Promise<number> {
  return page.evaluate('document.documentElement.scrollWidth - innerWidth');
}
