// What a silence would do, before it does it: what it mutes now, and what people would not have heard
// in the last day. A silence that would have hidden last night's page is worth a second thought.

import { type AlertsView, compileMatchers, expire, isFiring, viewOf } from '@regionpilot/alerts';
import type { Delivery, Matcher } from '@regionpilot/protocol';
import { harmless, type Paint } from '../text.ts';
import { labelsText } from './list-lines.ts';

export type Preview = {
  readonly now: {
    /** Alerts that fire and match. */
    readonly alerts: readonly {
      readonly fingerprint: string;
      readonly what: string;
      readonly severity: string;
    }[];
    readonly pages: number;
  };
  readonly lastDay: {
    /** Notices nobody would have got: everything in them matches. */
    readonly notices: number;
    /** Of those, triggers of severity `page`. */
    readonly pages: number;
    /** Notices that would have said less. */
    readonly partly: number;
    /** `alertname` → notices hidden that named it, the most first. */
    readonly alerts: Readonly<Record<string, number>>;
  };
};

/** Told, but hidden by no silence: they speak of no alert, or of ours. */
const unmutable = ['change', 'heartbeat', 'probe', 'test'];

/** What a silence would have hidden, counted as the attempts of a day are read. */
export type Hiding = {
  readonly matches: (alert: Delivery['alerts'][number]) => boolean;
  /** Further attempts at the same notice count once. */
  readonly seen: Set<string>;
  readonly names: Map<string, number>;
  notices: number;
  pages: number;
  partly: number;
};

export function createHiding(matchers: readonly Matcher[]): Hiding {
  const test = compileMatchers(matchers);
  const matches: Hiding['matches'] = (alert) => test(viewOf(alert));
  return { matches, seen: new Set(), names: new Map(), notices: 0, pages: 0, partly: 0 };
}

export function countHidden(hiding: Hiding, delivery: Delivery): void {
  const { receiver, dedupKey, seq, action, severity, alerts } = delivery;
  const notice = `${receiver}/${dedupKey}/${seq}`;
  if (unmutable.includes(action) || alerts.length === 0 || hiding.seen.has(notice)) return;
  hiding.seen.add(notice);
  const hidden = alerts.filter(hiding.matches);
  if (hidden.length < alerts.length) {
    if (hidden.length > 0) hiding.partly += 1;
    return;
  }
  hiding.notices += 1;
  if (action === 'trigger' && severity === 'page') hiding.pages += 1;
  for (const name of new Set(hidden.map(({ labels }) => labels['alertname'] ?? ''))) {
    hiding.names.set(name, (hiding.names.get(name) ?? 0) + 1);
  }
}

/** `hiding`: after the attempts of the last day. */
export function previewOf(
  matchers: readonly Matcher[],
  view: AlertsView,
  { names, notices, pages, partly }: Hiding,
  nowMs: number,
): Preview {
  const matches = compileMatchers(matchers);
  const muted = [...view.alerts.values()]
    .map((alert) => expire(alert, nowMs))
    .filter((alert) => isFiring(alert) && matches(viewOf(alert)));
  const ranked = [...names].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  return {
    now: {
      alerts: muted.map(({ fingerprint, labels, severity }) => ({
        fingerprint,
        what: harmless(labelsText(labels)),
        severity,
      })),
      pages: muted.filter(({ severity }) => severity === 'page').length,
    },
    lastDay: { notices, pages, partly, alerts: Object.fromEntries(ranked) },
  };
}

export function previewLines({ now, lastDay }: Preview, paint: Paint): readonly string[] {
  const shown = now.alerts.slice(0, 20);
  const more = now.alerts.length - shown.length;
  const names = Object.entries(lastDay.alerts).map(([name, count]) => `${harmless(name)} ${count}`);
  const partly = lastDay.partly === 0 ? '' : `; ${lastDay.partly} more would have said less`;
  return [
    now.alerts.length === 0
      ? 'mutes nothing that fires now'
      : `mutes now: ${count(now.alerts.length, 'alert')}${pagesText(now.pages, paint)}`,
    ...shown.map(
      ({ fingerprint, severity, what }) => `  ${fingerprint.slice(0, 8)}  ${severity}  ${what}`,
    ),
    ...(more > 0 ? [`  and ${more} more`] : []),
    lastDay.notices === 0
      ? `would have hidden nothing in the last 24 h${partly}`
      : `would have hidden in the last 24 h: ${count(lastDay.notices, 'notice')}${pagesText(lastDay.pages, paint)} (${names.join(', ')})${partly}`,
  ];
}

function pagesText(pages: number, paint: Paint): string {
  return pages === 0
    ? ', none of them a page'
    : paint('bad', `, ${count(pages, 'page')} among them`);
}

function count(amount: number, word: string): string {
  return `${amount} ${word}${amount === 1 ? '' : 's'}`;
}
