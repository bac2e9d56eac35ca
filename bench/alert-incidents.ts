// Incidents that make an alert each, for benches: groups that find no safe region, and find one again.

import type { Bus, OutgoingRecord } from '@regionpilot/bus';
import {
  encodeRecord,
  envelope,
  type IncidentRecord,
  type TopicOptions,
  topicCatalogue,
  topicDefaults,
  topicFullName,
} from '@regionpilot/protocol';

/** One group's owner says that nothing is safe (`lost`), or that something is again. */
export function incidentOf(group: string, lost: boolean, atMs: number): OutgoingRecord {
  const reason = lost ? 'noSafeTarget' : 'safeTargetFound';
  const incident: IncidentRecord = {
    v: 1,
    group,
    incident: `${group}/${atMs}`,
    atMs,
    owner: 'bench',
    term: 1,
    event: {
      kind: 'decided',
      decision: {
        v: 1,
        group,
        term: 1,
        epoch: lost ? 2 : 3,
        owner: 'bench',
        atMs,
        reason,
        text: lost ? 'no region is safe' : 'a region is safe again',
        regions: ['eu', 'us'],
        admit: { eu: 10_000, us: 10_000 },
        homes: {},
        noSafeTarget: lost,
        health: { eu: lost ? 'down' : 'healthy', us: lost ? 'down' : 'healthy' },
        evidence: [],
        incident: `${group}/${atMs}`,
      },
      rejected: [],
      replay: { state: null, input: null, policy: null },
    },
  };
  const headers = envelope({ kind: 'incident', id: `${group}/${atMs}`, source: '/bench', atMs });
  return { key: group, value: encodeRecord(incident), headers };
}

/** All topics under a prefix of their own. */
export async function benchTopics(bus: Bus, prefix: string): Promise<TopicOptions> {
  const options = { ...topicDefaults, prefix, replication: 1, minInsyncReplicas: 1 };
  await bus.applyTopics(topicCatalogue(options));
  return options;
}

export function incidentsTopic(prefix: string): string {
  return topicFullName(prefix, 'incidents');
}
