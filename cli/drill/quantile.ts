/** The smallest value that at least `share` (0..1) of the values do not exceed; null without values. */
export function quantile(values: readonly number[], share: number): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  const rank = Math.max(Math.ceil(sorted.length * share), 1);
  return sorted[rank - 1] ?? null;
}

export function largest(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((most, value) => Math.max(most, value));
}

/** To a tenth: what the clocks and the scheduler are good for. */
export function tenth<Value extends number | null>(value: Value): Value {
  return (value === null ? null : Math.round((value as number) * 10) / 10) as Value;
}
