// Shipped rules about regions and leaving them: is a region gone, and did moving away help?

import type { Rule } from '../rule.ts';
import { dashboards, rule } from './shipped-base.ts';

const moved =
  '{% if context.mitigated %}; moved{% if context.movedShare %}, {{ context.movedShare }} % of clients on {{ context.target }}{% endif %}{% if context.errorRatioNow %}, error ratio now {{ context.errorRatioNow | percent }}{% endif %}{% endif %}';

export const regionRules: readonly Rule[] = [
  // 5 s is the time automation has to help before a human is woken: detection and a move of the whole
  // fleet take about 1 s, and the window callers are judged by 2 s more. Kept for 30 s, so that a
  // region that comes and goes is one story. An owner that is silent ends nothing.
  rule({
    name: 'regionDown',
    signal: 'regionHealth',
    when: { kind: 'is', values: ['down'] },
    forMs: 5_000,
    keepFiringForMs: 30_000,
    noData: 'keep',
    severity: 'page',
    severityMitigated: 'ticket',
    summary: `{{ labels.region }} is down${moved}`,
    description:
      '{{ labels.group }}: {{ context.evidence }}. {% if context.decision %}Last decision {{ context.version }}: {{ context.decision }}.{% endif %}{% if context.refusal %} Not moved: {{ context.refusal }}.{% endif %}',
    dashboard: dashboards.regions,
  }),
  // Suspicion that neither grows nor goes away is a slow fault nobody else reports. 2 minutes are
  // longer than any deployment of a well-behaved client should disturb a region.
  rule({
    name: 'regionSuspect',
    signal: 'regionHealth',
    when: { kind: 'is', values: ['suspect'] },
    forMs: 120_000,
    noData: 'keep',
    severity: 'ticket',
    summary: '{{ labels.region }} has been suspect for 2 minutes',
    description:
      '{{ labels.group }}: {{ context.evidence }}. Not enough to leave it, too much to be well.',
    dashboard: dashboards.regions,
  }),
  // More than 5 % of calls fail 10 s after the region should have been left: five of the windows that
  // ratio is made of, so a move that is merely settling does not count. Automation has had its turn.
  rule({
    name: 'failoverFailed',
    signal: 'failoverUnhelpfulMs',
    when: { kind: 'above', enter: 10_000, exit: 0 },
    noData: 'keep',
    severity: 'page',
    summary:
      '{{ labels.group }}: {{ labels.region }} is in trouble and {% if context.target %}moving to {{ context.target }} did not help{% else %}nothing was moved{% endif %}',
    description:
      'Error ratio now {{ context.errorRatioNow | percent }}. {{ context.evidence }}. {% if context.refusal %}Refused: {{ context.refusal }}.{% endif %}{% if context.decision %} Last decision {{ context.version }}: {{ context.decision }}.{% endif %}',
    dashboard: dashboards.failover,
  }),
  // 1,000 clients follow within 1 s; 15 s is many heartbeats, so those left do not hear us at all.
  rule({
    name: 'failoverNotConverging',
    signal: 'failoverUnconvergedMs',
    when: { kind: 'above', enter: 15_000, exit: 0 },
    noData: 'keep',
    severity: 'page',
    summary: '{{ labels.group }}: clients do not follow the move away from {{ labels.region }}',
    description:
      'Decision {{ context.version }}: {{ context.decision }}.{% if context.movedShare %} {{ context.movedShare }} % of clients follow it.{% endif %}',
    dashboard: dashboards.failover,
  }),
  // The one state automation cannot leave by itself.
  rule({
    name: 'noSafeTarget',
    signal: 'noSafeTarget',
    when: { kind: 'above', enter: 0, exit: 0 },
    noData: 'keep',
    severity: 'page',
    summary: '{{ labels.group }}: no region is safe, clients stay where they are',
    description: '{{ context.decision }}',
    dashboard: dashboards.failover,
  }),
  // From here on every move is a human's decision, so a human must know at once.
  rule({
    name: 'flapBudgetSpent',
    signal: 'flapBudgetSpent',
    when: { kind: 'above', enter: 0, exit: 0 },
    noData: 'keep',
    severity: 'page',
    summary: '{{ labels.group }}: the flap budget is spent, a wanted failover was refused',
    description: '{{ context.refusal }}',
    dashboard: dashboards.failover,
  }),
  // Below half the known agents the aggregator is blind to that home. 30 s outlast a restart of the
  // agents' host fleet; 0.8 to end it, so that a fleet that trickles back is back. Silence is not
  // health: a home that vanished without a goodbye, or an aggregator that says nothing, is no data.
  rule({
    name: 'agentsSilent',
    signal: 'agentsReporting',
    when: { kind: 'below', enter: 0.5, exit: 0.8 },
    forMs: 30_000,
    noData: 'alert',
    noDataAfterMs: 60_000,
    severity: 'page',
    summary:
      '{{ labels.group }}: {% if state == "noData" %}nothing is known of the agents in {{ labels.home }}{% else %}agents in {{ labels.home }} are silent{% endif %}',
    description:
      '{% if context.known > 0 %}{{ context.reporting }} of {{ context.known }} known clients report.{% else %}No client of that home is known any more, and none said goodbye.{% endif %}',
    dashboard: dashboards.pipeline,
  }),
  // The region is fine for all the others: this client's own host, network or configuration is not.
  rule({
    name: 'clientFailingAlone',
    signal: 'clientFailing',
    when: { kind: 'above', enter: 0, exit: 0 },
    noData: 'keep',
    severity: 'ticket',
    summary: '{{ labels.client }} fails in {{ labels.region }} where others do not',
    description: '{{ labels.group }}: {{ context.why }}.',
    dashboard: dashboards.regions,
  }),
];
