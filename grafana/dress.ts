// What every panel has, whatever it draws: words, queries, a unit, a place and its runbooks.

import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog';
import {
  type DashboardLink,
  DashboardLinkBuilder,
  DashboardLinkType,
  type ThresholdsConfig,
  type ValueMapping,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder, PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus';
import { runbookBase } from './uids.ts';

export type Words = {
  readonly title: string;
  /** What is seen, in a sentence or two. */
  readonly means: string;
  /** Which direction is bad, and how bad: `Up is bad: …`. */
  readonly bad: string;
  /** Pages of docs/runbooks without `.md`. */
  readonly runbooks?: readonly string[];
};

export type Ask = { readonly expr: string; readonly legend?: string };

export type Shape = {
  /** One of Grafana's unit ids. */
  readonly unit?: string;
  readonly thresholds?: Builder<ThresholdsConfig>;
  readonly mappings?: ValueMapping[];
  /** Of 24. Default 12. */
  readonly width?: number;
  /** In Grafana's rows. Default 8. */
  readonly height?: number;
};

/** The part of the SDK's builders that all kinds of panels share. */
export type Panelled<B> = {
  title(title: string): B;
  description(description: string): B;
  datasource(source: { type: string; uid: string }): B;
  links(links: Builder<DashboardLink>[]): B;
  targets(targets: Builder<Dataquery>[]): B;
  unit(unit: string): B;
  mappings(mappings: ValueMapping[]): B;
  noValue(text: string): B;
  span(width: number): B;
  height(height: number): B;
};

export const datasource = { type: 'prometheus', uid: '$datasource' } as const;

export function dress<B extends Panelled<B>>(
  builder: B,
  { title, means, bad, runbooks = [] }: Words,
  asks: readonly Ask[],
  shape: Shape,
  format: PromQueryFormat = PromQueryFormat.TimeSeries,
): B {
  const dressed = builder
    .title(title)
    .description(`${means}\n\n**${bad}**`)
    .datasource(datasource)
    .links(runbooks.map(runbookLink))
    .targets(asks.map((ask, index) => target(ask, index, format)))
    .span(shape.width ?? 12)
    .height(shape.height ?? 8)
    .noValue('no data')
    .unit(shape.unit ?? 'short');
  return shape.mappings === undefined ? dressed : dressed.mappings(shape.mappings);
}

function runbookLink(page: string): Builder<DashboardLink> {
  return new DashboardLinkBuilder(`Runbook: ${page}`)
    .type(DashboardLinkType.Link)
    .url(`${runbookBase}docs/runbooks/${page}.md`)
    .targetBlank(true);
}

/** Tables and maps want what is true now; the others want a line. */
function target({ expr, legend }: Ask, index: number, format: PromQueryFormat): DataqueryBuilder {
  const query = new DataqueryBuilder()
    .refId(String.fromCharCode('A'.charCodeAt(0) + index))
    .datasource(datasource)
    .expr(expr)
    .format(format);
  const named = legend === undefined ? query : query.legendFormat(legend);
  return format === PromQueryFormat.Table ? named.instant() : named.range();
}
