// Alerts and silences as the contract shows them, out of what the alerts topic says.

import {
  type AlertsView,
  ackOf,
  compileMatchers,
  expire,
  isFiring,
  type LabelTest,
  viewOf,
} from '@regionpilot/alerts';
import { type Alert, type Notice, type Silence, severities } from '@regionpilot/protocol';
import type { AlertView, NoticeView, SilenceView } from '../contract/alerts.ts';
import type { Deliveries } from './deliveries.ts';

type Mute = { readonly silence: Silence; readonly matches: LabelTest };

/** The most urgent first, the newest first among equals; resolved ones last. */
export function alertViews(
  view: AlertsView,
  deliveries: Deliveries,
  nowMs: number,
): readonly AlertView[] {
  const notices = noticesByAlert(view);
  const mutes = mutesOf(view, nowMs).filter(({ silence }) => isActive(silence, nowMs));
  return [...view.alerts.values()]
    .map((alert) => expire(alert, nowMs))
    .sort(byUrgency)
    .map((alert) => {
      const told = notices.get(alert.fingerprint) ?? [];
      const labels = viewOf(alert);
      return {
        ...alert,
        ackedBy: ackedBy(view, alert, told),
        silencedBy: mutes.filter(({ matches }) => matches(labels)).map(({ silence }) => silence.id),
        notices: told.map((notice) => noticeView(view, deliveries, notice)),
      };
    });
}

/** Those in force first, then those to come, then those that are over; the soonest end first. */
export function silenceViews(view: AlertsView, nowMs: number): readonly SilenceView[] {
  const firing = [...view.alerts.values()]
    .map((alert) => expire(alert, nowMs))
    .filter(isFiring)
    .map((alert) => ({ fingerprint: alert.fingerprint, labels: viewOf(alert) }));
  return mutesOf(view, nowMs)
    .map(({ silence, matches }) => ({
      ...silence,
      state: stateOf(silence, nowMs),
      mutes: isActive(silence, nowMs)
        ? firing.filter(({ labels }) => matches(labels)).map(({ fingerprint }) => fingerprint)
        : [],
    }))
    .sort((a, b) => order.indexOf(a.state) - order.indexOf(b.state) || a.endsMs - b.endsMs);
}

const order: readonly SilenceView['state'][] = ['active', 'pending', 'expired'];

/** Notices that nothing ended yet, by receiver. */
export function waitingByReceiver(view: AlertsView): ReadonlyMap<string, number> {
  const waiting = new Map<string, number>();
  for (const [key, { receiver, seq }] of view.notices) {
    const sent = view.sents.get(key);
    const isWaiting = sent === undefined || sent.seq < seq;
    waiting.set(receiver, (waiting.get(receiver) ?? 0) + (isWaiting ? 1 : 0));
  }
  return waiting;
}

function mutesOf({ silences }: AlertsView, nowMs: number): readonly Mute[] {
  return [...silences.values()].map((silence) => ({
    silence,
    // Over is over: its patterns need not be read again.
    matches: silence.endsMs <= nowMs ? () => false : testOf(silence),
  }));
}

/** A pattern nobody can read mutes nothing, here as at its owner. */
function testOf({ matchers }: Silence): LabelTest {
  try {
    return matchers.length === 0 ? () => false : compileMatchers(matchers);
  } catch {
    return () => false;
  }
}

function noticesByAlert({ notices }: AlertsView): ReadonlyMap<string, readonly Notice[]> {
  const found = new Map<string, Notice[]>();
  for (const notice of notices.values()) {
    for (const fingerprint of new Set([...notice.firing, ...notice.resolved])) {
      const known = found.get(fingerprint);
      if (known === undefined) found.set(fingerprint, [notice]);
      else known.push(notice);
    }
  }
  return found;
}

function ackedBy(
  view: AlertsView,
  { fingerprint, state }: Alert,
  told: readonly Notice[],
): string | null {
  if (state === 'resolved') return null;
  for (const { dedupKey, firing } of told) {
    const ack = firing.includes(fingerprint) ? ackOf(view, dedupKey) : null;
    if (ack !== null) return ack.author;
  }
  return null;
}

function noticeView(view: AlertsView, deliveries: Deliveries, notice: Notice): NoticeView {
  const { receiver, dedupKey, seq, action, reason, atMs } = notice;
  const sent = view.sents.get(`${receiver}/${dedupKey}`);
  const last = deliveries.lastOf(receiver, dedupKey);
  const tried = last?.seq === seq ? last : null;
  const ended = sent?.seq === seq ? sent : null;
  return {
    receiver,
    dedupKey,
    action,
    reason,
    atMs,
    outcome: ended?.outcome ?? 'waiting',
    attempts: ended?.attempts ?? tried?.attempt ?? 0,
    error: ended === null ? (tried?.error ?? null) : ended.error,
  };
}

function stateOf({ startsMs, endsMs }: Silence, nowMs: number): SilenceView['state'] {
  if (endsMs <= nowMs) return 'expired';
  return startsMs <= nowMs ? 'active' : 'pending';
}

function isActive(silence: Silence, nowMs: number): boolean {
  return stateOf(silence, nowMs) === 'active';
}

function byUrgency(a: Alert, b: Alert): number {
  const over = Number(a.state === 'resolved') - Number(b.state === 'resolved');
  const rank = severities.indexOf(a.severity) - severities.indexOf(b.severity);
  return over || rank || b.startsMs - a.startsMs || (a.fingerprint < b.fingerprint ? -1 : 1);
}
