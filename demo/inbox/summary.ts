// The inbox at a glance: what is still open first, then the newest. Every page goes to both
// receivers, so one of them is enough to look at.

import type { Inbox, Page } from './inbox.ts';
import { headline, type Urgency } from './message.ts';

export type Entry = {
  readonly atMs: number;
  readonly title: string;
  /** null: a change, which opens nothing. */
  readonly page: { readonly severity: Urgency; readonly state: Page['state'] } | null;
};

export type InboxSummary = {
  readonly open: number;
  readonly acknowledged: number;
  readonly resolved: number;
  readonly changes: number;
  /** Open or acknowledged, at any receiver. */
  readonly unresolved: number;
  /** At most 4. */
  readonly latest: readonly Entry[];
  readonly webhooks: { readonly good: number; readonly bad: number };
};

const most = 4;

export function summaryOf(
  inbox: Pick<Inbox, 'pages' | 'changes'>,
  webhooks: InboxSummary['webhooks'],
): InboxSummary {
  const pages = inbox.pages.filter(({ receiver }) => receiver === 'pagerduty');
  const changes = inbox.changes.filter(({ receiver }) => receiver === 'pagerduty');
  const count = (state: Page['state']): number =>
    pages.filter((page) => page.state === state).length;
  const entries: readonly Entry[] = [
    ...pages.map(({ sentMs, title, severity, state }) => ({
      atMs: sentMs,
      title: headline(title),
      page: { severity, state },
    })),
    ...changes.map(({ sentMs, title }) => ({ atMs: sentMs, title: headline(title), page: null })),
  ];
  return {
    open: count('open'),
    acknowledged: count('acknowledged'),
    resolved: count('resolved'),
    changes: changes.length,
    unresolved: inbox.pages.filter(({ state }) => state !== 'resolved').length,
    latest: entries
      .toSorted((a, b) => Number(isOpen(b)) - Number(isOpen(a)) || b.atMs - a.atMs)
      .slice(0, most),
    webhooks,
  };
}

function isOpen({ page }: Entry): boolean {
  return page !== null && page.state !== 'resolved';
}
