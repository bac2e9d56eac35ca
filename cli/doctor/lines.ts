// Doctor's report for a person, in the manner of `linkerd check`: a mark per line, details and a hint
// only where something is to be done.

import { formatDuration } from '@regionpilot/protocol';
import { harmless, type Paint, type Tone } from '../text.ts';
import { categories, type DoctorReport, type Finding, type FindingLevel } from './finding.ts';

export type Marks = Readonly<Record<FindingLevel, string>>;

export const unicodeMarks: Marks = { ok: '√', warning: '‼', failed: '×', skipped: '-' };
/** For terminals that are not known to speak UTF-8. */
export const asciiMarks: Marks = { ok: '[ok]', warning: '[!!]', failed: '[XX]', skipped: '[--]' };

const tones: Readonly<Record<FindingLevel, Tone>> = {
  ok: 'good',
  warning: 'warn',
  failed: 'bad',
  skipped: 'dim',
};

const headings = {
  config: 'configuration',
  bus: 'event log',
  topics: 'topics',
  clocks: 'clocks',
  aggregators: 'aggregators and groups',
  agents: 'agents',
  redis: 'Redis regions',
  alerts: 'alerting',
  expiry: 'tokens and certificates',
  disk: 'disk',
} as const;

export function doctorLines(report: DoctorReport, marks: Marks, paint: Paint): readonly string[] {
  const sections = categories.flatMap((category) => {
    const own = report.findings.filter((finding) => finding.category === category);
    if (own.length === 0) return [];
    const heading = headings[category];
    return [
      heading,
      '-'.repeat(heading.length),
      ...own.flatMap((each) => lines(each, marks, paint)),
      '',
    ];
  });
  return [...sections, verdict(report, marks, paint)];
}

function lines(finding: Finding, marks: Marks, paint: Paint): readonly string[] {
  const { level, title, detail, hint } = finding;
  const head = `${paint(tones[level], marks[level])} ${harmless(title)}`;
  if (level === 'ok') return [detail === '' ? head : `${head}: ${harmless(detail)}`];
  if (level === 'skipped') return [`${head} (${harmless(detail)})`];
  return [
    head,
    ...(detail === '' ? [] : detail.split('\n').map((line) => `    ${harmless(line)}`)),
    ...(hint === null ? [] : [`    hint: ${harmless(hint)}`]),
  ];
}

function verdict({ ok, counts, tookMs }: DoctorReport, marks: Marks, paint: Paint): string {
  const said = [
    `${counts.ok} fine`,
    `${counts.warning} to look at`,
    `${counts.failed} failed`,
    `${counts.skipped} skipped`,
  ].join(', ');
  const level = ok ? 'ok' : 'failed';
  return `${paint(tones[level], marks[level])} ${said} (${formatDuration(tookMs)})`;
}

/** Whether the locale promises UTF-8; without any word about it, a terminal of today does. */
export function marksFor(env: Readonly<Record<string, string | undefined>>): Marks {
  const locale = [env['LC_ALL'], env['LC_CTYPE'], env['LANG']].find(
    (value) => value !== undefined && value !== '',
  );
  const speaksUtf8 = locale === undefined ? env['TERM'] !== 'linux' : /utf-?8/i.test(locale);
  return speaksUtf8 && env['TERM'] !== 'dumb' ? unicodeMarks : asciiMarks;
}
