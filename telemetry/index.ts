export {
  catalogue,
  type LabelsOf,
  type MetricName,
  metricNames,
  metricOf,
  type PrometheusName,
} from './catalogue.ts';
export { type LabelName, labels } from './labels.ts';
export { type Metric, type MetricKind, prometheusLabelOf, prometheusNameOf } from './metric.ts';
