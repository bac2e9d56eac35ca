// Samples put in order, each metric bounded. A flood of labels must cost neither our memory nor the
// store's: what is over the limit is left out and counted, the same series each time, and every
// other metric stays whole. (OpenTelemetry's SDK folds the overflow into one series without labels,
// after which sums by label are wrong and nobody sees it; a count of what is missing is honest.)

import { catalogue, type MetricName, metricNames, metricOf } from './catalogue.ts';
import type { Metric } from './metric.ts';
import type { Sample } from './sample.ts';

export type Series = {
  /** In the order of the metric's labels. */
  readonly labelValues: readonly string[];
  readonly value: Sample['value'];
};

export type Family = {
  readonly name: MetricName;
  readonly metric: Metric;
  /** Sorted by label values. */
  readonly series: readonly Series[];
};

export const seriesMaxDefault = 2_000;

const droppedName = 'regionpilot.telemetry.series_dropped';

export class Registry {
  /** Metric → series left out so far, over all collections. */
  readonly #dropped = new Map<MetricName, number>();

  /**
   * Orders and bounds one collection. Of two samples of one series the first counts.
   * @throws {Error} for a metric or label that the catalogue does not know, or a value of the wrong
   *   kind: a bug that the types should have found.
   */
  gather(samples: readonly Sample[]): readonly Family[] {
    const byName = new Map<MetricName, Map<string, Series>>();
    for (const each of samples) addTo(byName, each);
    const others = [...byName].filter(([name]) => name !== droppedName);
    const families = others.map(([name, series]) => this.#bounded(name, series));
    const said = byName.get(droppedName);
    const dropped = this.#droppedFamily(said ?? new Map());
    return [...families, ...(dropped === null ? [] : [dropped])].sort(
      (a, b) => metricNames.indexOf(a.name) - metricNames.indexOf(b.name),
    );
  }

  #bounded(name: MetricName, found: ReadonlyMap<string, Series>): Family {
    const metric = metricOf(name);
    const most = metric.seriesMax ?? seriesMaxDefault;
    const series = [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, each]) => each);
    const over = series.length - most;
    if (over > 0) this.#dropped.set(name, (this.#dropped.get(name) ?? 0) + over);
    return { name, metric, series: series.slice(0, most) };
  }

  /** Ours, and what a part says that it left out itself. */
  #droppedFamily(said: ReadonlyMap<string, Series>): Family | null {
    const counts = new Map([...said].map(([metric, { value }]) => [metric, Number(value)]));
    for (const [name, count] of this.#dropped) {
      const metric = metricOf(name).prometheus;
      counts.set(metric, (counts.get(metric) ?? 0) + count);
    }
    if (counts.size === 0) return null;
    const series = [...counts].map(([metric, value]) => ({ labelValues: [metric], value }));
    return { name: droppedName, metric: metricOf(droppedName), series };
  }
}

function addTo(byName: Map<MetricName, Map<string, Series>>, given: Sample): void {
  const { metric: name, labels, value } = given;
  if (!Object.hasOwn(catalogue, name)) throw new Error(`No metric ${name} in the catalogue`);
  const metric = metricOf(name);
  if ((typeof value !== 'number') !== (metric.kind === 'histogram')) {
    throw new Error(`${name} is a ${metric.kind}; got a value of another kind`);
  }
  const labelValues = valuesOf(name, metric, labels);
  const key = labelValues.join('\u0000');
  const series = byName.get(name) ?? new Map<string, Series>();
  if (!series.has(key)) series.set(key, { labelValues, value });
  byName.set(name, series);
}

/** In the metric's order. Thousands at each collection, so nothing is made but the answer. */
function valuesOf(name: string, metric: Metric, labels: Sample['labels']): readonly string[] {
  const values: string[] = [];
  for (const label of metric.labels) {
    const value = labels[label];
    if (value === undefined) throw wrongLabels(name, metric, labels);
    values.push(value);
  }
  let given = 0;
  for (const _ in labels) given++;
  if (given !== values.length) throw wrongLabels(name, metric, labels);
  return values;
}

function wrongLabels(name: string, metric: Metric, labels: Sample['labels']): Error {
  const given = Object.keys(labels).sort().join(', ');
  const wanted = [...metric.labels].sort().join(', ');
  return new Error(`${name} got labels [${given}], wanted [${wanted}]`);
}
