// Every query of every panel, and the few that rightly answer nothing in this world.

import type { Line } from '../../../grafana/picture/answer.ts';
import { asSent } from '../../../grafana/picture/ask.ts';
import { askAt, askRange } from '../../../grafana/picture/io/prometheus-api.ts';
import { type Panel, panelsOf, readDashboard, type Target } from '../../support/grafana-json.ts';
import { jobs, type Loop, scrapeSeconds, type Way } from './loop.ts';

export const dashboards = [
  'regionpilot-regions',
  'regionpilot-failover',
  'regionpilot-pipeline',
  'regionpilot-alert-delivery',
] as const;

export type PanelQuery = {
  /** `dashboard / panel / query`, as a failure names it. */
  readonly name: string;
  readonly expr: string;
  /** Tables and maps ask for one moment. */
  readonly instant: boolean;
};

export function panelQueries(): readonly PanelQuery[] {
  return dashboards.flatMap((uid) => {
    const dashboard = readDashboard(uid);
    return panelsOf(dashboard).flatMap((panel) => queriesOf(dashboard.title, panel));
  });
}

function queriesOf(title: string, panel: Panel): readonly PanelQuery[] {
  return (panel.targets ?? []).map((target: Target & { readonly instant?: boolean }) => ({
    name: `${title} / ${panel.title} / ${target.refId}`,
    expr: target.expr ?? '',
    instant: target.instant === true,
  }));
}

/** What Grafana would draw after it all; a table as it stood in the middle of the outage and at the end. */
export async function answerOf(
  { expr, instant }: PanelQuery,
  { prometheus, span, middleMs }: Loop,
  way: Way,
): Promise<readonly Line[]> {
  const { fromMs, overMs } = span;
  const query = asSent(expr, {
    chosen: { job: jobs[way] },
    scrapeSeconds,
    stepSeconds: scrapeSeconds,
    rangeSeconds: Math.round((overMs - fromMs) / 1_000),
  });
  if (instant) {
    const tables = [middleMs, overMs].map((atMs) => askAt(prometheus.url, query, atMs));
    return (await Promise.all(tables)).flat();
  }
  return askRange(prometheus.url, query, { fromMs, toMs: overMs, stepSeconds: scrapeSeconds });
}
