/** Our data points in the types of the OpenTelemetry SDK. */
import { ValueType } from '@opentelemetry/api';
import { AggregationTemporality, DataPointType, type MetricData } from '@opentelemetry/sdk-metrics';
import type { OtlpMetric } from '../otlp-data.ts';

export function metricData(metric: OtlpMetric): MetricData {
  const { name, description, unit, kind } = metric;
  const base = {
    descriptor: { name, description, unit, valueType: ValueType.DOUBLE },
    aggregationTemporality: AggregationTemporality.CUMULATIVE,
  };
  switch (kind) {
    case 'sum':
      return {
        ...base,
        dataPointType: DataPointType.SUM,
        isMonotonic: true,
        dataPoints: metric.points,
      };
    case 'gauge':
      return { ...base, dataPointType: DataPointType.GAUGE, dataPoints: metric.points };
    case 'exponential':
      return {
        ...base,
        dataPointType: DataPointType.EXPONENTIAL_HISTOGRAM,
        dataPoints: metric.points,
      };
  }
}
