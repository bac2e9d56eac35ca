// History through other rules: the facts of a span go through the same brain that runs in production,
// with receivers that always take everything, and out comes who would have been told what, and when.
// Two such runs are compared by what costs people sleep: pages, how late they came, and the noise.

import type { Alert, Severity } from '@regionpilot/protocol';
import { type Brain, beginBrain, hearFact, openBrain, type Said } from './brain.ts';
import type { AlertingConfig } from './config.ts';
import type { Fact } from './fact.ts';
import type { NoticeDraft } from './notify/input.ts';
import { hearStory, type OpenPage, type Stories, tellStory } from './replay-stories.ts';

/** Event time between two looks of the rules. ms. */
const tickMs = 1_000;

/** One waking of a human: from the notice that a page began with to the one that ended it. */
export type ReplayedPage = {
  readonly dedupKey: string;
  readonly groupLabels: NoticeDraft['groupLabels'];
  /** `alertname`s, in order. */
  readonly alerts: readonly string[];
  /** Everything that fired under it while it was open. */
  readonly fingerprints: readonly string[];
  readonly receivers: readonly string[];
  readonly summary: string;
  readonly atMs: number;
  /** Null: still open at the end of the span. */
  readonly endedMs: number | null;
  /** From the first bad event of the incident, or without one from when the alert's condition held. */
  readonly timeToPageMs: number;
};

export type AlertsReplay = {
  readonly notices: readonly NoticeDraft[];
  /** Every change of an alert that was told to nobody but the log. */
  readonly alerts: readonly Alert[];
  readonly pages: readonly ReplayedPage[];
  /** Notices that asked for attention (triggers), by severity. */
  readonly noise: Readonly<Record<Severity, number>>;
  /** Alerts that came and went so often that they were called flapping. */
  readonly flaps: number;
};

/** A replay under way, for facts that are read a piece at a time. */
export type Replay = {
  readonly brain: Brain;
  readonly fromMs: number;
  nowMs: number;
  readonly notices: NoticeDraft[];
  readonly alerts: Alert[];
  readonly flapping: Set<string>;
  readonly stories: Stories;
};

/**
 * @param startMs Log time of the first fact, or a little before.
 * @param fromMs What is said earlier only warms up and is not counted. Default `startMs`.
 */
export function openReplay(
  config: AlertingConfig,
  startMs: number,
  fromMs: number = startMs,
): Replay {
  const quiet = { ...config, heartbeat: null, probe: null, startDelayMs: 0 };
  const brain = openBrain(quiet, null, []);
  const replay: Replay = {
    brain,
    fromMs,
    nowMs: startMs,
    notices: [],
    alerts: [],
    flapping: new Set(),
    stories: { opened: new Map(), open: new Map(), pages: [] },
  };
  take(replay, beginBrain(brain, startMs));
  return replay;
}

/** Facts come in the order of the log; the ticks between them are made here. */
export function hearReplayed(replay: Replay, fact: Fact): void {
  passTime(replay, fact.atMs);
  hearStory(replay.stories, fact);
  take(replay, hearFact(replay.brain, fact));
}

export function endReplay(replay: Replay, toMs: number): AlertsReplay {
  passTime(replay, toMs);
  const { notices, alerts, flapping, stories } = replay;
  const triggers = notices.filter(({ action }) => action === 'trigger');
  const count = (severity: Severity): number =>
    triggers.filter((notice) => notice.severity === severity).length;
  return {
    notices,
    alerts,
    pages: stories.pages.filter(({ atMs }) => atMs >= replay.fromMs).map(shown),
    noise: { page: count('page'), ticket: count('ticket'), info: count('info') },
    flaps: flapping.size,
  };
}

/** The whole of it at once. Time ends with the last fact. */
export function replayAlerts(facts: Iterable<Fact>, config: AlertingConfig): AlertsReplay {
  let replay: Replay | null = null;
  for (const fact of facts) {
    replay ??= openReplay(config, fact.atMs);
    hearReplayed(replay, fact);
  }
  return endReplay(replay ?? openReplay(config, 0), replay?.nowMs ?? 0);
}

function passTime(replay: Replay, untilMs: number): void {
  while (replay.nowMs + tickMs <= untilMs) {
    replay.nowMs += tickMs;
    take(replay, hearFact(replay.brain, { kind: 'tick', atMs: replay.nowMs }));
  }
}

function take(replay: Replay, { alerts, drafts }: Said): void {
  const counts = replay.nowMs >= replay.fromMs;
  for (const draft of drafts) tellStory(replay, draft);
  if (!counts) return;
  for (const alert of alerts) {
    replay.alerts.push(alert);
    if (alert.flapping) replay.flapping.add(alert.fingerprint);
  }
  replay.notices.push(...drafts);
}

function shown({ holders: _, ...page }: OpenPage): ReplayedPage {
  return page;
}
