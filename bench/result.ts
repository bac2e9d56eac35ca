/** One figure, what it stands against, and whether it is good enough. */
export type BenchResult = {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly against: string;
  readonly goal: string;
  readonly met: boolean;
};

export type BenchReport = {
  readonly bench: string;
  /** Short commit; with `+` when the working tree differs from it. */
  readonly commit: string;
  readonly machine: string;
  readonly results: readonly BenchResult[];
};

/** A figure that has to stay at or below a bound. */
export function atMost(
  name: string,
  value: number,
  bound: number,
  unit: string,
  against: string,
): BenchResult {
  return { name, value, unit, against, goal: `at most ${bound}`, met: value <= bound };
}

export function rounded(value: number, digits = 1): number {
  return Math.round(value * 10 ** digits) / 10 ** digits;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const high = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? high : (high + (sorted[middle - 1] ?? high)) / 2;
}
