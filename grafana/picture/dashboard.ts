// The parts of a classic dashboard that the picture draws, and what was asked for them.

import type { Line } from './answer.ts';

export type Place = {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
};

export type Target = {
  readonly refId: string;
  readonly expr: string;
  readonly legendFormat?: string;
  readonly instant?: boolean;
};

export type Step = { readonly value: number | null; readonly color: string };
export type Words = Readonly<Record<string, { readonly text: string; readonly color: string }>>;

export type Panel = {
  readonly type: string;
  readonly title: string;
  readonly gridPos: Place;
  readonly targets?: readonly Target[];
  readonly fieldConfig?: {
    readonly defaults: {
      readonly unit?: string;
      readonly mappings?: readonly { readonly options: Words }[];
      readonly thresholds?: { readonly steps: readonly Step[] };
    };
    readonly overrides: readonly Override[];
  };
  readonly transformations?: readonly {
    readonly id: string;
    readonly options: { readonly renameByName?: Readonly<Record<string, string>> };
  }[];
};

type Override = {
  readonly matcher: { readonly id: string; readonly options: string };
  readonly properties: readonly { readonly id: string; readonly value: unknown }[];
};

export type Annotation = {
  readonly name: string;
  readonly expr?: string;
  readonly iconColor?: string;
};

export type Dashboard = {
  readonly title: string;
  readonly panels: readonly Panel[];
  readonly annotations: { readonly list: readonly Annotation[] };
};

/** One answer per target. */
export type Answered = {
  readonly panel: Panel;
  readonly answers: readonly (readonly Line[])[];
};

/** Something that happened, as a line across every panel with a time axis. */
export type Mark = { readonly atSeconds: number; readonly name: string; readonly colour: string };

/** Everything a picture needs to know. */
export type Taken = {
  readonly title: string;
  readonly panels: readonly Answered[];
  readonly marks: readonly Mark[];
  readonly fromSeconds: number;
  readonly toSeconds: number;
  readonly stepSeconds: number;
};

/** What a legend calls a series. */
export function legendOf({ legendFormat = '' }: Target, labels: Line['labels']): string {
  return legendFormat.replace(/\{\{\s*(\w+)\s*\}\}/g, (_, name: string) => labels[name] ?? '');
}

export function unitOf({ fieldConfig }: Panel, heading?: string): string {
  const own = fieldConfig?.overrides
    .filter(({ matcher }) => matcher.id === 'byName' && matcher.options === heading)
    .flatMap(({ properties }) => properties)
    .find(({ id }) => id === 'unit')?.value;
  return typeof own === 'string' ? own : (fieldConfig?.defaults.unit ?? 'short');
}
