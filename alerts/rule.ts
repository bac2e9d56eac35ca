// A rule as data: which signal it watches, when that is worth a human, and what the human is told.

import type { Matcher, Severity } from '@regionpilot/protocol';

/**
 * What can be watched. One closed list, so that a rules file can be checked and a mistyped signal
 * gets a suggestion.
 */
export const signalNames = [
  /** `healthy | suspect | down | unknown`, as the group's owner last said (home `*`). */
  'regionHealth',
  /** Failures over total of the last window, 0..1, all homes together. */
  'regionErrorRatio',
  /** The same over all regions of a group: what callers see. */
  'groupErrorRatio',
  /** Answered and failed, added up window by window: what burn rates are made of. */
  'groupErrors',
  /** ms since a failover was decided that has not converged; 0 when all converged. */
  'failoverUnconvergedMs',
  /** ms since a region was left for good reason and callers still fail; 0 when it helped. */
  'failoverUnhelpfulMs',
  /** 1 while no region is known to be safe. */
  'noSafeTarget',
  /** 1 while a wanted move is refused because the flap budget is spent. */
  'flapBudgetSpent',
  /** 1 while the aggregator only watches. */
  'tilt',
  /** Clients of a home that report now, over those known in the last minute, 0..1. */
  'agentsReporting',
  /** 1 while one client fails where the rest does not. */
  'clientFailing',
  /** ms since the last heartbeat that answered for the group. */
  'decisionAgeMs',
  /** Records behind the end of an events partition. */
  'consumerLagRecords',
  /** Events lost (gaps, declared drops, rejected) within the last 5 minutes. */
  'eventsLost',
  /** ms until an operator's order ends. */
  'overrideExpiresMs',
  /** ms since a receiver last took anything while something waits for it; 0 when all is well. */
  'receiverFailingMs',
  /** Notices of a receiver given up within the last hour. */
  'receiverDeadLettered',
  /** 1 while a new config was refused and the old one runs on. */
  'configRefused',
  /** Always 1: proof that rules are evaluated at all. */
  'watchdog',
] as const;
export type SignalName = (typeof signalNames)[number];

export type SignalShape = {
  /** Labels that tell its instances apart. */
  readonly labels: readonly string[];
  readonly is: 'state' | 'number' | 'counts';
};

export const signals: Readonly<Record<SignalName, SignalShape>> = {
  regionHealth: { labels: ['group', 'region'], is: 'state' },
  regionErrorRatio: { labels: ['group', 'region'], is: 'number' },
  groupErrorRatio: { labels: ['group'], is: 'number' },
  groupErrors: { labels: ['group'], is: 'counts' },
  failoverUnconvergedMs: { labels: ['group', 'region'], is: 'number' },
  failoverUnhelpfulMs: { labels: ['group', 'region'], is: 'number' },
  noSafeTarget: { labels: ['group'], is: 'number' },
  flapBudgetSpent: { labels: ['group'], is: 'number' },
  tilt: { labels: ['group'], is: 'number' },
  agentsReporting: { labels: ['group', 'home'], is: 'number' },
  clientFailing: { labels: ['group', 'client', 'region'], is: 'number' },
  decisionAgeMs: { labels: ['group'], is: 'number' },
  consumerLagRecords: { labels: ['partition'], is: 'number' },
  eventsLost: { labels: ['partition'], is: 'number' },
  overrideExpiresMs: { labels: ['group'], is: 'number' },
  receiverFailingMs: { labels: ['receiver'], is: 'number' },
  receiverDeadLettered: { labels: ['receiver'], is: 'number' },
  configRefused: { labels: [], is: 'number' },
  watchdog: { labels: [], is: 'number' },
};

/** Two windows that must both burn: the long one says it matters, the short one that it goes on. */
export type BurnWindow = {
  /** ms, for example 3,600,000 and 300,000; short is about a twelfth of long. */
  readonly longMs: number;
  readonly shortMs: number;
  /** Times faster than the budget allows: error ratio over (1 − objective). */
  readonly burn: number;
};

export type Condition =
  /** True above `enter`, until at or below `exit` (≤ enter). */
  | { readonly kind: 'above'; readonly enter: number; readonly exit: number }
  /** True below `enter`, until at or above `exit` (≥ enter). */
  | { readonly kind: 'below'; readonly enter: number; readonly exit: number }
  | { readonly kind: 'is'; readonly values: readonly string[] }
  | {
      readonly kind: 'burnRate';
      /** Share that must succeed, 0..1 exclusive, for example 0.999. */
      readonly objective: number;
      readonly windows: readonly BurnWindow[];
      /** Fewer events than this in the long window prove nothing. */
      readonly minEvents: number;
    };

export type Rule = {
  /** Becomes the label `alertname`. */
  readonly name: string;
  readonly signal: SignalName;
  /** Instances the rule is for, by the signal's labels; empty: all. */
  readonly only: readonly Matcher[];
  readonly when: Condition;
  /** How long it must hold before it fires, ms. */
  readonly forMs: number;
  /** How long it goes on firing after it no longer holds, ms. */
  readonly keepFiringForMs: number;
  /** When the signal falls silent: say so (`alert`), go on as before (`keep`), or end (`resolve`). */
  readonly noData: 'alert' | 'keep' | 'resolve';
  /** Silence of this length is no data, ms. */
  readonly noDataAfterMs: number;
  readonly severity: Severity;
  /** What it counts as while an automatic failover has helped; null: the same. */
  readonly severityMitigated: Severity | null;
  /** Liquid templates over `labels`, `value`, `context`, `state`. */
  readonly summary: string;
  readonly description: string;
  /** URL, or a path under the configured base. */
  readonly runbook: string;
  readonly dashboard: string;
};

/** Something worth knowing that opens nothing: a failover that was carried out, a region back in use. */
export type ChangeEvent = {
  /** The same for the same change, whoever tells it again. */
  readonly id: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly summary: string;
  readonly description: string;
  readonly annotations: Readonly<Record<string, string>>;
  readonly atMs: number;
};
