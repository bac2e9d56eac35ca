// Families as text: OpenMetrics 1.0 (https://prometheus.io/docs/specs/om/open_metrics_spec/), and the
// older Prometheus format for scrapers that do not ask for it. They differ in what heads a counter,
// in units and in the end mark.

import { classicBuckets } from './buckets.ts';
import { type Metric, prometheusLabelOf } from './metric.ts';
import type { Family, Series } from './registry.ts';

export type TextFormat = 'openmetrics' | 'prometheus';

export const contentTypes: Readonly<Record<TextFormat, string>> = {
  openmetrics: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
  prometheus: 'text/plain; version=0.0.4; charset=utf-8',
};

/** @param accept The request's header: OpenMetrics is for who asks for it. */
export function formatFor(accept: string | undefined): TextFormat {
  return accept?.includes('application/openmetrics-text') === true ? 'openmetrics' : 'prometheus';
}

export function metricsText(families: readonly Family[], format: TextFormat): string {
  const lines: string[] = [];
  for (const family of families) {
    if (family.series.length === 0) continue;
    lines.push(...headOf(family.metric, format));
    const labels = family.metric.labels.map(prometheusLabelOf);
    for (const series of family.series) addSamples(lines, family.metric, labels, series);
  }
  if (format === 'openmetrics') lines.push('# EOF');
  return `${lines.join('\n')}\n`;
}

function headOf(metric: Metric, format: TextFormat): readonly string[] {
  const { kind, prometheus, meaning } = metric;
  const isOpen = format === 'openmetrics';
  const name = isOpen ? prometheus.replace(/_total$/, '') : prometheus;
  const unit = /_(seconds|bytes|ratio)$/.exec(name)?.[1];
  return [
    `# TYPE ${name} ${kind}`,
    ...(isOpen && unit !== undefined ? [`# UNIT ${name} ${unit}`] : []),
    `# HELP ${name} ${isOpen ? escaped(meaning) : escapedHelp(meaning)}`,
  ];
}

function addSamples(
  lines: string[],
  { prometheus: name, edges }: Metric,
  labelNames: readonly string[],
  series: Series,
): void {
  const labels = labelsOf(labelNames, series);
  const braced = labels === '' ? '' : `{${labels}}`;
  if (typeof series.value === 'number') {
    lines.push(`${name}${braced} ${numberText(series.value)}`);
    return;
  }
  const { buckets, count, sumSeconds } = classicBuckets(series.value, edges);
  const head = `${name}_bucket{${labels}${labels === '' ? '' : ','}le="`;
  for (const { leSeconds, count: upTo } of buckets) lines.push(`${head}${leSeconds}"} ${upTo}`);
  lines.push(
    `${head}+Inf"} ${count}`,
    `${name}_count${braced} ${count}`,
    `${name}_sum${braced} ${numberText(sumSeconds)}`,
  );
}

function labelsOf(names: readonly string[], { labelValues }: Series): string {
  return names.map((name, place) => `${name}="${escaped(labelValues[place] ?? '')}"`).join(',');
}

const needsEscape = /["\\\n]/;

function escaped(text: string): string {
  if (!needsEscape.test(text)) return text;
  return escapedHelp(text).replaceAll('"', '\\"');
}

function escapedHelp(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}

function numberText(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return '+Inf';
  return value === Number.NEGATIVE_INFINITY ? '-Inf' : String(value);
}
