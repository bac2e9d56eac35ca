// One incident while it lasts: what later spans need of earlier records.

import type { IncidentEvent, IncidentRecord, RegionEvidence } from '@regionpilot/protocol';
import type { SpanEvent } from './span.ts';

export type Story = {
  readonly incident: string;
  /** The earliest sign of trouble, ms since 1970. */
  firstBadMs: number;
  /** Home and region → since when something is wrong there. */
  readonly badSinceMs: Map<string, number>;
  /** When a region was last found down and nothing was decided about it yet. */
  downMs: number | null;
  readonly events: SpanEvent<'regionpilot.incident'>[];
};

/** An incident that refuses the same move for hours must not grow for hours. */
const eventsMost = 64;

export function beginStory(incident: string, atMs: number): Story {
  const openedMs = Number(incident.slice(incident.lastIndexOf('/') + 1));
  const firstBadMs = Number.isFinite(openedMs) && openedMs > 0 ? Math.min(openedMs, atMs) : atMs;
  return { incident, firstBadMs, badSinceMs: new Map(), downMs: null, events: [] };
}

/** A stall is noticed when it has lasted: it began with the command that nobody answered. */
export function badSince(atMs: number, { rule, stalledMaxMs }: RegionEvidence): number {
  return rule === 'stall' ? atMs - Math.min(stalledMaxMs, 60_000) : atMs;
}

export function note(story: Story, { atMs, event }: IncidentRecord): void {
  const told = story.events.length < eventsMost ? eventOf(event) : null;
  if (told !== null) story.events.push({ ...told, atMs });
}

type Told = Omit<SpanEvent<'regionpilot.incident'>, 'atMs'>;

function eventOf(event: IncidentEvent): Told | null {
  switch (event.kind) {
    case 'refused': {
      const { rule, wanted, region, home } = event;
      return { name: 'regionpilot.refused', attributes: { rule, wanted, region, home } };
    }
    case 'shadowDecided':
      return { name: 'regionpilot.shadow', attributes: { reason: event.decision.reason } };
    case 'tiltEntered':
      return { name: 'regionpilot.tilt', attributes: { reason: event.reason } };
    case 'overrideChanged':
      return { name: 'regionpilot.order', attributes: {} };
    case 'healthChanged':
    case 'decided':
    case 'tiltLeft':
    case 'ownerChanged':
    case 'clientSetAside':
    case 'converged':
    case 'closed':
      return null;
  }
}
