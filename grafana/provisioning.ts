// What Grafana reads at its start: the data source, where dashboards lie, and its own alert rules.

import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { machineryAlerts, type PrometheusAlert } from './prometheus/alerts.ts';
import { alertFolder, datasourceUid, folder, intervalSeconds, runbookBase, uids } from './uids.ts';

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
 * Each shows the panel of that title.
 */
const watched: Readonly<Record<string, readonly [uid: string, panel: string]>> = {
  RegionPilotSilent: [uids.pipeline, 'Oldest heartbeat'],
  RegionPilotDecisionStreamStale: [uids.pipeline, 'Oldest heartbeat'],
  RegionPilotAlertDeliveryFailing: [uids.delivery, 'Longest wait'],
};

function alerting(dashboards: readonly Dashboard[]): object {
  const rules = machineryAlerts.flatMap((alert) => {
    const [uid, title] = watched[alert.alert] ?? [];
    if (uid === undefined) return [];
    const panels = dashboards.find((dashboard) => dashboard.uid === uid)?.panels ?? [];
    const panel = panels.find((each) => each.title === title);
    return [grafanaRule(alert, { __dashboardUid__: uid, __panelId__: String(panel?.id) })];
  });
  const name = 'regionpilot-watchers';
  const interval = `${intervalSeconds}s`;
  return { apiVersion: 1, groups: [{ orgId: 1, name, folder: alertFolder, interval, rules }] };
}

/** The query itself compares, so no row means that all is well, and any row is above 0. */
function grafanaRule(
  { alert, expr, severity, summary, description, runbook, ...rule }: PrometheusAlert,
  link: Readonly<Record<string, string>>,
): object {
  return {
    uid: kebab(alert),
    title: alert,
    condition: 'firing',
    data: [
      {
        refId: 'value',
        relativeTimeRange: { from: 300, to: 0 },
        datasourceUid,
        model: { refId: 'value', expr, instant: true, range: false },
      },
      {
        refId: 'firing',
        datasourceUid: '__expr__',
        model: {
          refId: 'firing',
          // Not a formula: its `$value` would be taken for a variable of the environment.
          type: 'threshold',
          expression: 'value',
          conditions: [{ evaluator: { type: 'gt', params: [0] } }],
        },
      },
    ],
    noDataState: 'OK',
    execErrState: 'Error',
    for: rule.for,
    labels: { severity },
    annotations: {
      summary,
      // Grafana's `$value` is a text about all of the rule's queries; this is the number.
      description: description.replaceAll('$value', '$values.value.Value'),
      runbook_url: `${runbookBase}${runbook}`,
      ...link,
    },
  };
}

/** RegionPilotSilent → regionpilot-silent. */
function kebab(name: string): string {
  return name
    .replace('RegionPilot', 'regionpilot')
    .replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

export function provisioningFiles(
  dashboards: readonly Dashboard[],
): Readonly<Record<string, object>> {
  return {
    'provisioning/datasources/regionpilot.yaml': datasources,
    'provisioning/dashboards/regionpilot.yaml': providers,
    'provisioning/alerting/regionpilot.yaml': alerting(dashboards),
  };
}
