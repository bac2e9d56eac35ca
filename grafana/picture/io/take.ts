// A dashboard's answers as they stand at one moment: every panel's queries, sent as Grafana sends them.

import { asSent, type Choices } from '../ask.ts';
import type { Annotation, Answered, Dashboard, Mark, Panel, Taken, Target } from '../dashboard.ts';
import { askAt, askRange, type Span } from './prometheus-api.ts';

export type TakeOptions = {
  readonly prometheusUrl: string;
  readonly dashboard: Dashboard;
  /** Panels that begin below this row of the grid are left out. */
  readonly rows: number;
  readonly scrapeSeconds: number;
  readonly span: Span;
};

export async function take(options: TakeOptions): Promise<Taken> {
  const { dashboard, rows, span } = options;
  const panels = dashboard.panels.filter(({ gridPos }) => gridPos.y < rows);
  const marks: Mark[] = [];
  for (const annotation of dashboard.annotations.list) {
    marks.push(...(await marksOf(annotation, options)));
  }
  const answered: Answered[] = [];
  for (const panel of panels) answered.push(await answersTo(panel, options));
  return {
    title: dashboard.title,
    panels: answered,
    marks,
    fromSeconds: span.fromMs / 1_000,
    toSeconds: span.toMs / 1_000,
    stepSeconds: span.stepSeconds,
  };
}

async function answersTo(panel: Panel, options: TakeOptions): Promise<Answered> {
  const answers = [];
  for (const target of panel.targets ?? []) answers.push(await answer(target, options));
  return { panel, answers };
}

function answer({ expr, instant = false }: Pick<Target, 'expr' | 'instant'>, options: TakeOptions) {
  const { prometheusUrl, span } = options;
  const query = asSent(expr, choices(options));
  return instant ? askAt(prometheusUrl, query, span.toMs) : askRange(prometheusUrl, query, span);
}

/** Where an annotation's query begins to answer; not the moment at which the picture begins. */
async function marksOf(
  { name, expr, iconColor: colour = '#999999' }: Annotation,
  options: TakeOptions,
): Promise<readonly Mark[]> {
  if (expr === undefined) return [];
  const { fromMs, stepSeconds } = options.span;
  const lines = await answer({ expr }, options);
  return lines.flatMap(({ points }) =>
    points
      .filter(([at], i) => i === 0 || at - (points[i - 1]?.[0] ?? 0) > 1.5 * stepSeconds)
      .filter(([at]) => at > fromMs / 1_000 + stepSeconds)
      .map(([atSeconds]) => ({ atSeconds, name, colour })),
  );
}

function choices({ scrapeSeconds, span }: TakeOptions): Choices {
  const { fromMs, toMs, stepSeconds } = span;
  const rangeSeconds = Math.round((toMs - fromMs) / 1_000);
  return { chosen: {}, scrapeSeconds, stepSeconds, rangeSeconds };
}
