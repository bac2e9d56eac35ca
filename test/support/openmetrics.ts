// A strict little reader of OpenMetrics text: what it takes, any scraper takes.

export type ReadFamily = {
  readonly type: string;
  readonly unit: string | null;
  readonly help: string;
  readonly samples: { readonly name: string; readonly labels: string; readonly value: number }[];
};

const sampleLine =
  /^([a-zA-Z_:][a-zA-Z0-9_:]*)(\{(?:[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\[\\"n])*"(?:,(?!\})|(?=\})))*\})? (NaN|[+-]Inf|-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)$/;

const suffixes: Readonly<Record<string, readonly string[]>> = {
  counter: ['_total'],
  gauge: [''],
  histogram: ['_bucket', '_count', '_sum'],
};

/** Family → what it holds. @throws {Error} naming the line that no scraper should meet. */
export function readOpenMetrics(text: string): ReadonlyMap<string, ReadFamily> {
  const lines = text.split('\n');
  if (lines.pop() !== '' || lines.pop() !== '# EOF') throw new Error('no # EOF at the end');
  const families = new Map<string, ReadFamily>();
  const seen = new Set<string>();
  let current: [string, ReadFamily] | null = null;
  for (const line of lines) {
    const head = /^# (TYPE|UNIT|HELP) (\S+) (.+)$/.exec(line);
    if (head !== null) {
      current = readHead(line, head, families, current);
      continue;
    }
    const sample = sampleLine.exec(line);
    if (sample === null || current === null) throw new Error(`no sample: ${line}`);
    const [, name = '', labels = '', value = ''] = sample;
    const [family, { type, samples }] = current;
    if (!suffixes[type]?.some((suffix) => name === family + suffix)) {
      throw new Error(`${name} is not of ${type} ${family}`);
    }
    if (seen.has(name + labels)) throw new Error(`twice: ${line}`);
    seen.add(name + labels);
    samples.push({ name, labels, value: Number(value.replace('Inf', 'Infinity')) });
  }
  return families;
}

function readHead(
  line: string,
  [, what, name = '', rest = '']: RegExpExecArray,
  families: Map<string, ReadFamily>,
  current: [string, ReadFamily] | null,
): [string, ReadFamily] {
  if (what === 'TYPE') {
    if (families.has(name)) throw new Error(`a family that comes twice: ${line}`);
    const family: ReadFamily = { type: rest, unit: null, help: '', samples: [] };
    families.set(name, family);
    return [name, family];
  }
  if (current?.[0] !== name) throw new Error(`not of the family at hand: ${line}`);
  if (what === 'UNIT' && !name.endsWith(`_${rest}`)) throw new Error(`not in the name: ${line}`);
  const family = { ...current[1], ...(what === 'UNIT' ? { unit: rest } : { help: rest }) };
  families.set(name, family);
  return [name, family];
}

/** The value of one sample, or undefined. `labels` as written, for example `{group="g"}`. */
export function sampleValue(
  families: ReadonlyMap<string, ReadFamily>,
  name: string,
  labels = '',
): number | undefined {
  const samples = [...families.values()].flatMap((family) => family.samples);
  return samples.find((sample) => sample.name === name && sample.labels === labels)?.value;
}
