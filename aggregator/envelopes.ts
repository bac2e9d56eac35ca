// Headers of the records a group's owner writes, with the place of each in its incident's trace.

import {
  type Decision,
  decisionSpan,
  envelope,
  type Headers,
  type Heartbeat,
  heartbeatKey,
  type IncidentRecord,
  incidentSpan,
  traceparentOf,
} from '@regionpilot/protocol';

export function decisionHeaders(decision: Decision, instance: string): Headers {
  const { group, term, epoch, atMs, incident } = decision;
  return envelope({
    kind: 'decision',
    id: `${group}/${term}/${epoch}`,
    source: sourceOf(instance),
    atMs,
    traceparent: incident === null ? undefined : traceparentOf(decisionSpan(incident, decision)),
  });
}

export function incidentHeaders(record: IncidentRecord, instance: string): Headers {
  const { group, atMs, event, incident } = record;
  return envelope({
    kind: 'incident',
    id: `${group}/${instance}/${atMs}/${event.kind}`,
    source: sourceOf(instance),
    atMs,
    traceparent: incident === null ? undefined : traceparentOf(incidentSpan(incident)),
  });
}

export function heartbeatHeaders({ partition, atMs }: Heartbeat, instance: string): Headers {
  const id = `${heartbeatKey(partition)}/${instance}/${atMs}`;
  return envelope({ kind: 'heartbeat', id, source: sourceOf(instance), atMs });
}

function sourceOf(instance: string): string {
  return `/aggregators/${instance}`;
}
