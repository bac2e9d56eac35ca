// Records in words: one line per event, for a person at three in the morning.

import type { IncidentEvent, IncidentRecord, RegionEvidence } from '@regionpilot/protocol';

/** One sentence for an event of the timeline. */
export function incidentText(event: IncidentEvent): string {
  switch (event.kind) {
    case 'healthChanged':
      return `${event.region}${seenFrom(event.home)} went from ${event.from} to ${event.to}: ${evidenceLine(event.evidence)}`;
    case 'decided':
      return `decided (${event.decision.reason}, epoch ${event.decision.epoch}): ${event.decision.text}`;
    case 'refused':
      return `refused ${event.wanted} for ${event.region}${seenFrom(event.home)} by ${event.rule}: ${event.text}`;
    case 'shadowDecided':
      return `would have decided (${event.decision.reason}): ${event.decision.text}`;
    case 'tiltEntered':
      return `watching without acting (${event.reason}): ${event.text}`;
    case 'tiltLeft':
      return `acting again (${event.reason} is over)`;
    case 'overrideChanged':
      return `operator's order: ${event.text}`;
    case 'ownerChanged':
      return `${event.owner} decides now, term ${event.term}`;
    case 'clientSetAside':
      return `${event.client} fails alone in ${event.region}: ${event.why}`;
    case 'converged':
      return `all ${event.clients} clients follow epoch ${event.epoch} after ${event.tookMs} ms`;
    case 'closed':
      return 'incident over';
  }
}

/** The numbers behind a judgement. */
export function evidenceLine(evidence: RegionEvidence): string {
  const { voters, quorum, engagedClients, liveClients, votersByRule, domains, domainsWanted } =
    evidence;
  const rules = Object.entries(votersByRule)
    .filter(([, votes]) => votes > 0)
    .map(([rule, votes]) => `${rule} ${votes}`)
    .join(', ');
  const [answered, failed] = evidence.long;
  return [
    `${voters} of ${engagedClients} engaged clients say down (${quorum} wanted, ${liveClients} live)`,
    `in ${domains.length} domains (${domainsWanted} wanted)`,
    rules === '' ? null : `by rule: ${rules}`,
    evidence.setAside > 0 ? `${evidence.setAside} set aside` : null,
    `window: ${answered} answered, ${failed} failed, Wilson low ${(evidence.wilsonLow * 100).toFixed(1)} %`,
    evidence.stalledMaxMs > 0 ? `oldest unanswered command ${evidence.stalledMaxMs} ms` : null,
  ]
    .filter((part) => part !== null)
    .join('; ');
}

/** A group's timeline, oldest first, evidence and rejected alternatives included. */
export function explainLines(records: readonly IncidentRecord[]): readonly string[] {
  return records.flatMap((record) => [
    `${new Date(record.atMs).toISOString()}  ${incidentText(record.event)}`,
    ...details(record.event).map((line) => `${' '.repeat(26)}${line}`),
  ]);
}

function details(event: IncidentEvent): readonly string[] {
  switch (event.kind) {
    case 'decided':
      return [
        ...event.decision.evidence.map(
          (each) => `evidence ${each.region}${seenFrom(each.home)}: ${evidenceLine(each)}`,
        ),
        ...event.rejected.map(({ region, why }) => `not ${region}: ${why}`),
      ];
    case 'refused':
      return [
        ...event.evidence.map(
          (each) => `evidence ${each.region}${seenFrom(each.home)}: ${evidenceLine(each)}`,
        ),
        ...event.rejected.map(({ region, why }) => `not ${region}: ${why}`),
      ];
    case 'shadowDecided':
      return event.rejected.map(({ region, why }) => `not ${region}: ${why}`);
    case 'healthChanged':
    case 'tiltEntered':
    case 'tiltLeft':
    case 'overrideChanged':
    case 'ownerChanged':
    case 'clientSetAside':
    case 'converged':
    case 'closed':
      return [];
  }
}

function seenFrom(home: string): string {
  return home === '*' ? '' : ` (seen from ${home})`;
}
