// The series of one way into Prometheus at the end, histograms as one series each: a scrape brings them
// as buckets, a push as native ones, and both say how much was observed.

import type { Labels } from '../../../grafana/picture/answer.ts';
import { askAt } from '../../../grafana/picture/io/prometheus-api.ts';

/** Labels and series that say how a sample came, not what it is. */
const ways = ['__name__', 'job', 'instance'];
const fromPrometheus = /^(up|scrape_.*|target_info|otel_scope_info|ALERTS.*|group:.*)$/;

/** Series as text → its value then; a histogram's text ends with `count`. */
export async function seriesAt(
  url: string,
  job: string,
  atMs: number,
): Promise<ReadonlyMap<string, number>> {
  const lines = await askAt(url, `{job=~"${job}"}`, atMs, 3);
  const bucketed = new Set(lines.map(({ labels }) => /^(.*)_bucket$/.exec(nameOf(labels))?.[1]));
  const found = new Map<string, number>();
  for (const { labels, points, isHistogram } of lines) {
    const name = nameOf(labels);
    const [, base, part] = /^(.*)_(bucket|sum|count)$/.exec(name) ?? [];
    const isPart = base !== undefined && bucketed.has(base);
    if (fromPrometheus.test(name) || (isPart && part !== 'count')) continue;
    const text =
      isPart || isHistogram ? `${textOf(base ?? name, labels)} count` : textOf(name, labels);
    found.set(text, points[0]?.[1] ?? Number.NaN);
  }
  return found;
}

function nameOf(labels: Labels): string {
  return labels['__name__'] ?? '';
}

function textOf(name: string, labels: Labels): string {
  const own = Object.entries(labels)
    .filter(([label, value]) => !ways.includes(label) && value !== '')
    .map(([label, value]) => `${label}="${value}"`);
  return `${name}{${own.sort().join(',')}}`;
}
