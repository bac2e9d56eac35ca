// The parts of a classic Grafana dashboard that tests look at.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export type Target = {
  readonly refId?: string;
  readonly expr?: string;
  readonly legendFormat?: string;
  readonly datasource?: { readonly uid?: string };
};

export type Panel = {
  readonly id?: number;
  readonly type: string;
  readonly title?: string;
  readonly description?: string;
  readonly datasource?: { readonly uid?: string };
  readonly targets?: readonly Target[];
  readonly panels?: readonly Panel[];
  readonly links?: readonly { readonly title: string; readonly url: string }[];
  readonly gridPos?: {
    readonly x: number;
    readonly y: number;
    readonly w: number;
    readonly h: number;
  };
  readonly options?: Readonly<Record<string, unknown>>;
  readonly fieldConfig?: {
    readonly defaults?: {
      readonly unit?: string;
      readonly mappings?: readonly Mapping[];
    };
  };
};

export type Mapping = {
  readonly type: string;
  readonly options: Readonly<Record<string, { readonly text?: string; readonly color?: string }>>;
};

export type Variable = {
  readonly name: string;
  readonly type: string;
  readonly label?: string;
  readonly query?: unknown;
  readonly datasource?: { readonly uid?: string };
  readonly multi?: boolean;
  readonly allValue?: string;
  readonly refresh?: number;
};

export type Annotation = {
  readonly name: string;
  readonly expr?: string;
  readonly titleFormat?: string;
  readonly textFormat?: string;
  readonly datasource?: { readonly uid?: string };
};

export type Dashboard = {
  readonly uid: string;
  readonly title: string;
  readonly editable: boolean;
  readonly templating: { readonly list: readonly Variable[] };
  readonly annotations: { readonly list: readonly Annotation[] };
  readonly panels: readonly Panel[];
};

export const grafanaFolder: string = join(import.meta.dirname, '../../grafana');

/** A committed dashboard. */
export function readDashboard(uid: string): Dashboard {
  return JSON.parse(readFileSync(join(grafanaFolder, 'dashboards', `${uid}.json`), 'utf8'));
}

/** Panels without rows, those inside of collapsed rows too. */
export function panelsOf({ panels }: Pick<Dashboard, 'panels'>): readonly Panel[] {
  return panels.flatMap((panel) =>
    panel.type === 'row' ? panelsOf({ panels: panel.panels ?? [] }) : [panel],
  );
}
