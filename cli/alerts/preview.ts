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

/** `deliveries` of the last day; further attempts of the same notice count once. */
export function previewOf(
  matchers: readonly Matcher[],
  view: AlertsView,
  deliveries: Iterable<Delivery>,
  nowMs: number,
): Preview {
  const matches = compileMatchers(matchers);
  const muted = [...view.alerts.values()]
    .map((alert) => expire(alert, nowMs))
    .filter((alert) => isFiring(alert) && matches(viewOf(alert)));
  return {
    now: {
      alerts: muted.map(({ fingerprint, labels, severity }) => ({
        fingerprint,
        what: harmless(labelsText(labels)),
        severity,
      })),
      pages: muted.filter(({ severity }) => severity === 'page').length,
    },
    lastDay: hiddenOf(deliveries, (alert) => matches(viewOf(alert))),
  };
}

function hiddenOf(
  deliveries: Iterable<Delivery>,
  matches: (alert: Delivery['alerts'][number]) => boolean,
): Preview['lastDay'] {
  const seen = new Set<string>();
  const names = new Map<string, number>();
  let [notices, pages, partly] = [0, 0, 0];
  for (const { receiver, dedupKey, seq, action, severity, alerts } of deliveries) {
    const notice = `${receiver}/${dedupKey}/${seq}`;
    if (unmutable.includes(action) || alerts.length === 0 || seen.has(notice)) continue;
    seen.add(notice);
    const hidden = alerts.filter(matches);
    if (hidden.length < alerts.length) {
      if (hidden.length > 0) partly += 1;
      continue;
    }
    notices += 1;
    if (action === 'trigger' && severity === 'page') pages += 1;
    for (const name of new Set(hidden.map(({ labels }) => labels['alertname'] ?? ''))) {
      names.set(name, (names.get(name) ?? 0) + 1);
    }
  }
  const ranked = [...names].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  return { notices, pages, partly, alerts: Object.fromEntries(ranked) };
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
