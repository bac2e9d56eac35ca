// All the page knows of the fleet, kept up to date by the live stream. A snapshot replaces
// everything; every other message replaces one thing by its name, so a repeated message is harmless.

import type {
  AlertView,
  DemoState,
  GroupState,
  IncidentSummary,
  LiveMessage,
  PipelineState,
  SilenceView,
  TimelineEntry,
} from '@regionpilot/api/contract';

export type Fleet = {
  /** False until the first snapshot. */
  readonly known: boolean;
  readonly instance: string;
  readonly groups: readonly GroupState[];
  readonly incidents: readonly IncidentSummary[];
  readonly alerts: readonly AlertView[];
  readonly silences: readonly SilenceView[];
  readonly pipeline: PipelineState | null;
  /** Newest first. */
  readonly timeline: readonly TimelineEntry[];
  readonly demo: DemoState | null;
};

export const emptyFleet: Fleet = {
  known: false,
  instance: '',
  groups: [],
  incidents: [],
  alerts: [],
  silences: [],
  pipeline: null,
  timeline: [],
  demo: null,
};

/** Entries kept in memory; older ones are fetched by page. */
const timelineKept = 400;

/** The fleet after one message. */
export function applyMessage(fleet: Fleet, message: LiveMessage): Fleet {
  switch (message.kind) {
    case 'snapshot':
      return fromSnapshot(message);
    case 'group':
      return { ...fleet, groups: replaced(fleet.groups, message.group, (g) => g.group) };
    case 'timeline':
      return { ...fleet, timeline: withEntry(fleet.timeline, message.entry) };
    case 'incident':
      return { ...fleet, incidents: replaced(fleet.incidents, message.incident, (i) => i.id) };
    case 'alert':
      return { ...fleet, alerts: replaced(fleet.alerts, message.alert, (a) => a.fingerprint) };
    case 'silence':
      return { ...fleet, silences: replaced(fleet.silences, message.silence, (s) => s.id) };
    case 'pipeline':
      return { ...fleet, pipeline: message.pipeline };
    case 'demo':
      return { ...fleet, demo: message.demo };
  }
}

function fromSnapshot(message: Extract<LiveMessage, { kind: 'snapshot' }>): Fleet {
  return {
    known: true,
    instance: message.instance,
    groups: [...message.groups].sort((a, b) => a.group.localeCompare(b.group)),
    incidents: message.incidents,
    alerts: message.alerts,
    silences: message.silences,
    pipeline: message.pipeline,
    timeline: [...message.timeline].sort((a, b) => b.atMs - a.atMs),
    demo: message.demo,
  };
}

/** Keeps the place of what is known already, so rows do not jump under the pointer. */
function replaced<Item>(
  items: readonly Item[],
  item: Item,
  nameOf: (item: Item) => string,
): readonly Item[] {
  const at = items.findIndex((other) => nameOf(other) === nameOf(item));
  return at < 0 ? [...items, item] : items.with(at, item);
}

function withEntry(
  timeline: readonly TimelineEntry[],
  entry: TimelineEntry,
): readonly TimelineEntry[] {
  if (timeline.some((known) => known.id === entry.id)) return timeline;
  const at = timeline.findIndex((known) => known.atMs <= entry.atMs);
  return timeline.toSpliced(at < 0 ? timeline.length : at, 0, entry).slice(0, timelineKept);
}

/** Open incidents, newest first. */
export function openIncidents(fleet: Fleet): readonly IncidentSummary[] {
  return fleet.incidents
    .filter((incident) => incident.closedMs === null)
    .sort((a, b) => b.openedMs - a.openedMs);
}

const urgency = { page: 0, ticket: 1, info: 2 } as const;

/** Alerts somebody should look at: not resolved, most urgent first, then newest. */
export function liveAlerts(fleet: Fleet): readonly AlertView[] {
  return fleet.alerts
    .filter((alert) => alert.state !== 'resolved')
    .sort((a, b) => urgency[a.severity] - urgency[b.severity] || b.startsMs - a.startsMs);
}

/** Alerts that fire, want a person and are neither silenced nor taken. */
export function urgentAlerts(fleet: Fleet): readonly AlertView[] {
  return liveAlerts(fleet).filter(
    (a) =>
      a.severity !== 'info' &&
      a.state !== 'pending' &&
      a.silencedBy.length === 0 &&
      a.ackedBy === null,
  );
}
