// What all dashboards share: variables, annotations, links to one another, rows, and fixed ids.

import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import {
  type Dashboard,
  DashboardBuilder,
  DashboardCursorSync,
  DashboardLinkBuilder,
  DashboardLinkType,
  type Panel,
  RowBuilder,
  type RowPanel,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { annotations } from './annotations.ts';
import { intervalSeconds } from './uids.ts';
import { variablesFor } from './variables.ts';

export type Row = {
  readonly title: string;
  readonly panels: readonly Builder<Panel>[];
  /** Closed until somebody opens it: what is needed only to dig. */
  readonly collapsed?: boolean;
  /** Variable whose every value gets a row of its own. */
  readonly repeat?: string;
};

export type Page = {
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  readonly rows: readonly Row[];
};

export function dashboardOf({ uid, title, description, rows }: Page): Dashboard {
  const builder = new DashboardBuilder(`RegionPilot / ${title}`)
    .uid(uid)
    .description(description)
    .tags(['regionpilot'])
    .readonly()
    .timezone('browser')
    .tooltip(DashboardCursorSync.Crosshair)
    .time({ from: 'now-1h', to: 'now' })
    .refresh(`${intervalSeconds}s`)
    .link(toOthers())
    .variables(variablesFor(rows.flatMap(({ panels }) => panels).map((panel) => panel.build())))
    .annotations(annotations());
  for (const row of rows) addRow(builder, row);
  return numbered(builder.build());
}

function toOthers(): DashboardLinkBuilder {
  return new DashboardLinkBuilder('RegionPilot')
    .type(DashboardLinkType.Dashboards)
    .tags(['regionpilot'])
    .asDropdown(false)
    .includeVars(true)
    .keepTime(true);
}

function addRow(
  builder: DashboardBuilder,
  { title, panels, collapsed = false, repeat }: Row,
): void {
  const row = new RowBuilder(title).collapsed(collapsed);
  if (repeat !== undefined) row.repeat(repeat);
  if (collapsed) for (const panel of panels) row.withPanel(panel);
  builder.withRow(row);
  if (!collapsed) for (const panel of panels) builder.withPanel(panel);
}

/** Ids in reading order, so that a link to one panel stays good from build to build. */
function numbered(dashboard: Dashboard): Dashboard {
  let id = 0;
  const number = <P extends Panel | RowPanel>(panel: P): P => {
    id += 1;
    const own = { ...panel, id };
    return 'panels' in own && own.panels !== undefined
      ? { ...own, panels: own.panels.map(number) }
      : own;
  };
  return { ...dashboard, panels: dashboard.panels?.map(number) ?? [] };
}
