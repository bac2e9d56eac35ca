// A desk with a virtual clock for stories about notices: "at 1.0 s this fires, between 2.0 and 2.2 s
// I want a notice with that". Seconds in stories, milliseconds inside; a tick every 100 ms. What is
// said is logged and read back as in real life, and the desk can crash and start again from the log.

import type {
  Ack,
  Alert,
  AlertsTopicRecord,
  Labels,
  Matcher,
  Severity,
  Silence,
} from '@regionpilot/protocol';
import { alertsKey } from '@regionpilot/protocol';
import { fingerprintOf } from '../../alerts/fingerprint.ts';
import type { NoticeDraft, NotifyInput } from '../../alerts/notify/input.ts';
import { parseMatcher } from '../../alerts/notify/matchers.ts';
import {
  begin,
  createNotifier,
  type NotifierState,
  type NotifyConfig,
  prepare,
  reloadNotifier,
  remember,
  stepNotify,
} from '../../alerts/notify/notifier.ts';
import type { Receiver } from '../../alerts/receiver.ts';
import type { Route } from '../../alerts/route.ts';
import type { AlertsCase, CaseAct, CaseNotice } from './alerts-cases.ts';

/** The clock of a story starts here, so that nothing works by accident because it is zero. */
export const startMs = 1_700_000_000_000;

export const atS = (seconds: number): number => startMs + Math.round(seconds * 1000);

export function matchers(...texts: readonly string[]): readonly Matcher[] {
  return texts.map((text) => {
    const parsed = parseMatcher(text);
    if (parsed.kind === 'problem') throw new Error(parsed.problem);
    return parsed.matcher;
  });
}

export function routeOf(over: Partial<Route> = {}): Route {
  return {
    match: [],
    receivers: ['hook'],
    continue: false,
    groupBy: [],
    routes: [],
    groupWaitMs: 1000,
    groupIntervalMs: 1000,
    repeatIntervalMs: 0,
    ...over,
  };
}

const common = {
  sendResolved: true,
  ratePerMinute: 0,
  concurrency: 1,
  timeoutMs: 10_000,
  retryMs: 1000,
  retryMaxMs: 60_000,
  giveUpAfterMs: 3_600_000,
  title: null,
  body: null,
};

export function hookOf(name: string, sendResolved = true): Receiver {
  const url = 'http://127.0.0.1:9/';
  return {
    ...common,
    name,
    sendResolved,
    kind: 'webhook',
    url,
    format: 'standard',
    secretFiles: [],
    allow: [],
  };
}

export function pagerOf(name: string): Receiver {
  return {
    ...common,
    name,
    kind: 'pagerduty',
    routingKeyFile: '/dev/null',
    baseUrl: 'https://pager.invalid',
    changeEvents: true,
  };
}

export function alertmanagerOf(name: string): Receiver {
  return { ...common, name, kind: 'alertmanager', urls: ['http://127.0.0.1:9'] };
}

export function configOf(over: Partial<NotifyConfig> = {}): NotifyConfig {
  return {
    deployment: 'test',
    route: routeOf(),
    inhibit: [],
    receivers: [hookOf('hook')],
    heartbeat: null,
    probe: null,
    startDelayMs: 0,
    ...over,
  };
}

/** `'a'` is short for `{ alertname: 'a' }`. */
export type Named = string | Labels;

export const labelsOf = (named: Named): Labels =>
  typeof named === 'string' ? { alertname: named } : named;

export const printOf = (named: Named): string => fingerprintOf(labelsOf(named));

export function alertOf(named: Named, over: Partial<Alert> = {}): Alert {
  const labels = labelsOf(named);
  return {
    fingerprint: fingerprintOf(labels),
    labels,
    severity: 'page',
    state: 'firing',
    startsMs: startMs,
    endsMs: null,
    updatedMs: startMs,
    expiresMs: null,
    summary: 'something is wrong',
    description: '',
    annotations: {},
    value: null,
    flapping: false,
    why: '',
    ...over,
  };
}

export function silenceOf(id: string, from: number, until: number, ...on: string[]): Silence {
  return {
    v: 1,
    kind: 'silence',
    id,
    matchers: matchers(...on),
    startsMs: atS(from),
    endsMs: atS(until),
    author: 'ada',
    reason: 'maintenance',
  };
}

export type Desk = {
  readonly state: () => NotifierState;
  /** Everything said so far. */
  readonly notices: NoticeDraft[];
  /** By key, the newest record: what a restart reads. */
  readonly log: Map<string, AlertsTopicRecord>;
  readonly nowS: () => number;
  /** Lets time pass up to this second, tick by tick. */
  readonly to: (seconds: number) => void;
  /** Time passes and nobody looks. */
  readonly skipTo: (seconds: number) => void;
  readonly say: (input: NotifyInput) => void;
  readonly fire: (named: Named, over?: Partial<Alert>) => void;
  readonly resolve: (named: Named, over?: Partial<Alert>) => void;
  readonly silence: (silence: Silence) => void;
  readonly ack: (dedupKey: string, over?: Partial<Ack>) => void;
  readonly reload: (config: NotifyConfig) => void;
  /** Everything in memory is lost; what the log holds is read again. */
  readonly crash: () => void;
  /** The same, in the middle of a tick: what it wanted to say never reached the log. */
  readonly crashWhileSaying: () => void;
};

export function openDesk(config: NotifyConfig = configOf()): Desk {
  const notices: NoticeDraft[] = [];
  const log = new Map<string, AlertsTopicRecord>();
  const firing = new Map<string, Alert>();
  let prepared = prepare(config);
  let state = createNotifier();
  let nowMs = startMs;
  begin(state, nowMs, prepared);

  const store = (record: AlertsTopicRecord) => {
    log.delete(alertsKey(record));
    log.set(alertsKey(record), record);
  };
  const readBack = (record: AlertsTopicRecord) => {
    store(record);
    remember(state, record);
  };
  const say = (input: NotifyInput) => {
    if (input.kind === 'silence') store(input.silence);
    if (input.kind === 'ack') store(input.ack);
    const drafts = stepNotify(state, input, prepared, nowMs);
    if (input.kind === 'alert') {
      readBack({ v: 1, kind: 'alert', term: 1, alert: input.alert });
    }
    for (const draft of drafts) {
      notices.push(draft);
      readBack({ v: 1, kind: 'notice', term: 1, ...draft });
    }
  };
  const sayAlert = (alert: Alert) => {
    firing.set(alert.fingerprint, alert);
    say({ kind: 'alert', alert, causeMs: nowMs });
  };
  const restart = () => {
    state = createNotifier();
    for (const record of log.values()) remember(state, record);
    begin(state, nowMs, prepared);
  };
  return {
    state: () => state,
    notices,
    log,
    nowS: () => (nowMs - startMs) / 1000,
    say,
    to: (seconds) => {
      while (nowMs < atS(seconds)) {
        nowMs = Math.min(nowMs + 100, atS(seconds));
        say({ kind: 'tick' });
      }
    },
    skipTo: (seconds) => {
      nowMs = Math.max(nowMs, atS(seconds));
    },
    fire: (named, over = {}) => {
      const known = firing.get(printOf(named));
      const startsMs = known === undefined || known.state === 'resolved' ? nowMs : known.startsMs;
      sayAlert(alertOf(named, { startsMs, updatedMs: nowMs, ...over }));
    },
    resolve: (named, over = {}) => {
      const known = firing.get(printOf(named)) ?? alertOf(named, { startsMs: nowMs });
      sayAlert({ ...known, state: 'resolved', endsMs: nowMs, updatedMs: nowMs, ...over });
    },
    silence: (silence) => say({ kind: 'silence', silence }),
    ack: (dedupKey, over = {}) => {
      const about = { dedupKey, author: 'ada', source: 'cli', atMs: nowMs, acked: true } as const;
      say({ kind: 'ack', ack: { v: 1, kind: 'ack', ...about, ...over } });
    },
    reload: (next) => {
      prepared = prepare(next);
      reloadNotifier(state, prepared, nowMs);
    },
    crash: restart,
    crashWhileSaying: () => {
      nowMs += 100;
      stepNotify(state, { kind: 'tick' }, prepared, nowMs);
      restart();
    },
  };
}

/** A notice as a story tells it. Alerts by name where they have nothing but a name. */
export type Heard = {
  readonly atS: number;
  readonly receiver: string;
  readonly reason: string;
  readonly severity: Severity;
  readonly firing: readonly string[];
  readonly resolved: readonly string[];
};

export function heard(notices: readonly NoticeDraft[]): readonly Heard[] {
  return notices.map((notice) => ({
    atS: (notice.atMs - startMs) / 1000,
    receiver: notice.receiver,
    reason: notice.reason,
    severity: notice.severity,
    firing: namesOf(notice.alerts.filter((alert) => alert.state !== 'resolved')),
    resolved: namesOf(notice.alerts.filter((alert) => alert.state === 'resolved')),
  }));
}

/** `1.0 first a b`, `9.0 allResolved -a -b`: a story line by line, to compare with what was wanted. */
export function story(notices: readonly NoticeDraft[]): readonly string[] {
  return heard(notices).map(({ atS: at, reason, firing, resolved }) =>
    [at.toFixed(1), reason, ...firing, ...resolved.map((name) => `-${name}`)].join(' '),
  );
}

export function nameOf(labels: Labels): string {
  const { alertname = '', ...rest } = labels;
  const more = Object.entries(rest).map(([name, value]) => `${name}=${value}`);
  return [alertname, ...more.sort()].join('/');
}

function namesOf(alerts: readonly Alert[]): readonly string[] {
  return alerts.map((alert) => nameOf(alert.labels)).sort();
}

/** Tells a shared case to our notifier. Reports of silences are ours alone and are left out. */
export function playCase(story: AlertsCase): readonly CaseNotice[] {
  const inhibit = story.inhibit.map(({ source, target, equal }) => ({
    source: matchers(...source),
    target: matchers(...target),
    equal,
  }));
  const route = routeOf({ ...story.rhythm, groupBy: story.groupBy });
  const desk = openDesk(configOf({ inhibit, route }));
  for (const act of story.acts) {
    desk.to(act.atS);
    play(desk, act);
  }
  desk.to(story.untilS);
  const told = desk.notices.filter((notice) => notice.action !== 'change');
  return told.map(({ atMs, alerts }) => ({
    atS: (atMs - startMs) / 1000,
    firing: alerts.filter(({ state }) => state !== 'resolved').map(({ labels }) => labels),
    resolved: alerts.filter(({ state }) => state === 'resolved').map(({ labels }) => labels),
  }));
}

function play(desk: Desk, act: CaseAct): void {
  switch (act.kind) {
    case 'fire':
      for (const labels of act.alerts) desk.fire(labels);
      return;
    case 'resolve':
      for (const labels of act.alerts) desk.resolve(labels);
      return;
    case 'silence':
      return desk.silence(silenceOf(act.id, act.atS, act.untilS, ...act.matchers));
    case 'endSilence': {
      const known = desk.log.get(`silence/${act.id}`);
      if (known?.kind === 'silence') desk.silence({ ...known, endsMs: atS(act.atS) });
    }
  }
}
