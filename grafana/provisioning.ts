// What Grafana reads at its start: the data source, where dashboards lie, and its own alert rules.

import { machineryAlerts, type PrometheusAlert } from './prometheus/alerts.ts';
import { datasourceUid, folder, intervalSeconds, runbookBase, uids } from './uids.ts';

const datasources = {
  apiVersion: 1,
  datasources: [
    {
      name: 'RegionPilot Prometheus',
      uid: datasourceUid,
      type: 'prometheus',
      access: 'proxy',
      // Grafana puts its environment in.
      url: '$REGIONPILOT_PROMETHEUS_URL',
      isDefault: true,
      editable: false,
      // Without it `$__rate_interval` is too short for the scrape interval, and lines have holes.
      jsonData: { timeInterval: `${intervalSeconds}s`, httpMethod: 'POST' },
    },
  ],
};

const providers = {
  apiVersion: 1,
  providers: [
    {
      name: 'regionpilot',
      type: 'file',
      folder: folder.title,
      folderUid: folder.uid,
      allowUiUpdates: false,
      disableDeletion: true,
      updateIntervalSeconds: 30,
      options: { path: '/etc/grafana/dashboards/regionpilot' },
    },
  ],
};

/**
 * Grafana itself watches only the watchers, for deployments without an Alertmanager: when nobody
 * decides or alerts do not get through, RegionPilot's own alerting cannot be trusted to say so.
 */
const watched = [
  'RegionPilotSilent',
  'RegionPilotDecisionStreamStale',
  'RegionPilotAlertDeliveryFailing',
];

const alerting = {
  apiVersion: 1,
  groups: [
    {
      orgId: 1,
      name: 'regionpilot-watchers',
      folder: folder.title,
      interval: `${intervalSeconds}s`,
      rules: machineryAlerts.filter(({ alert }) => watched.includes(alert)).map(grafanaRule),
    },
  ],
};

function grafanaRule({
  alert,
  expr,
  severity,
  summary,
  description,
  runbook,
  ...rule
}: PrometheusAlert): object {
  return {
    uid: kebab(alert),
    title: alert,
    condition: 'firing',
    data: [
      {
        refId: 'value',
        relativeTimeRange: { from: 300, to: 0 },
        datasourceUid,
        model: { refId: 'value', expr, instant: true },
      },
      {
        refId: 'firing',
        datasourceUid: '__expr__',
        model: {
          refId: 'firing',
          type: 'math',
          // Any row that the query keeps is a finding, whatever its value.
          expression: '!is_nan($value) && !is_null($value)',
        },
      },
    ],
    // The query itself compares: no row means that all is well.
    noDataState: 'OK',
    execErrState: 'Error',
    for: rule.for,
    labels: { severity },
    annotations: {
      summary,
      description,
      runbook_url: `${runbookBase}${runbook}`,
      __dashboardUid__: alert.includes('Alert') ? uids.delivery : uids.pipeline,
      __panelId__: '1',
    },
  };
}

/** RegionPilotSilent → regionpilot-silent. */
function kebab(name: string): string {
  return name
    .replace('RegionPilot', 'regionpilot')
    .replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

export const provisioningFiles: Readonly<Record<string, object>> = {
  'provisioning/datasources/regionpilot.yaml': datasources,
  'provisioning/dashboards/regionpilot.yaml': providers,
  'provisioning/alerting/regionpilot.yaml': alerting,
};
