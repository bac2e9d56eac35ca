// PromQL made from the catalogue: a metric or label that is renamed there does not compile here.
//
// Every selector keeps to the dashboard's variables: job and instance always, group and receiver
// where the metric has that label. Histograms are asked twice, since a scrape brings classic buckets
// and OTLP brings native ones; only one side of the `or` ever answers.

import {
  catalogue,
  type LabelsOf,
  type MetricName,
  type NamesOfKind,
} from '../telemetry/catalogue.ts';
import { prometheusLabelOf } from '../telemetry/metric.ts';

/** An operator and a quoted value, for example `="error"`. */
export type Match = `${'=' | '=~' | '!=' | '!~'}"${string}"`;
export type Only<Name extends MetricName> = Readonly<Partial<Record<LabelsOf<Name>, Match>>>;
export type Counter = NamesOfKind<'counter'>;
export type Gauge = NamesOfKind<'gauge'>;
export type Histogram = NamesOfKind<'histogram'>;

export function is(value: string): Match {
  return `="${value}"`;
}

export function oneOf(...values: readonly string[]): Match {
  return `=~"${values.join('|')}"`;
}

export function not(value: string): Match {
  return `!="${value}"`;
}

/** The series themselves. */
export function series<Name extends MetricName>(name: Name, only?: Only<Name>): string {
  return suffixed(name, '', only);
}

/** Of all processes together, per second. */
export function rate<Name extends Counter>(
  name: Name,
  by: readonly LabelsOf<Name>[] = [],
  only?: Only<Name>,
): string {
  return `sum${clause(by)} (rate(${series(name, only)}[$__rate_interval]))`;
}

/** Of all processes together, over one step of the picture. */
export function increase<Name extends Counter>(
  name: Name,
  by: readonly LabelsOf<Name>[] = [],
  only?: Only<Name>,
): string {
  return `sum${clause(by)} (increase(${series(name, only)}[$__rate_interval]))`;
}

/**
 * The same for a counter that is not there before its first event. `increase` sees nothing of a series
 * that begins at 1, and that first failover or dead letter is the very one to be seen; so what began
 * within the window counts in full. Not for accounts that a new owner takes over at their old value.
 */
export function happened<Name extends Counter>(
  name: Name,
  by: readonly LabelsOf<Name>[] = [],
  only?: Only<Name>,
): string {
  return `sum${clause(by)} (${sinceBirth(series(name, only), '$__rate_interval')})`;
}

/** `happened` for Prometheus' own rules. */
export function happenedWithin<Name extends Counter>(
  window: string,
  name: Name,
  by: readonly LabelsOf<Name>[],
  only?: Only<Name>,
): string {
  return `sum${clause(by)} (${sinceBirth(bare(name, only), window)})`;
}

function sinceBirth(selector: string, window: string): string {
  return `(${selector} unless ${selector} offset ${window}) or increase(${selector}[${window}])`;
}

export type Fold = 'max' | 'min' | 'sum' | 'avg' | 'count';

/** Of all processes together, now. */
export function fold<Name extends Gauge>(
  how: Fold,
  name: Name,
  by: readonly LabelsOf<Name>[] = [],
  only?: Only<Name>,
): string {
  return `${how}${clause(by)} (${series(name, only)})`;
}

/** Seconds below which this share lies. */
export function quantile<Name extends Histogram>(
  share: number,
  name: Name,
  by: readonly LabelsOf<Name>[] = [],
  only?: Only<Name>,
): string {
  return `histogram_quantile(${share}, ${buckets(name, [...by, 'le'], only)}) or histogram_quantile(${share}, ${native(name, by, only)})`;
}

/** Observations per second. */
export function observed<Name extends Histogram>(
  name: Name,
  by: readonly LabelsOf<Name>[],
): string {
  const classic = `rate(${suffixed(name, '_count')}[$__rate_interval])`;
  return `sum${clause(by)} (${classic}) or histogram_count(${native(name, by, undefined)})`;
}

/** All buckets, for a heat map. */
export function spread<Name extends Histogram>(name: Name, only?: Only<Name>): string {
  return `${buckets(name, ['le'], only)} or ${native(name, [], only)}`;
}

function buckets<Name extends Histogram>(
  name: Name,
  by: readonly string[],
  only: Only<Name> | undefined,
): string {
  return `sum${clause(by)} (rate(${suffixed(name, '_bucket', only)}[$__rate_interval]))`;
}

function native<Name extends Histogram>(
  name: Name,
  by: readonly string[],
  only: Only<Name> | undefined,
): string {
  return `sum${clause(by)} (rate(${series(name, only)}[$__rate_interval]))`;
}

/** For Prometheus' own rules, which know no variables. */
export function bare<Name extends MetricName>(name: Name, only?: Only<Name>): string {
  const matchers = matchersOf(only);
  const { prometheus } = catalogue[name];
  return matchers.length === 0 ? prometheus : `${prometheus}{${matchers.join(', ')}}`;
}

function suffixed<Name extends MetricName>(name: Name, suffix: string, only?: Only<Name>): string {
  const { prometheus, labels } = catalogue[name];
  const followed = (['group', 'receiver'] as const)
    .filter((label) => (labels as readonly string[]).includes(label))
    .map((label) => `${label}=~"$${label}"`);
  const matchers = ['job=~"$job"', 'instance=~"$instance"', ...followed, ...matchersOf(only)];
  return `${prometheus}${suffix}{${matchers.join(', ')}}`;
}

function matchersOf(only: Readonly<Record<string, Match | undefined>> = {}): readonly string[] {
  return Object.entries(only).map(([label, match]) => `${prometheusLabelOf(label)}${match ?? ''}`);
}

function clause(by: readonly string[]): string {
  return by.length === 0 ? '' : ` by (${by.map(prometheusLabelOf).join(', ')})`;
}
