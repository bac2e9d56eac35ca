// One measured value of one metric of the catalogue. A wrong name, label or kind does not compile;
// what comes past the compiler is refused by the registry.

import type { LabelsOf, MetricName, NamesOfKind } from './catalogue.ts';

export type Sample = {
  readonly metric: MetricName;
  readonly labels: Readonly<Record<string, string>>;
  /** Counts per bucket of protocol/histogram.ts, or one number. */
  readonly value: number | ArrayLike<number>;
};

type LabelValues<Name extends MetricName> = Readonly<Record<LabelsOf<Name>, string>>;

/** A counter's total so far, or a gauge's level. */
export function sample<Name extends NamesOfKind<'counter' | 'gauge'>>(
  metric: Name,
  labels: LabelValues<Name>,
  value: number,
): Sample {
  return { metric, labels, value };
}

/** @param counts Cumulative since the process began. */
export function distribution<Name extends NamesOfKind<'histogram'>>(
  metric: Name,
  labels: LabelValues<Name>,
  counts: ArrayLike<number>,
): Sample {
  return { metric, labels, value: counts };
}

/** For flags: 1 or 0. */
export function flag(isSo: boolean): number {
  return isSo ? 1 : 0;
}
