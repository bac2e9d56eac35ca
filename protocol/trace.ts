// One trace per incident. Its ids are made from the incident's own id rather than handed on from part
// to part: every process computes the same ones, a hop that loses a header breaks nothing, and a
// record that is read twice repeats its span instead of inventing another.
// https://www.w3.org/TR/trace-context/#traceparent-header

import type { Delivery } from './delivery.ts';
import type { Version } from './epoch.ts';
import { fnv1a } from './fnv.ts';

/** Where a span stands: all that others need to hang their own below it. */
export type SpanRef = {
  /** 32 hex digits, not all zero. */
  readonly traceId: string;
  /** 16 hex digits, not all zero. */
  readonly spanId: string;
};

/** Tells one attempt to deliver from every other, also after another instance took over. */
export type AttemptId = Pick<Delivery, 'receiver' | 'dedupKey' | 'seq' | 'attempt' | 'startedMs'>;

/** @param which Tells spans of one name within one incident apart; default: there is one. */
export function spanOf(incident: string, name: string, which = ''): SpanRef {
  const span = `${incident}\n${name}\n${which}`;
  return { traceId: hex(incident, 4), spanId: hex(span, 2) };
}

/** The root: from the first bad event until all is calm. */
export function incidentSpan(incident: string): SpanRef {
  return spanOf(incident, 'regionpilot.incident');
}

/** What clients hang the applying of a decision below. */
export function decisionSpan(incident: string, { term, epoch }: Version): SpanRef {
  return spanOf(incident, 'regionpilot.decide', `${term}.${epoch}`);
}

export function attemptSpan(incident: string, attempt: AttemptId): SpanRef {
  const { receiver, dedupKey, seq, attempt: number, startedMs } = attempt;
  const which = [receiver, dedupKey, seq, number, startedMs].join('\n');
  return spanOf(incident, 'regionpilot.alert.deliver', which);
}

/** The header's value, marked as sampled: an outage is rare, and its trace is wanted. */
export function traceparentOf({ traceId, spanId }: SpanRef): string {
  return `00-${traceId}-${spanId}-01`;
}

/** @returns null for anything that is no `traceparent` of version 00. */
export function spanRefIn(header: unknown): SpanRef | null {
  if (!isTraceparent(header)) return null;
  return { traceId: header.slice(3, 35), spanId: header.slice(36, 52) };
}

export function isTraceparent(value: unknown): value is string {
  return (
    typeof value === 'string' &&
    /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/.test(value)
  );
}

/** 8 digits per word, each of another salt. A zero word would spoil an id of zeros only: make it one. */
function hex(text: string, words: number): string {
  const parts = Array.from({ length: words }, (_, salt) => fnv1a(`${salt}${text}`) || 1);
  return parts.map((word) => word.toString(16).padStart(8, '0')).join('');
}
