// What callers experience, region by region: the first page anybody opens.

export const regionMetrics = {
  'regionpilot.region.health.state': {
    prometheus: 'regionpilot_region_health_state',
    kind: 'gauge',
    unit: '{state}',
    labels: ['group', 'region'],
    meaning:
      'Health of the region as the fleet sees it: 0 healthy, 1 suspect, 2 down, 3 unknown. Said by the group’s owner.',
    worse: 'up',
  },
  'regionpilot.region.info': {
    prometheus: 'regionpilot_region_info',
    kind: 'gauge',
    unit: '{info}',
    labels: ['region', 'latitude', 'longitude'],
    meaning: 'Always 1: where a region lies on the map; empty coordinates where nobody knows.',
    worse: 'none',
  },
  'regionpilot.connection.events': {
    prometheus: 'regionpilot_connection_events_total',
    kind: 'counter',
    unit: '{sample}',
    labels: ['group', 'region', 'outcome'],
    meaning:
      'Commands that clients saw answered (`success`) or failed for a reason that speaks against the region (`error`): error ratio is `error` over both.',
    worse: 'none',
    seriesMax: 4_000,
  },
  'regionpilot.connection.errors': {
    prometheus: 'regionpilot_connection_errors_total',
    kind: 'counter',
    unit: '{error}',
    labels: ['group', 'region', 'class'],
    meaning: 'Failed commands by error class, those that speak against nobody included.',
    worse: 'up',
    seriesMax: 8_000,
  },
  'regionpilot.command.duration': {
    prometheus: 'regionpilot_command_duration_seconds',
    kind: 'histogram',
    unit: 's',
    labels: ['group', 'region'],
    meaning: 'Time from sending a command to its answer, as clients measured it.',
    worse: 'up',
  },
  'regionpilot.probes': {
    prometheus: 'regionpilot_probes_total',
    kind: 'counter',
    unit: '{probe}',
    labels: ['group', 'region', 'outcome'],
    meaning:
      'Questions that clients asked the region on nobody’s behalf, where they had nothing else to ask: answered (`success`) or failed (`error`). They lend volume to a region without traffic.',
    worse: 'none',
    seriesMax: 4_000,
  },
  'regionpilot.region.stalled': {
    prometheus: 'regionpilot_region_stalled_seconds',
    kind: 'gauge',
    unit: 's',
    labels: ['group', 'region'],
    meaning: 'Age of the oldest command that nobody answered; a black hole shows here first.',
    worse: 'up',
  },
  'regionpilot.region.voters': {
    prometheus: 'regionpilot_region_voters',
    kind: 'gauge',
    unit: '{client}',
    labels: ['group', 'region'],
    meaning: 'Clients that say the region is down: what a quorum is made of.',
    worse: 'up',
  },
  'regionpilot.region.connected': {
    prometheus: 'regionpilot_region_connected',
    kind: 'gauge',
    unit: '{client}',
    labels: ['group', 'region'],
    meaning: 'Reporting clients with a connection to the region: its load before and after a move.',
    worse: 'none',
  },
  'regionpilot.region.routed': {
    prometheus: 'regionpilot_region_routed',
    kind: 'gauge',
    unit: '{client}',
    labels: ['group', 'region'],
    meaning: 'Reporting clients whom the decision in force sends to the region.',
    worse: 'none',
  },
  'regionpilot.region.headroom': {
    prometheus: 'regionpilot_region_headroom',
    kind: 'gauge',
    unit: '{client}',
    labels: ['group', 'region', 'moment'],
    meaning:
      'Clients the region could still carry, of what `regionCapacity` says: `now`, and `afterMove`, when all clients of the group came. Below 0 `afterMove` a failover to it is refused. Only where a capacity is set.',
    worse: 'down',
    seriesMax: 8_000,
  },
  'regionpilot.region.admitted': {
    prometheus: 'regionpilot_region_admitted_ratio',
    kind: 'gauge',
    unit: '1',
    labels: ['group', 'home', 'region'],
    meaning:
      'Share of clients the decision in force admits to the region; 0 means that it was left.',
    worse: 'down',
    seriesMax: 8_000,
  },
  'regionpilot.clients': {
    prometheus: 'regionpilot_clients',
    kind: 'gauge',
    unit: '{client}',
    labels: ['group', 'home', 'state'],
    meaning:
      'Clients by home: `reporting` now, and `known` in the last minute without a goodbye. A gap between them is silence.',
    worse: 'down',
    seriesMax: 8_000,
  },
  'regionpilot.last_event.timestamp': {
    prometheus: 'regionpilot_last_event_timestamp_seconds',
    kind: 'gauge',
    unit: 's',
    labels: [],
    meaning:
      'Log time of the newest batch folded in, seconds since 1970: `time()` minus this is the age of the data.',
    worse: 'down',
  },
} as const;
