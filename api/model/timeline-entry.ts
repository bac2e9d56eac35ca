// An incident record as people read it: one sentence, the numbers behind it, and a name to link to.
// What this version cannot put into words it does not show; the schema leaves events open at the end
// so that a newer version may add kinds.

import { evidenceLine, explainLines, incidentText } from '@regionpilot/aggregator';
import { decodeIncident, type IncidentEvent, type IncidentRecord } from '@regionpilot/protocol';
import type { TimelineEntry, TimelineEvent } from '../contract/timeline.ts';

export type Place = { readonly partition: number; readonly offset: number };

export function entryId({ partition, offset }: Place): string {
  return `${partition}-${offset}`;
}

/** Null for what is no id of ours. */
export function placeOf(id: string): Place | null {
  const parts = /^(\d{1,6})-(\d{1,15})$/.exec(id);
  return parts === null ? null : { partition: Number(parts[1]), offset: Number(parts[2]) };
}

/** Null when the bytes are no incident that can be told. */
export function readIncident(value: Uint8Array | null): IncidentRecord | null {
  const decoded = value === null ? null : decodeIncident(value);
  if (decoded?.kind !== 'ok') return null;
  try {
    const [line] = explainLines([decoded.value]);
    return line === undefined ? null : decoded.value;
  } catch {
    return null;
  }
}

export function timelineEntry(record: IncidentRecord, place: Place): TimelineEntry {
  const { group, incident, atMs, owner, term, event } = record;
  return {
    id: entryId(place),
    group,
    incident,
    atMs,
    owner,
    term,
    text: incidentText(event),
    details: detailsOf(record),
    event: withoutReplay(event),
    actor: event.kind === 'overrideChanged' ? (event.override?.author ?? null) : null,
  };
}

function detailsOf(record: IncidentRecord): readonly string[] {
  const { event } = record;
  if (event.kind === 'healthChanged') return evidenceLine(event.evidence).split('; ');
  return explainLines([record])
    .slice(1)
    .map((line) => line.trim());
}

/** The brain's state is large and only for `replay`. */
function withoutReplay(event: IncidentEvent): TimelineEvent {
  if (event.kind !== 'decided') return event;
  const { replay: _replay, ...rest } = event;
  return rest;
}
