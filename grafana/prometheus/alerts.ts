// Alert rules for people who page from Prometheus: the shipped rules of alerting once more, as far as
// metrics can say them. RegionPilot's own alerting is faster and knows the evidence; whoever runs both
// should page from one of them only.

import { type BudgetWindow, burnOf, commandsOf } from '../budget.ts';
import { bare, happenedWithin, is } from '../query.ts';

export type PrometheusAlert = {
  readonly alert: string;
  readonly expr: string;
  /** How long it must be true. Prometheus looks every 10 s, so shorter waits mean nothing. */
  readonly for: string;
  readonly severity: 'page' | 'ticket' | 'info';
  readonly summary: string;
  readonly description: string;
  /** Below `runbookBase`. */
  readonly runbook: `docs/runbooks/${string}.md`;
};

const minCommands = 1_000;

const losses = [
  'regionpilot.pipeline.gaps',
  'regionpilot.pipeline.declared_drops',
  'regionpilot.pipeline.rejected',
] as const;

export const regionAlerts: readonly PrometheusAlert[] = [
  {
    alert: 'RegionPilotRegionDown',
    expr: `max by (group, region) (${bare('regionpilot.region.health.state')}) == 2`,
    for: '10s',
    severity: 'page',
    summary: '{{ $labels.group }}: {{ $labels.region }} is down',
    description: 'A quorum of clients finds that the region does not serve them.',
    runbook: 'docs/runbooks/region-down.md',
  },
  {
    alert: 'RegionPilotRegionSuspect',
    expr: `max by (group, region) (${bare('regionpilot.region.health.state')}) == 1`,
    for: '2m',
    severity: 'ticket',
    summary: '{{ $labels.group }}: {{ $labels.region }} has been suspect for 2 minutes',
    description: 'Not enough to leave it, too much to be well.',
    runbook: 'docs/runbooks/region-suspect.md',
  },
  {
    alert: 'RegionPilotNoSafeTarget',
    expr: `max by (group) (${bare('regionpilot.no_safe_target')}) > 0`,
    for: '0s',
    severity: 'page',
    summary: '{{ $labels.group }}: no region is safe, clients stay where they are',
    description: 'Automation cannot leave this state by itself.',
    runbook: 'docs/runbooks/no-safe-target.md',
  },
  {
    alert: 'RegionPilotFailoverNotConverging',
    expr: `min by (group) (${bare('regionpilot.convergence')}) < 0.99 and on (group) max by (group) (${bare('regionpilot.incident.open')}) > 0`,
    for: '15s',
    severity: 'page',
    summary: '{{ $labels.group }}: clients do not follow the newest decision',
    description: '{{ $value | humanizePercentage }} of the reporting clients follow it.',
    runbook: 'docs/runbooks/failover-not-converging.md',
  },
  {
    alert: 'RegionPilotFlapBudgetSpent',
    expr: `${happenedWithin('5m', 'regionpilot.refusals', ['group'], { rule: is('flapBudget') })} > 0`,
    for: '0s',
    severity: 'page',
    summary: '{{ $labels.group }}: the flap budget is spent, a wanted failover was refused',
    description: 'From here on every move is an operator’s.',
    runbook: 'docs/runbooks/flap-budget-spent.md',
  },
  {
    alert: 'RegionPilotAgentsSilent',
    expr: `sum by (group, home) (${bare('regionpilot.clients', { state: is('reporting') })}) / sum by (group, home) (${bare('regionpilot.clients', { state: is('known') })}) < 0.5`,
    for: '30s',
    severity: 'page',
    summary: '{{ $labels.group }}: agents in {{ $labels.home }} are silent',
    description: '{{ $value | humanizePercentage }} of the known clients report.',
    runbook: 'docs/runbooks/agents-silent.md',
  },
];

export const budgetAlerts: readonly PrometheusAlert[] = [
  {
    alert: 'RegionPilotErrorBudgetBurnFast',
    expr: `${burns(14.4, '1h', '5m')} or ${burns(6, '6h', '30m')}`,
    for: '0s',
    severity: 'page',
    summary: '{{ $labels.group }}: the error budget of the month is gone within days',
    description: 'Callers fail {{ $value | humanize }} times faster than 99.9 % allows.',
    runbook: 'docs/runbooks/error-budget-burn-fast.md',
  },
  {
    alert: 'RegionPilotErrorBudgetBurnSlow',
    expr: `${burns(3, '1d', '2h')} or ${burns(1, '3d', '6h')}`,
    for: '0s',
    severity: 'ticket',
    summary: '{{ $labels.group }}: the error budget of the month will not last',
    description: 'Callers fail {{ $value | humanize }} times faster than 99.9 % allows.',
    runbook: 'docs/runbooks/error-budget-burn-slow.md',
  },
];

/** Both windows: the long one says that it matters, the short one that it still goes on. */
function burns(factor: number, long: BudgetWindow, short: BudgetWindow): string {
  return `(${burnOf(long)} > ${factor} and ${burnOf(short)} > ${factor} and ${commandsOf(long)} >= ${minCommands})`;
}

export const machineryAlerts: readonly PrometheusAlert[] = [
  {
    alert: 'RegionPilotAggregatorTilted',
    expr: `max by (group) (${bare('regionpilot.tilt')}) > 0`,
    for: '1m',
    severity: 'ticket',
    summary: '{{ $labels.group }}: the aggregator only watches, it does not decide',
    description: 'The panel "Why a group is only watched" on Failover says which doubt keeps it.',
    runbook: 'docs/runbooks/aggregator-tilted.md',
  },
  {
    alert: 'RegionPilotDecisionStreamStale',
    expr: `min by (partition) (${bare('regionpilot.heartbeat.age')}) > 15`,
    for: '0s',
    severity: 'page',
    summary: 'partition {{ $labels.partition }}: nobody answers for its decisions',
    description:
      'No heartbeat for {{ $value | humanizeDuration }}. Clients keep the last decision.',
    runbook: 'docs/runbooks/decision-stream-stale.md',
  },
  {
    alert: 'RegionPilotSilent',
    expr: `absent(${bare('regionpilot.heartbeat.age')})`,
    for: '1m',
    severity: 'page',
    summary: 'no aggregator says anything',
    description:
      'Prometheus has no heartbeat of any partition: nobody decides, or nothing is scraped.',
    runbook: 'docs/runbooks/decision-stream-stale.md',
  },
  {
    alert: 'RegionPilotAggregatorBehind',
    expr: `max by (partition) (${bare('regionpilot.pipeline.lag_records')}) > 50000`,
    for: '1m',
    severity: 'ticket',
    summary: 'events partition {{ $labels.partition }} is read too slowly',
    description: 'The aggregator is {{ $value | humanize }} records behind the end of it.',
    runbook: 'docs/runbooks/aggregator-behind.md',
  },
  {
    alert: 'RegionPilotEventsLost',
    expr: `${losses.map(lossWithin5m).join(' + ')} > 0`,
    for: '0s',
    severity: 'ticket',
    summary: 'events of partition {{ $labels.partition }} were lost',
    description: '{{ $value | humanize }} batches or events within 5 minutes.',
    runbook: 'docs/runbooks/events-lost.md',
  },
  {
    alert: 'RegionPilotOverrideExpiring',
    expr: `min by (group) (${bare('regionpilot.override.expiry.timestamp')}) - time() < 900 and on (group) max by (group) (${bare('regionpilot.override.active')}) > 0`,
    for: '0s',
    severity: 'ticket',
    summary: '{{ $labels.group }}: an operator’s order ends in less than 15 minutes',
    description: 'Automation acts by itself again in {{ $value | humanizeDuration }}.',
    runbook: 'docs/runbooks/override-expiring.md',
  },
  {
    alert: 'RegionPilotAlertDeliveryFailing',
    expr: `max by (receiver) (${bare('regionpilot.alerts.receiver.failing')}) > 60`,
    for: '0s',
    severity: 'page',
    summary: 'alerts do not get through to {{ $labels.receiver }}',
    description: 'It has failed for {{ $value | humanizeDuration }} while something waits.',
    runbook: 'docs/runbooks/alert-delivery-failing.md',
  },
  {
    alert: 'RegionPilotAlertsDeadLettered',
    expr: `${happenedWithin('1h', 'regionpilot.alerts.notices.ended', ['receiver'], { outcome: is('deadLettered') })} > 0`,
    for: '0s',
    severity: 'page',
    summary: 'notices for {{ $labels.receiver }} were given up',
    description: '{{ $value | humanize }} within the last hour: somebody was not told.',
    runbook: 'docs/runbooks/alerts-dead-lettered.md',
  },
  {
    alert: 'RegionPilotAlertConfigRefused',
    expr: `min by (instance) (${bare('regionpilot.alerts.config.reload_successful')}) == 0`,
    for: '0s',
    severity: 'ticket',
    summary: '{{ $labels.instance }}: a new alerting config was refused, the old one runs on',
    description: 'The process says in its log what is wrong with it.',
    runbook: 'docs/runbooks/alert-config-refused.md',
  },
  {
    alert: 'RegionPilotSeriesLeftOut',
    expr: `${happenedWithin('15m', 'regionpilot.telemetry.series_dropped', ['metric'])} > 0`,
    for: '0s',
    severity: 'ticket',
    summary: '{{ $labels.metric }} has more series than its limit',
    description: 'Panels and rules of that metric see too little.',
    runbook: 'docs/runbooks/series-left-out.md',
  },
  {
    alert: 'RegionPilotEventsRefused',
    expr: `sum by (partition) (increase(${bare('regionpilot.pipeline.rows_refused')}[15m])) > 0`,
    for: '0s',
    severity: 'ticket',
    summary: 'events of partition {{ $labels.partition }} name more than there is room for',
    description:
      '{{ $value | humanize }} events of too many groups, regions, homes or connections were left out.',
    runbook: 'docs/runbooks/series-left-out.md',
  },
  {
    alert: 'RegionPilotWatchdog',
    expr: 'vector(1)',
    for: '0s',
    severity: 'info',
    summary: 'Prometheus evaluates rules',
    description: 'This alert always fires. Whoever expects it should worry when it stops.',
    runbook: 'docs/runbooks/watchdog.md',
  },
];

function lossWithin5m(name: (typeof losses)[number]): string {
  return `sum by (partition) (increase(${bare(name)}[5m]))`;
}
