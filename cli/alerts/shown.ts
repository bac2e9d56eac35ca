// Everything that is known about one alert or one story: the answer to "why was I paged?", "was I?",
// and "why was I not?".

import { type AlertsView, ackOf, expire, viewOf } from '@regionpilot/alerts';
import type { Ack, Alert, Delivery, Notice, NoticeOutcome, Silence } from '@regionpilot/protocol';
import { activeSilences } from './listed.ts';
import { noticesOf, type Target } from './target.ts';

/** Attempts beyond these are counted, the newest are shown. */
const mostAttempts = 50;

export type ShownNotice = {
  readonly receiver: string;
  readonly dedupKey: string;
  readonly seq: number;
  readonly action: Notice['action'];
  readonly reason: Notice['reason'];
  readonly severity: Notice['severity'];
  readonly atMs: number;
  readonly outcome: NoticeOutcome | 'waiting';
  readonly endedMs: number | null;
  readonly attempts: number;
  readonly error: string | null;
};

export type ShownReport = {
  readonly v: 1;
  readonly atMs: number;
  readonly alerts: readonly Alert[];
  readonly notices: readonly ShownNotice[];
  /** Oldest first. */
  readonly attempts: readonly Delivery[];
  readonly attemptsLeftOut: number;
  /** In force now, and matching one of the alerts. */
  readonly silences: readonly Silence[];
  /** In effect now. */
  readonly acks: readonly Ack[];
};

/** `deliveries`: of any key, in any order; what does not belong here is left out. */
export function shownReport(
  view: AlertsView,
  target: Target,
  deliveries: readonly Delivery[],
  nowMs: number,
): ShownReport {
  const notices = noticesOf(target, view);
  const alerts = alertsOf(target, view, notices).map((alert) => expire(alert, nowMs));
  const keys = [...new Set(notices.map(({ dedupKey }) => dedupKey))];
  const attempts = deliveries
    .filter(({ dedupKey }) => keys.includes(dedupKey))
    .sort((a, b) => a.startedMs - b.startedMs || a.seq - b.seq);
  const looks = alerts.map(viewOf);
  return {
    v: 1,
    atMs: nowMs,
    alerts,
    notices: notices.map((notice) => shownNotice(view, notice)),
    attempts: attempts.slice(-mostAttempts),
    attemptsLeftOut: Math.max(0, attempts.length - mostAttempts),
    silences: activeSilences(view, nowMs)
      .filter(({ matches }) => looks.some(matches))
      .map(({ silence }) => silence),
    acks: keys.flatMap((key) => ackOf(view, key) ?? []),
  };
}

/** Since when attempts may be about it. ms since 1970. */
export function attemptsSinceMs(target: Target, view: AlertsView): number {
  const notices = noticesOf(target, view);
  const starts = alertsOf(target, view, notices).map(({ startsMs }) => startsMs);
  return Math.min(...starts, ...notices.map(({ atMs }) => atMs)) - 1_000;
}

/** A story keeps its alerts also after the log forgot them. */
function alertsOf(
  target: Target,
  { alerts }: AlertsView,
  notices: readonly Notice[],
): readonly Alert[] {
  if (target.kind === 'alert') {
    const alert = alerts.get(target.fingerprint);
    return alert === undefined ? [] : [alert];
  }
  const told = new Map(
    notices.flatMap((each) => each.alerts).map((each) => [each.fingerprint, each]),
  );
  return [...told.values()].map((alert) => alerts.get(alert.fingerprint) ?? alert);
}

function shownNotice({ sents }: AlertsView, notice: Notice): ShownNotice {
  const { receiver, dedupKey, seq, action, reason, severity, atMs } = notice;
  const sent = sents.get(`${receiver}/${dedupKey}`);
  const ended = sent?.seq === seq ? sent : null;
  return {
    receiver,
    dedupKey,
    seq,
    action,
    reason,
    severity,
    atMs,
    outcome: ended?.outcome ?? 'waiting',
    endedMs: ended?.atMs ?? null,
    attempts: ended?.attempts ?? 0,
    error: ended?.error ?? null,
  };
}
