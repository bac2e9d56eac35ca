// How one entry of the timeline looks: its mark, its tone, a word for what kind it is, and the
// evidence behind it as plain rows, whichever kind of event it was.

import type { TimelineEntry } from '@regionpilot/api/contract';
import type { Decision, Health, RegionEvidence, RejectedAlternative } from '@regionpilot/protocol';
import { admitted, duration, titled } from './format.ts';
import type { Tone } from './situation.ts';

export type Mark = 'health' | 'decision' | 'refusal' | 'person' | 'machine' | 'done';

export type EntryLook = { readonly mark: Mark; readonly tone: Tone; readonly word: string };

const healthTone: Readonly<Record<Health, Tone>> = {
  healthy: 'calm',
  suspect: 'watch',
  down: 'bad',
  unknown: 'unknown',
};

/** Mark, tone and word of an entry. */
export function entryLook(entry: TimelineEntry): EntryLook {
  const { event } = entry;
  switch (event.kind) {
    case 'healthChanged':
      return { mark: 'health', tone: healthTone[event.to], word: titled(event.to) };
    case 'decided':
      return {
        mark: 'decision',
        tone: event.decision.noSafeTarget ? 'bad' : 'calm',
        word: 'Decided',
      };
    case 'shadowDecided':
      return { mark: 'decision', tone: 'unknown', word: 'Shadow' };
    case 'refused':
      return { mark: 'refusal', tone: 'watch', word: 'Refused' };
    case 'tiltEntered':
      return { mark: 'machine', tone: 'watch', word: 'Watching only' };
    case 'tiltLeft':
      return { mark: 'machine', tone: 'calm', word: 'Deciding again' };
    case 'overrideChanged':
      return { mark: 'person', tone: 'unknown', word: 'Order' };
    case 'ownerChanged':
      return { mark: 'machine', tone: 'unknown', word: 'New decider' };
    case 'clientSetAside':
      return { mark: 'machine', tone: 'unknown', word: 'Set aside' };
    case 'converged':
      return { mark: 'done', tone: 'calm', word: 'Converged' };
    case 'closed':
      return { mark: 'done', tone: 'calm', word: 'Closed' };
  }
}

/** What opens when an entry is opened. */
export type EntryEvidence = {
  readonly decision: Decision | null;
  readonly evidence: readonly RegionEvidence[];
  readonly rejected: readonly RejectedAlternative[];
  /** Name and value, for what has no chart. */
  readonly facts: readonly (readonly [string, string])[];
};

/** The evidence of an entry. */
export function entryEvidence(entry: TimelineEntry): EntryEvidence {
  const { event } = entry;
  const none: EntryEvidence = { decision: null, evidence: [], rejected: [], facts: [] };
  switch (event.kind) {
    case 'healthChanged':
      return { ...none, evidence: [event.evidence], facts: healthFacts(event) };
    case 'decided':
    case 'shadowDecided':
      return {
        decision: event.decision,
        evidence: event.decision.evidence,
        rejected: event.rejected,
        facts: decisionFacts(event.decision),
      };
    case 'refused':
      return {
        ...none,
        evidence: event.evidence,
        rejected: event.rejected,
        facts: [
          ['Rule', titled(event.rule)],
          ['Wanted', titled(event.wanted)],
          ['Why not', event.text],
        ],
      };
    case 'converged':
      return {
        ...none,
        facts: [
          ['Version', `${event.term}.${event.epoch}`],
          ['Follow it', `${event.applied} of ${event.clients}`],
          ['Took', duration(event.tookMs)],
        ],
      };
    case 'closed':
      return { ...none, facts: [['Lasted', duration(entry.atMs - event.openedMs)]] };
    case 'ownerChanged':
      return {
        ...none,
        facts: [
          ['Decider', event.owner],
          ['Term', String(event.term)],
        ],
      };
    case 'clientSetAside':
      return {
        ...none,
        facts: [
          ['Client', event.client],
          ['Region', event.region],
          ['Why', event.why],
        ],
      };
    case 'tiltEntered':
      return {
        ...none,
        facts: [
          ['Reason', titled(event.reason)],
          ['Said', event.text],
        ],
      };
    case 'tiltLeft':
      return { ...none, facts: [['Reason', titled(event.reason)]] };
    case 'overrideChanged':
      return { ...none, facts: orderFacts(event) };
  }
}

function healthFacts(event: { readonly from: Health; readonly to: Health; readonly home: string }) {
  const seen = event.home === '*' ? 'everywhere' : event.home;
  return [
    ['Changed', `${event.from} → ${event.to}`],
    ['Seen from', seen],
  ] as const;
}

function decisionFacts(decision: Decision): readonly (readonly [string, string])[] {
  return [
    ['Reason', titled(decision.reason)],
    ['Version', `${decision.term}.${decision.epoch}`],
    ...decision.regions.map(
      (region) => [region, `admits ${admitted(decision.admit[region] ?? 0)}`] as const,
    ),
  ];
}

function orderFacts(
  event: Extract<TimelineEntry['event'], { kind: 'overrideChanged' }>,
): readonly (readonly [string, string])[] {
  const { override } = event;
  if (override === null) return [['Order', 'ended']];
  return [
    ['Hold', override.hold === null ? 'none' : `${override.hold.kind} ${override.hold.region}`],
    ['Automation', override.automation],
    ['By', override.author],
    ['Reason', override.reason],
    ['Lasts', duration(override.expiresMs - override.atMs)],
  ];
}

/** A fetched page and what the stream brought since, newest first, each once. */
export function mergedEntries(
  page: readonly TimelineEntry[],
  live: readonly TimelineEntry[],
): readonly TimelineEntry[] {
  const byId = new Map([...page, ...live].map((entry) => [entry.id, entry]));
  return [...byId.values()].sort((a, b) => b.atMs - a.atMs);
}
