// What is said of a metric, and the name it has in Prometheus. Names and labels are OpenTelemetry's;
// the Prometheus side is derived by the rules of its OTLP receiver (underscores, unit suffix,
// `_total`), so that a scrape and a push end in the same series and one dashboard reads both.

export type MetricKind = 'counter' | 'gauge' | 'histogram';

/** UCUM; a word in braces counts things and leaves no suffix. */
export type Unit = '1' | 's' | 'By' | `{${string}}`;

export type Metric = {
  /** As Prometheus names it: for queries, and to search for. A test holds it to the rules. */
  readonly prometheus: string;
  readonly kind: MetricKind;
  readonly unit: Unit;
  /** Attribute names, each one of `labels.ts`. */
  readonly labels: readonly string[];
  /** One sentence for whoever reads the panel. */
  readonly meaning: string;
  /** Which direction is bad; `none`: it only informs. */
  readonly worse: 'up' | 'down' | 'none';
  /**
   * Edges of a histogram's buckets in the text, as powers of two of a microsecond, ascending. Each costs
   * a line per series. Default: `edgesDefault`.
   */
  readonly edges?: readonly number[];
  /** Most series of one process; what comes after is dropped and counted. Default 2,000. */
  readonly seriesMax?: number;
};

const suffixes: Readonly<Record<string, string>> = { s: 'seconds', By: 'bytes' };

/** The family's name in Prometheus; a counter's samples have it as it is, with `_total`. */
export function prometheusNameOf(
  otel: string,
  { kind, unit }: Pick<Metric, 'kind' | 'unit'>,
): string {
  const words = otel.split(/[^a-zA-Z0-9]+/);
  const suffix = unit === '1' && kind === 'gauge' ? 'ratio' : suffixes[unit];
  const named = suffix === undefined ? words : [...words.filter((w) => w !== suffix), suffix];
  return [...named, ...(kind === 'counter' ? ['total'] : [])].join('_');
}

/** `cpu.mode` is `cpu_mode` in Prometheus. */
export function prometheusLabelOf(label: string): string {
  return label.replaceAll('.', '_');
}
