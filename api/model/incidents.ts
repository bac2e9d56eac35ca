// Stories: the entries of one incident, added up as they come. Bound: the newest 200 of a group; an
// older one is told from the log.

import type { Health } from '@regionpilot/protocol';
import type { IncidentSummary, TimelineEntry } from '../contract/timeline.ts';

const incidentsKept = 200;

const badness: Readonly<Record<Health, number>> = { healthy: 0, unknown: 1, suspect: 2, down: 3 };

type Story = {
  readonly id: string;
  readonly group: string;
  readonly openedMs: number;
  closedMs: number | null;
  /** Region → the worst it was. */
  readonly worst: Map<string, Health>;
  firstDecision: string | null;
  firstRefusal: string | null;
  decisions: number;
  refusals: number;
  decidedMs: number | null;
  convergedMs: number | null;
  entries: number;
};

export class Incidents {
  readonly #stories = new Map<string, Story>();
  #open: string | null = null;

  /** The incident this entry belongs to, as it is now; null: to none. */
  take(entry: TimelineEntry): IncidentSummary | null {
    const { incident: id } = entry;
    if (id === null) return null;
    const story = this.#stories.get(id) ?? this.#begin(id, entry);
    addEntry(story, entry);
    if (story.closedMs === null) this.#open = id;
    else if (this.#open === id) this.#open = null;
    return summaryOf(story);
  }

  /** Id of the incident that is open. */
  get open(): string | null {
    return this.#open;
  }

  get(id: string): IncidentSummary | null {
    const story = this.#stories.get(id);
    return story === undefined ? null : summaryOf(story);
  }

  /** Newest first. */
  list(): readonly IncidentSummary[] {
    return [...this.#stories.values()].map(summaryOf).sort((a, b) => b.openedMs - a.openedMs);
  }

  #begin(id: string, { group, atMs }: TimelineEntry): Story {
    const story: Story = {
      id,
      group,
      openedMs: openedMsOf(id) ?? atMs,
      closedMs: null,
      worst: new Map(),
      firstDecision: null,
      firstRefusal: null,
      decisions: 0,
      refusals: 0,
      decidedMs: null,
      convergedMs: null,
      entries: 0,
    };
    this.#stories.set(id, story);
    const [oldest] = this.#stories.keys();
    if (this.#stories.size > incidentsKept && oldest !== undefined) this.#stories.delete(oldest);
    return story;
  }
}

/** The whole story of some entries of one incident, oldest first; null without any. */
export function incidentOf(entries: readonly TimelineEntry[]): IncidentSummary | null {
  const incidents = new Incidents();
  let summary: IncidentSummary | null = null;
  for (const entry of entries) summary = incidents.take(entry) ?? summary;
  return summary;
}

function addEntry(story: Story, { event, atMs }: TimelineEntry): void {
  story.entries++;
  switch (event.kind) {
    case 'healthChanged': {
      const worst = story.worst.get(event.region);
      const bad = badness[event.to] >= badness.suspect;
      if (bad && (worst === undefined || badness[event.to] > badness[worst])) {
        story.worst.set(event.region, event.to);
      }
      return;
    }
    case 'decided':
    case 'shadowDecided':
      story.decisions++;
      story.firstDecision ??= event.decision.text;
      story.decidedMs ??= atMs;
      return;
    case 'refused':
      story.refusals++;
      story.firstRefusal ??= `not decided (${event.rule}): ${event.text}`;
      return;
    case 'converged':
      if (story.decidedMs !== null) story.convergedMs ??= atMs;
      return;
    case 'closed':
      story.closedMs = atMs;
      return;
    case 'tiltEntered':
    case 'tiltLeft':
    case 'overrideChanged':
    case 'ownerChanged':
    case 'clientSetAside':
      return;
  }
}

function summaryOf(story: Story): IncidentSummary {
  const { id, group, openedMs, closedMs, decisions, refusals, entries } = story;
  return {
    id,
    group,
    openedMs,
    closedMs,
    regions: [...story.worst.keys()],
    title: titleOf(story),
    decisions,
    refusals,
    decidedAfterMs: since(openedMs, story.decidedMs),
    convergedAfterMs: since(openedMs, story.convergedMs),
    entries,
  };
}

function titleOf({ worst, firstDecision, firstRefusal }: Story): string {
  const regions = [...worst].map(([region, health]) => `${region} ${health}`).join(', ');
  const what = firstDecision ?? firstRefusal;
  if (regions === '') return what ?? 'watched';
  return what === null ? regions : `${regions}: ${what}`;
}

function since(fromMs: number, toMs: number | null): number | null {
  return toMs === null ? null : Math.max(0, toMs - fromMs);
}

/** An id is `<group>/<opened at ms>`. */
function openedMsOf(id: string): number | null {
  const ms = Number(id.slice(id.lastIndexOf('/') + 1));
  return Number.isSafeInteger(ms) && ms > 0 ? ms : null;
}
