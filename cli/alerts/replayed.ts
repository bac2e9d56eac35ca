// Two rule sets over the same history, as a report: what would page more, what less, how much sooner,
// and how far the log reaches back, because a page that could not be replayed is no page that was
// avoided.

import type {
  AlertingConfig,
  Fact,
  ReplayComparison,
  ReplayedPage,
  ReplaySummary,
} from '@regionpilot/alerts';
import { formatDuration } from '@regionpilot/protocol';
import { harmless, isoTime, type Paint, table } from '../text.ts';

/** First moment of what ages out of the log before incidents do; null: nothing there. */
export type Coverage = { partialsMs: number | null; beatsMs: number | null };

export function createCoverage(): Coverage {
  return { partialsMs: null, beatsMs: null };
}

export function noteCovered(coverage: Coverage, { kind, atMs }: Fact): void {
  if (kind === 'partial') coverage.partialsMs = Math.min(coverage.partialsMs ?? atMs, atMs);
  if (kind === 'beat') coverage.beatsMs = Math.min(coverage.beatsMs ?? atMs, atMs);
}

/** A little slack: the first partial comes a moment after the span begins. */
const slackMs = 10_000;

export function coverageNotes(
  { partialsMs, beatsMs }: Coverage,
  fromMs: number,
): readonly string[] {
  const short = (firstMs: number | null): boolean => firstMs === null || firstMs > fromMs + slackMs;
  const since = (firstMs: number | null): string =>
    firstMs === null ? 'not there at all' : `there only since ${isoTime(firstMs)}`;
  return [
    ...(short(partialsMs)
      ? [
          `partials (kept 1 h) are ${since(partialsMs)}: rules over error ratios, budgets, agents, lag and losses see nothing before`,
        ]
      : []),
    ...(short(beatsMs)
      ? [
          `heartbeats (compacted) are ${since(beatsMs)}: rules over the age of decisions say nothing before`,
        ]
      : []),
  ];
}

/** Without a file in use, the shipped rules told by the candidate's routes: it is rules that differ. */
export function inUse(
  current: AlertingConfig | null,
  candidate: AlertingConfig,
  { rules, flapping }: Pick<AlertingConfig, 'rules' | 'flapping'>,
): AlertingConfig {
  return current ?? { ...candidate, rules, flapping };
}

export type ReplayedReport = {
  readonly v: 1;
  readonly fromMs: number;
  readonly toMs: number;
  /** Names of the two sides. */
  readonly names: { readonly a: string; readonly b: string };
  readonly notes: readonly string[];
} & ReplayComparison;

export function replayedReport(
  comparison: ReplayComparison,
  about: {
    readonly fromMs: number;
    readonly toMs: number;
    readonly a: string;
    readonly b: string;
    readonly notes: readonly string[];
  },
): ReplayedReport {
  const { fromMs, toMs, a, b, notes } = about;
  return { v: 1, fromMs, toMs, names: { a, b }, notes, ...comparison };
}

export function replayedLines(report: ReplayedReport, paint: Paint): readonly string[] {
  const { fromMs, toMs, names, notes, a, b, onlyA, onlyB, both, same } = report;
  return [
    `from ${isoTime(fromMs)} to ${isoTime(toMs)}, receivers that take everything, no silences, no acks`,
    ...notes.map((note) => paint('warn', note)),
    '',
    ...table(
      ['', 'PAGES', 'NOTICES page', 'ticket', 'info', 'ALERTS', 'FLAPPING'],
      [summaryRow(`A ${names.a}`, a), summaryRow(`B ${names.b}`, b)],
    ),
    ...pageLines(`pages only A sends (${onlyA.length})`, onlyA),
    ...pageLines(`pages only B sends (${onlyB.length})`, onlyB),
    ...bothLines(both),
    '',
    same ? 'no difference' : paint('strong', verdict(report)),
  ];
}

function summaryRow(
  name: string,
  { pages, noise, alerts, flaps }: ReplaySummary,
): readonly string[] {
  return [
    harmless(name),
    ...[pages, noise.page, noise.ticket, noise.info, alerts, flaps].map(String),
  ];
}

function pageLines(head: string, pages: readonly ReplayedPage[]): readonly string[] {
  if (pages.length === 0) return [];
  return [
    '',
    head,
    ...pages.map((page) => `  ${pageText(page)}, paged after ${duration(page.timeToPageMs)}`),
  ];
}

function bothLines(both: ReplayedReport['both']): readonly string[] {
  if (both.length === 0) return [];
  return [
    '',
    `pages both send (${both.length}), time to page A and B`,
    ...both.map(
      ({ a, timeToPageMsA, timeToPageMsB }) =>
        `  ${pageText(a)}: ${duration(timeToPageMsA)} and ${duration(timeToPageMsB)}`,
    ),
  ];
}

function pageText({ atMs, alerts, groupLabels, summary }: ReplayedPage): string {
  const { alertname: _, ...about } = groupLabels;
  const where = Object.values(about).join(', ');
  return harmless(
    `${isoTime(atMs)} ${alerts.join(', ')}${where === '' ? '' : ` (${where})`}: ${summary}`,
  );
}

function verdict({ onlyA, onlyB, both, a, b }: ReplayedReport): string {
  const later = both.filter((pair) => pair.timeToPageMsB > pair.timeToPageMsA).length;
  const sooner = both.filter((pair) => pair.timeToPageMsB < pair.timeToPageMsA).length;
  const total = ({ noise }: ReplaySummary): number => noise.page + noise.ticket + noise.info;
  return `B: ${onlyB.length} pages more, ${onlyA.length} fewer, ${sooner} sooner, ${later} later; ${total(b)} notices where A has ${total(a)}`;
}

function duration(ms: number): string {
  return ms === 0 ? '0s' : formatDuration(ms);
}
