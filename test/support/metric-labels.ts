// Every name a query may use, with its labels: the catalogue as Prometheus shows it, and what is recorded.

import { allRecordings } from '../../grafana/prometheus/rules.ts';
import { metricNames, metricOf } from '../../telemetry/catalogue.ts';
import { prometheusLabelOf } from '../../telemetry/metric.ts';

/** Prometheus puts these on whatever it scrapes. */
const target = ['job', 'instance'];

/** Name in Prometheus → labels. A histogram has its native name, and those of its classic parts. */
export const labelsByName: ReadonlyMap<string, readonly string[]> = new Map([
  ...metricNames.flatMap((name) => namesOf(name)),
  ...allRecordings.map(({ record, labels }): [string, readonly string[]] => [record, labels]),
]);

function namesOf(name: (typeof metricNames)[number]): [string, readonly string[]][] {
  const { prometheus, kind, labels } = metricOf(name);
  const own = [...labels.map(prometheusLabelOf), ...target];
  const whole: [string, readonly string[]] = [prometheus, own];
  if (kind !== 'histogram') return [whole];
  return [
    whole,
    [`${prometheus}_bucket`, [...own, 'le']],
    [`${prometheus}_sum`, own],
    [`${prometheus}_count`, own],
  ];
}
