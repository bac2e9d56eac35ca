// What happened to one group of late, in the order of the log. Bounds: the newest 2,000 entries and
// 200 incidents; what is older is read from the log when somebody asks. Of one partition, so its
// offsets order it.

import { type Policy, parsePolicy } from '@regionpilot/aggregator';
import type { IncidentRecord } from '@regionpilot/protocol';
import type { IncidentSummary, TimelineEntry } from '../contract/timeline.ts';
import type { HealthSince } from './group-state.ts';
import { Incidents } from './incidents.ts';
import { type Place, timelineEntry } from './timeline-entry.ts';

export const entriesKept = 2_000;

export type TimelineNews = {
  readonly entry: TimelineEntry;
  readonly incident: IncidentSummary | null;
};

export class Timeline {
  /** Oldest first. */
  readonly #entries: TimelineEntry[] = [];
  readonly incidents: Incidents = new Incidents();
  readonly health: Map<string, HealthSince> = new Map();
  /** The settings the last decision on record was made by; null: none is. */
  policy: Policy | null = null;
  /** True: entries older than those here may lie in the log. */
  truncated = false;

  take(record: IncidentRecord, place: Place): TimelineNews {
    const entry = timelineEntry(record, place);
    this.#entries.push(entry);
    if (this.#entries.length > entriesKept) {
      this.#entries.shift();
      this.truncated = true;
    }
    const { event, atMs } = record;
    if (event.kind === 'healthChanged' && event.home === '*') {
      this.health.set(event.region, { health: event.to, sinceMs: atMs });
    }
    if (event.kind === 'decided') this.policy = policyIn(event.replay.policy) ?? this.policy;
    return { entry, incident: this.incidents.take(entry) };
  }

  /** Oldest first. */
  get entries(): readonly TimelineEntry[] {
    return this.#entries;
  }
}

/** A record of another version may hold settings that this one refuses. */
function policyIn(recorded: unknown): Policy | null {
  try {
    return parsePolicy(recorded);
  } catch {
    return null;
  }
}
