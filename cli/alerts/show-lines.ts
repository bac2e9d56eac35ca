// `alerts show` for a person: what it is, why, who was told, the proof of it, what mutes it.

import { formatMatcher } from '@regionpilot/alerts';
import {
  type Ack,
  type Alert,
  type Delivery,
  formatDuration,
  type Silence,
} from '@regionpilot/protocol';
import { harmless, isoTime, type Paint, table } from '../text.ts';
import { labelsText } from './list-lines.ts';
import type { ShownNotice, ShownReport } from './shown.ts';

export function showLines(report: ShownReport, paint: Paint): readonly string[] {
  const { alerts, notices, attempts, silences, acks, atMs } = report;
  return [
    ...alerts.flatMap((alert) => [...alertLines(alert, paint), '']),
    ...section('NOTICES (newest of each receiver)', noticeLines(notices), 'nobody was told', paint),
    ...section(attemptsHead(report), attemptLines(attempts), 'nothing was sent', paint),
    ...silences.map((silence) => paint('warn', `silenced: ${silenceText(silence, atMs)}`)),
    ...acks.map((ack) => `acknowledged ${ackText(ack, atMs)}`),
  ];
}

function alertLines(alert: Alert, paint: Paint): readonly string[] {
  const { fingerprint, labels, severity, state, startsMs, endsMs, summary, description } = alert;
  const tone = state === 'resolved' ? 'good' : severity === 'page' ? 'bad' : 'warn';
  const until = endsMs === null ? '' : ` until ${isoTime(endsMs)}`;
  const flapping = alert.flapping ? ', flapping' : '';
  return [
    `${paint('strong', fingerprint)}  ${harmless(labelsText(labels))}`,
    `  ${paint(tone, `${severity} ${state}${flapping}`)} since ${isoTime(startsMs)}${until}`,
    `  ${harmless(summary)}`,
    ...(description === '' ? [] : [`  ${harmless(description)}`]),
    `  why: ${harmless(alert.why)}`,
    ...(alert.value === null ? [] : [`  value: ${alert.value}`]),
    ...Object.entries(alert.annotations).map(([name, value]) => `  ${name}: ${harmless(value)}`),
  ];
}

function section(
  head: string,
  lines: readonly string[],
  none: string,
  paint: Paint,
): readonly string[] {
  if (lines.length === 0) return [none];
  return [paint('strong', head), ...lines.map((line) => `  ${line}`), ''];
}

function noticeLines(notices: readonly ShownNotice[]): readonly string[] {
  return table(
    ['RECEIVER', 'DEDUP KEY', 'SEQ', 'ACTION', 'REASON', 'AT', 'OUTCOME'],
    notices.map((notice) => [
      notice.receiver,
      notice.dedupKey,
      String(notice.seq),
      notice.action,
      notice.reason,
      isoTime(notice.atMs),
      outcomeText(notice),
    ]),
  );
}

function outcomeText({ outcome, attempts, error }: ShownNotice): string {
  const tries = attempts > 1 ? ` after ${attempts} attempts` : '';
  return `${outcome}${tries}${error === null ? '' : `: ${harmless(error)}`}`;
}

function attemptsHead({ attemptsLeftOut }: ShownReport): string {
  return attemptsLeftOut === 0 ? 'ATTEMPTS' : `ATTEMPTS (${attemptsLeftOut} older ones left out)`;
}

function attemptLines(attempts: readonly Delivery[]): readonly string[] {
  return table(
    ['AT', 'RECEIVER', 'DEDUP KEY', 'SEQ', 'TRY', 'ACTION', 'STATUS', 'TOOK', 'LATENCY', 'RESULT'],
    attempts.map((attempt) => [
      isoTime(attempt.startedMs),
      attempt.receiver,
      attempt.dedupKey,
      String(attempt.seq),
      String(attempt.attempt),
      attempt.action,
      attempt.status === null ? '-' : String(attempt.status),
      formatDuration(attempt.tookMs),
      attempt.latencyMs === null ? '-' : formatDuration(attempt.latencyMs),
      attempt.error === null ? attempt.result : `${attempt.result}: ${harmless(attempt.error)}`,
    ]),
  );
}

/** `s-4be1 group="payments" by dana, 1h 59m left: upgrade`. */
export function silenceText(
  { id, matchers, endsMs, author, reason }: Silence,
  nowMs: number,
): string {
  const what = matchers.map(formatMatcher).join(', ');
  const left =
    endsMs > nowMs ? `${formatDuration(endsMs - nowMs)} left` : `over since ${isoTime(endsMs)}`;
  return harmless(`${id} ${what} by ${author}, ${left}: ${reason}`);
}

function ackText({ author, atMs, source }: Ack, nowMs: number): string {
  return harmless(`by ${author} (${source}) ${formatDuration(Math.max(0, nowMs - atMs))} ago`);
}
