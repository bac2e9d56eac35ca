// What doctor finds: one line per question asked of a deployment, each with what was seen and, where
// it is not as it should be, what to do next. A question that could not be asked says why; it is
// neither good nor bad.

/** In the order in which they are shown: what everything rests on first. */
export const categories = [
  'config',
  'bus',
  'topics',
  'clocks',
  'aggregators',
  'agents',
  'redis',
  'alerts',
  'expiry',
  'disk',
] as const;
export type Category = (typeof categories)[number];

export const levels = ['ok', 'warning', 'failed', 'skipped'] as const;
export type FindingLevel = (typeof levels)[number];

export type Finding = {
  /** Stable name, `category.question`: what a script filters by. */
  readonly id: string;
  readonly category: Category;
  readonly level: FindingLevel;
  /** What is true when all is well. */
  readonly title: string;
  /** What was seen. */
  readonly detail: string;
  /** A command to run or a page to read; null when there is nothing to do. */
  readonly hint: string | null;
};

/** A question: the same for every answer it may get. */
export type Question = Pick<Finding, 'id' | 'category' | 'title'>;

export function ok(question: Question, detail: string): Finding {
  return { ...question, level: 'ok', detail, hint: null };
}

export function warning(question: Question, detail: string, hint: string): Finding {
  return { ...question, level: 'warning', detail, hint };
}

export function failed(question: Question, detail: string, hint: string): Finding {
  return { ...question, level: 'failed', detail, hint };
}

export function skipped(question: Question, detail: string): Finding {
  return { ...question, level: 'skipped', detail, hint: null };
}

export type DoctorReport = {
  readonly v: 1;
  readonly atMs: number;
  readonly tookMs: number;
  /** What the exit code says. */
  readonly ok: boolean;
  readonly counts: Readonly<Record<FindingLevel, number>>;
  readonly findings: readonly Finding[];
};

/** @param strict A warning fails the whole too. */
export function doctorReport(
  findings: readonly Finding[],
  { strict, atMs, tookMs }: { strict: boolean; atMs: number; tookMs: number },
): DoctorReport {
  const count = (level: FindingLevel): number =>
    findings.filter((finding) => finding.level === level).length;
  const counts = {
    ok: count('ok'),
    warning: count('warning'),
    failed: count('failed'),
    skipped: count('skipped'),
  };
  const inOrder = categories.flatMap((category) =>
    findings.filter((finding) => finding.category === category),
  );
  const isOk = counts.failed === 0 && !(strict && counts.warning > 0);
  return { v: 1, atMs, tookMs, ok: isOk, counts, findings: inOrder };
}
