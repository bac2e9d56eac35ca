// Where the dashboards live: shipped alert rules and this folder's pages link to these for good.

export const uids = {
  regions: 'regionpilot-regions',
  failover: 'regionpilot-failover',
  pipeline: 'regionpilot-pipeline',
  delivery: 'regionpilot-alert-delivery',
} as const;

export const folder = { uid: 'regionpilot', title: 'RegionPilot' } as const;

/** Grafana makes it by title alone, so it must not be the dashboards' folder, whose uid is fixed. */
export const alertFolder = 'RegionPilot alerts';

/** Of the provisioned data source. Dashboards ask `$datasource`, so any other will do as well. */
export const datasourceUid = 'regionpilot-prometheus';

/** Before `docs/runbooks/region-down.md`, as `runbookBase` of alerting: only you know where you publish. */
export const runbookBase = 'https://docs.example/';

/** Seconds between two scrapes or exports; `$__rate_interval` is made of it. */
export const intervalSeconds = 10;
