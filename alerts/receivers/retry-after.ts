// How long a receiver asks us to wait (RFC 9110, 10.2.3): seconds or a date.

const maxMs = 86_400_000;

/** ms from `nowMs`, 0 to one day; null when the header is missing or means nothing. */
export function retryAfterMs(
  headers: Readonly<Record<string, string>>,
  nowMs: number,
): number | null {
  const text = headers['retry-after']?.trim() ?? '';
  const wait = /^\d+$/.test(text) ? Number(text) * 1_000 : dateOf(text) - nowMs;
  return Number.isNaN(wait) ? null : Math.min(Math.max(wait, 0), maxMs);
}

/** Only the three date forms of HTTP begin with a day's name; `Date.parse` would take much more. */
function dateOf(text: string): number {
  return /^(mon|tue|wed|thu|fri|sat|sun)/i.test(text) ? Date.parse(text) : Number.NaN;
}
