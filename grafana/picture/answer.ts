// What Prometheus answers to a query, as the picture and the tests look at it.

export type Labels = Readonly<Record<string, string>>;

/** Seconds since 1970, and a value; of a native histogram the number of what was observed. */
export type Point = readonly [seconds: number, value: number];

/** One series of an answer. */
export type Line = {
  readonly labels: Labels;
  readonly points: readonly Point[];
  /** Its points are native histograms. */
  readonly isHistogram: boolean;
};

/** JSON of `/api/v1/query` and `/api/v1/query_range`. */
export type Document = {
  readonly status: string;
  readonly error?: string;
  readonly data?: { readonly resultType: string; readonly result: readonly Series[] };
};

type Sample = readonly [number, string];
type HistogramSample = readonly [number, { readonly count: string }];
type Series = {
  readonly metric: Labels;
  readonly value?: Sample;
  readonly values?: readonly Sample[];
  readonly histogram?: HistogramSample;
  readonly histograms?: readonly HistogramSample[];
};

export function linesOf({ data }: Document): readonly Line[] {
  return (data?.result ?? []).map(
    ({ metric: labels, value, values = [], histogram, histograms = [] }) => {
      const numbers = value === undefined ? values : [value];
      const counts = histogram === undefined ? histograms : [histogram];
      return {
        labels,
        isHistogram: counts.length > 0,
        points: [
          ...numbers.map(([at, text]): Point => [at, numberOf(text)]),
          ...counts.map(([at, { count }]): Point => [at, Number(count)]),
        ],
      };
    },
  );
}

/** Whether there is anything to draw. */
export function hasData(lines: readonly Line[]): boolean {
  return lines.some(({ points }) => points.some(([, value]) => !Number.isNaN(value)));
}

function numberOf(text: string): number {
  return Number(text.replace('Inf', 'Infinity'));
}
