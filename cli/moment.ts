// Points in time as people write them: `2026-11-21T10:00:00Z`, `-10m`, `now`, or milliseconds since
// 1970 out of a log. A date without a zone is UTC, like every time this command prints.

import { parseDuration } from '@regionpilot/protocol';

export type Moment =
  | { readonly kind: 'at'; readonly ms: number }
  | { readonly kind: 'ago'; readonly ms: number };

export const momentHelp = 'ISO 8601 (UTC unless it says otherwise), relative such as -10m, or now';

/** Null when the text is no moment. */
export function parseMoment(text: string): Moment | null {
  if (text === 'now') return { kind: 'ago', ms: 0 };
  const relative = /^-(.+)$/.exec(text)?.[1];
  if (relative !== undefined) {
    const ms = parseDuration(relative);
    return ms === null ? null : { kind: 'ago', ms };
  }
  if (/^\d{12,15}$/.test(text)) return { kind: 'at', ms: Number(text) };
  if (!/^\d{4}-\d{2}-\d{2}/.test(text)) return null;
  const ms = Date.parse(hasZone(text) ? text : `${text}Z`);
  return Number.isNaN(ms) ? null : { kind: 'at', ms };
}

export function resolveMoment(moment: Moment, nowMs: number): number {
  return moment.kind === 'at' ? moment.ms : nowMs - moment.ms;
}

function hasZone(text: string): boolean {
  return !text.includes('T') || /(Z|[+-]\d{2}:?\d{2})$/i.test(text);
}
