// Questions about what ends by itself: certificates and tokens. Both are failures nobody caused on
// the day they happen, so they are said weeks before.

import { formatDuration } from '@regionpilot/protocol';
import { harmless } from '../text.ts';
import { type Finding, failed, ok, type Question, warning } from './finding.ts';

const dayMs = 86_400_000;
/** Time left below which somebody should act. */
const soonMs = 30 * dayMs;

export type Certificate = {
  readonly subject: string;
  readonly fromMs: number;
  readonly untilMs: number;
};

/** @param path Its place in the config, for example `bus.tls.certFile`. */
export function certificatesQuestion(path: string): Question {
  return { id: `expiry.${path}`, category: 'expiry', title: `${path} can be read and is in date` };
}

export function certificatesFinding(
  path: string,
  certificates: readonly Certificate[],
  nowMs: number,
): Finding {
  const question = certificatesQuestion(path);
  const early = certificates.find(({ fromMs }) => fromMs > nowMs);
  if (early !== undefined)
    return failed(question, `${early.subject} is not valid yet`, 'is the clock right?');
  const ends = certificates.map(({ subject, untilMs }) => ({ name: subject, endsMs: untilMs }));
  return endFinding(question, ends, nowMs, 'renew it, then restart what uses it');
}

export const tokensQuestion: Question = {
  id: 'expiry.tokens',
  category: 'expiry',
  title: 'API tokens are in date',
};

export type TokenEnd = { readonly name: string; readonly endsMs: number };

/** Reads a tokens file leniently: what is not a token with an end is passed over. Null: no tokens file. */
export function tokensIn(parsed: unknown): readonly TokenEnd[] | null {
  const listed = isObject(parsed) ? parsed['tokens'] : null;
  if (!Array.isArray(listed)) return null;
  return listed.flatMap((each: unknown) => {
    if (!isObject(each) || typeof each['expiresMs'] !== 'number') return [];
    if (each['revokedMs'] !== undefined && each['revokedMs'] !== null) return [];
    const name = [each['name'], each['id']].find((word) => typeof word === 'string');
    return [{ name: name ?? 'unnamed', endsMs: each['expiresMs'] }];
  });
}

/** An old token that ended is history, not a fault: it only counts while it is fresh news. */
export function tokensFinding(tokens: readonly TokenEnd[], nowMs: number): Finding {
  if (tokens.length === 0) return ok(tokensQuestion, 'none that ends');
  const ended = tokens.filter(({ endsMs }) => endsMs <= nowMs);
  const soon = tokens.filter(({ endsMs }) => endsMs > nowMs && endsMs - nowMs < soonMs);
  if (ended.length === 0 && soon.length === 0) return ok(tokensQuestion, `${tokens.length} tokens`);
  const detail = [...soon, ...ended]
    .map((each) => endText(each, nowMs))
    .map(harmless)
    .join('\n');
  return warning(tokensQuestion, detail, 'regionpilot token create    # then revoke the old one');
}

function endFinding(
  question: Question,
  ends: readonly TokenEnd[],
  nowMs: number,
  hint: string,
): Finding {
  const first = ends.toSorted((a, b) => a.endsMs - b.endsMs)[0];
  if (first === undefined) return failed(question, 'there is no certificate in it', hint);
  const text = endText(first, nowMs);
  if (first.endsMs <= nowMs) return failed(question, text, hint);
  return first.endsMs - nowMs < soonMs ? warning(question, text, hint) : ok(question, text);
}

function endText({ name, endsMs }: TokenEnd, nowMs: number): string {
  return endsMs <= nowMs
    ? `${name} ended ${formatDuration(nowMs - endsMs)} ago`
    : `${name} ends in ${formatDuration(endsMs - nowMs)}`;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
