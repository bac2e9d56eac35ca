// Alerts as an operator asks for them: what is wrong, since when, and what people know of it.

import { type AlertsView, ackOf, compileMatchers, expire, viewOf } from '@regionpilot/alerts';
import {
  type Alert,
  type AlertState,
  type Labels,
  type Matcher,
  type Notice,
  type NoticeOutcome,
  type Severity,
  type Silence,
  severities,
} from '@regionpilot/protocol';

export type Told = {
  readonly receiver: string;
  readonly dedupKey: string;
  readonly seq: number;
  /** `waiting`: in the outbox, or on its way. */
  readonly outcome: NoticeOutcome | 'waiting';
};

export type ListedAlert = {
  readonly fingerprint: string;
  readonly labels: Labels;
  readonly severity: Severity;
  readonly state: AlertState;
  readonly sinceMs: number;
  readonly endsMs: number | null;
  readonly summary: string;
  readonly flapping: boolean;
  readonly told: readonly Told[];
  readonly ackedBy: string | null;
  /** Ids of the silences that match it now. */
  readonly silencedBy: readonly string[];
};

export type AlertsReport = {
  readonly v: 1;
  readonly atMs: number;
  readonly alerts: readonly ListedAlert[];
};

export type ListFilter = {
  /** Empty: every state but `resolved`. */
  readonly states: readonly AlertState[];
  readonly severities: readonly Severity[];
  readonly matchers: readonly Matcher[];
};

export function alertsReport(view: AlertsView, filter: ListFilter, nowMs: number): AlertsReport {
  const matches = compileMatchers(filter.matchers);
  const wanted = (alert: Alert): boolean =>
    (filter.states.length === 0
      ? alert.state !== 'resolved'
      : filter.states.includes(alert.state)) &&
    (filter.severities.length === 0 || filter.severities.includes(alert.severity)) &&
    matches(viewOf(alert));
  return {
    v: 1,
    atMs: nowMs,
    alerts: listedAlerts(view, nowMs)
      .filter(({ alert }) => wanted(alert))
      .map(({ listed }) => listed),
  };
}

/** Every alert that is known, the most urgent first, the newest first among equals. */
export function listedAlerts(
  view: AlertsView,
  nowMs: number,
): readonly { readonly alert: Alert; readonly listed: ListedAlert }[] {
  const notices = noticesByAlert(view);
  const mutes = activeSilences(view, nowMs);
  return [...view.alerts.values()]
    .map((each) => expire(each, nowMs))
    .sort(byUrgency)
    .map((alert) => ({
      alert,
      listed: listedOf(view, alert, notices.get(alert.fingerprint) ?? [], mutes),
    }));
}

type Mute = { readonly silence: Silence; readonly matches: (labels: Labels) => boolean };

export function activeSilences({ silences }: AlertsView, nowMs: number): readonly Mute[] {
  return [...silences.values()]
    .filter(({ startsMs, endsMs }) => startsMs <= nowMs && nowMs < endsMs)
    .map((silence) => ({ silence, matches: compileMatchers(silence.matchers) }));
}

function listedOf(
  view: AlertsView,
  alert: Alert,
  notices: readonly Notice[],
  mutes: readonly Mute[],
): ListedAlert {
  const { fingerprint, labels, severity, state, startsMs, endsMs, summary, flapping } = alert;
  const heard = notices.filter((notice) => holds(notice, alert));
  const acks = [...new Set(heard.map(({ dedupKey }) => dedupKey))].map((key) => ackOf(view, key));
  const looks = viewOf(alert);
  return {
    fingerprint,
    labels,
    severity,
    state,
    sinceMs: startsMs,
    endsMs,
    summary,
    flapping,
    told: heard.map((notice) => toldOf(view, notice)),
    ackedBy: acks.find((ack) => ack !== null)?.author ?? null,
    silencedBy: mutes.filter(({ matches }) => matches(looks)).map(({ silence }) => silence.id),
  };
}

/** One that fires again was told resolved: that is not to know of it. */
function holds({ firing }: Notice, { state, fingerprint }: Alert): boolean {
  return state === 'resolved' || firing.includes(fingerprint);
}

export function toldOf({ sents }: AlertsView, { receiver, dedupKey, seq }: Notice): Told {
  const sent = sents.get(`${receiver}/${dedupKey}`);
  return { receiver, dedupKey, seq, outcome: sent?.seq === seq ? sent.outcome : 'waiting' };
}

/** Which notices speak of an alert: as firing, or as just resolved. */
export function noticesByAlert({ notices }: AlertsView): ReadonlyMap<string, readonly Notice[]> {
  const found = new Map<string, Notice[]>();
  for (const notice of notices.values()) {
    for (const fingerprint of [...notice.firing, ...notice.resolved]) {
      const known = found.get(fingerprint);
      if (known === undefined) found.set(fingerprint, [notice]);
      else known.push(notice);
    }
  }
  return found;
}

function byUrgency(a: Alert, b: Alert): number {
  const over = Number(a.state === 'resolved') - Number(b.state === 'resolved');
  const rank = severities.indexOf(a.severity) - severities.indexOf(b.severity);
  return over || rank || b.startsMs - a.startsMs || (a.fingerprint < b.fingerprint ? -1 : 1);
}
