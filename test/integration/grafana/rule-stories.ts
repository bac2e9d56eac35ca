// What Prometheus sees in each story, and how many alerts of the rule fire at which time.

export type Story = {
  readonly name: string;
  readonly alert: string;
  /** Series → samples in promtool's notation: `0x5 2x10` is six zeros and eleven twos. */
  readonly series: Readonly<Record<string, string>>;
  /** Time since the beginning → alerts that fire then. */
  readonly firing: Readonly<Record<string, number>>;
};

/** A sample each 10 s. */
export const stories: readonly Story[] = [
  {
    name: 'a region that two aggregators call down is one alert, and ends when it is healthy',
    alert: 'RegionPilotRegionDown',
    series: {
      'regionpilot_region_health_state{group="payments", region="eu", instance="a"}': '0x5 2x5 0x9',
      'regionpilot_region_health_state{group="payments", region="eu", instance="b"}': '0x5 2x5 0x9',
      'regionpilot_region_health_state{group="payments", region="us", instance="a"}': '0x21',
    },
    firing: { '50s': 0, '1m': 0, '1m10s': 1, '2m10s': 0 },
  },
  {
    name: 'a region of unknown health is neither down nor suspect',
    alert: 'RegionPilotRegionDown',
    series: { 'regionpilot_region_health_state{group="payments", region="eu"}': '3x30' },
    firing: { '5m': 0 },
  },
  {
    name: 'suspicion is news after two minutes',
    alert: 'RegionPilotRegionSuspect',
    series: { 'regionpilot_region_health_state{group="payments", region="eu"}': '1x30' },
    firing: { '1m50s': 0, '2m': 1 },
  },
  {
    name: 'no safe target pages at once, each group by itself',
    alert: 'RegionPilotNoSafeTarget',
    series: {
      'regionpilot_no_safe_target{group="payments"}': '0x2 1x9',
      'regionpilot_no_safe_target{group="sessions"}': '0x2 1x9',
    },
    firing: { '20s': 0, '30s': 2 },
  },
  {
    name: 'clients that do not follow for 15 seconds page',
    alert: 'RegionPilotFailoverNotConverging',
    series: {
      'regionpilot_convergence_ratio{group="payments"}': '1 0.5x9',
      'regionpilot_incident_open{group="payments"}': '1x9',
    },
    firing: { '20s': 0, '30s': 1 },
  },
  {
    name: 'clients that do not follow while nothing happens wake nobody',
    alert: 'RegionPilotFailoverNotConverging',
    series: {
      'regionpilot_convergence_ratio{group="payments"}': '0.5x9',
      'regionpilot_incident_open{group="payments"}': '0x9',
    },
    firing: { '1m30s': 0 },
  },
  {
    name: 'a failover refused for want of flap budget pages, one refused by cool-down does not',
    alert: 'RegionPilotFlapBudgetSpent',
    series: {
      'regionpilot_refusals_total{group="payments", rule="flapBudget"}': '0x5 1x60',
      'regionpilot_refusals_total{group="sessions", rule="coolDown"}': '0x5 9x60',
    },
    firing: { '50s': 0, '1m': 1, '7m': 0 },
  },
  {
    name: 'the very first refusal pages, although its series was not there before',
    alert: 'RegionPilotFlapBudgetSpent',
    series: { 'regionpilot_refusals_total{group="payments", rule="flapBudget"}': '_x6 1x60' },
    firing: { '50s': 0, '1m': 1, '7m': 0 },
  },
  {
    name: 'a home of which 4 in 10 report is silent, one of which 6 in 10 do is not',
    alert: 'RegionPilotAgentsSilent',
    series: {
      'regionpilot_clients{group="payments", home="eu", state="reporting", instance="a"}': '4x9',
      'regionpilot_clients{group="payments", home="eu", state="known", instance="a"}': '10x9',
      'regionpilot_clients{group="payments", home="us", state="reporting", instance="a"}': '6x9',
      'regionpilot_clients{group="payments", home="us", state="known", instance="a"}': '10x9',
    },
    firing: { '20s': 0, '30s': 1 },
  },
  {
    name: 'a tilt of some seconds is normal, one of a minute a ticket',
    alert: 'RegionPilotAggregatorTilted',
    series: {
      'regionpilot_tilt{group="payments", reason="lag"}': '1x9',
      'regionpilot_tilt{group="payments", reason="coverage"}': '0x9',
    },
    firing: { '50s': 0, '1m': 1 },
  },
  {
    name: 'a heartbeat that one of two readers hears is heard',
    alert: 'RegionPilotDecisionStreamStale',
    series: {
      'regionpilot_heartbeat_age_seconds{partition="0", instance="a"}': '1x9',
      'regionpilot_heartbeat_age_seconds{partition="0", instance="b"}': '60x9',
      'regionpilot_heartbeat_age_seconds{partition="1", instance="a"}': '0+10x9',
    },
    firing: { '10s': 0, '20s': 1 },
  },
  {
    name: 'nothing said at all pages after a minute',
    alert: 'RegionPilotSilent',
    series: {},
    firing: { '50s': 0, '1m': 1 },
  },
  {
    name: 'an aggregator that speaks is not silent',
    alert: 'RegionPilotSilent',
    series: { 'regionpilot_heartbeat_age_seconds{partition="0"}': '1x30' },
    firing: { '5m': 0 },
  },
  {
    name: 'a partition 60,000 records behind for a minute is read too slowly',
    alert: 'RegionPilotAggregatorBehind',
    series: {
      'regionpilot_pipeline_lag_records{partition="0"}': '60000x9',
      'regionpilot_pipeline_lag_records{partition="1"}': '50000x9',
    },
    firing: { '50s': 0, '1m': 1 },
  },
  {
    name: 'a single gap is a ticket for five minutes',
    alert: 'RegionPilotEventsLost',
    series: {
      'regionpilot_pipeline_gaps_total{partition="0"}': '0x5 1x60',
      'regionpilot_pipeline_declared_drops_total{partition="0"}': '0x66',
      'regionpilot_pipeline_rejected_total{partition="0"}': '0x66',
    },
    firing: { '50s': 0, '1m': 1, '7m': 0 },
  },
  {
    name: 'an order with 15 minutes left is a ticket, until it ended',
    alert: 'RegionPilotOverrideExpiring',
    series: {
      'regionpilot_override_expiry_timestamp_seconds{group="payments", order="avoid"}':
        '1000x100 _x99',
      'regionpilot_override_active{group="payments", order="avoid"}': '1x100 0x99',
      'regionpilot_override_active{group="payments", order="use"}': '0x200',
    },
    firing: { '1m': 0, '2m': 1, '18m': 0 },
  },
  {
    name: 'a receiver that fails for more than a minute pages',
    alert: 'RegionPilotAlertDeliveryFailing',
    series: { 'regionpilot_alerts_receiver_failing_seconds{receiver="pagerduty"}': '0+10x9' },
    firing: { '1m': 0, '1m10s': 1 },
  },
  {
    name: 'a notice given up pages for an hour; delivered ones do not',
    alert: 'RegionPilotAlertsDeadLettered',
    series: {
      'regionpilot_alerts_notices_ended_total{receiver="pagerduty", outcome="deadLettered"}':
        '0x5 1x400',
      'regionpilot_alerts_notices_ended_total{receiver="slack", outcome="delivered"}': '0+1x400',
    },
    firing: { '50s': 0, '1m': 1, '1h2m': 0 },
  },
  {
    name: 'the very first notice given up pages',
    alert: 'RegionPilotAlertsDeadLettered',
    series: {
      'regionpilot_alerts_notices_ended_total{receiver="pagerduty", outcome="deadLettered"}':
        '_x6 1x60',
    },
    firing: { '50s': 0, '1m': 1, '10m': 1 },
  },
  {
    name: 'a refused config is a ticket until a good one comes',
    alert: 'RegionPilotAlertConfigRefused',
    series: { 'regionpilot_alerts_config_reload_successful{instance="a"}': '1 0x2 1x5' },
    firing: { '0s': 0, '10s': 1, '40s': 0 },
  },
  {
    name: 'series left out are a ticket that names the metric',
    alert: 'RegionPilotSeriesLeftOut',
    series: {
      'regionpilot_telemetry_series_dropped_total{instance="a", metric="regionpilot.decisions"}':
        '0x2 5x9',
    },
    firing: { '20s': 0, '30s': 1 },
  },
  {
    name: 'events of a flood of names are a ticket for a quarter of an hour',
    alert: 'RegionPilotEventsRefused',
    series: {
      'regionpilot_pipeline_rows_refused_total{partition="0"}': '0x5 9000x120',
      'regionpilot_pipeline_rows_refused_total{partition="1"}': '7x125',
    },
    firing: { '50s': 0, '1m': 1, '17m': 0 },
  },
  {
    name: 'the watchdog always fires',
    alert: 'RegionPilotWatchdog',
    series: {},
    firing: { '0s': 1, '10m': 1 },
  },
];

const calls = (outcome: string): string =>
  `regionpilot_connection_events_total{group="payments", region="eu", outcome="${outcome}"}`;

/** A sample each minute, for windows of hours. */
export const budgetStories: readonly Story[] = [
  {
    name: '2 % of calls fail for an hour: the budget of a month is gone in a day and a half',
    alert: 'RegionPilotErrorBudgetBurnFast',
    series: { [calls('success')]: '0+196x120', [calls('error')]: '0+4x120' },
    firing: { '1h30m': 1 },
  },
  {
    name: 'half an hour after calls succeed again it is over',
    alert: 'RegionPilotErrorBudgetBurnFast',
    series: { [calls('success')]: '0+196x180', [calls('error')]: '0+4x60 240x120' },
    firing: { '1h': 1, '1h30m': 0 },
  },
  {
    name: 'few calls at night are too few to wake somebody',
    alert: 'RegionPilotErrorBudgetBurnFast',
    series: { [calls('success')]: '0+1.6x120', [calls('error')]: '0+0.4x120' },
    firing: { '1h30m': 0 },
  },
  {
    name: '0.5 % of calls fail for hours: a ticket',
    alert: 'RegionPilotErrorBudgetBurnSlow',
    series: { [calls('success')]: '0+199x250', [calls('error')]: '0+1x250' },
    firing: { '4h': 1 },
  },
  {
    name: '0.5 % of calls fail for hours: no page',
    alert: 'RegionPilotErrorBudgetBurnFast',
    series: { [calls('success')]: '0+199x250', [calls('error')]: '0+1x250' },
    firing: { '4h': 0 },
  },
];
