// Links out of annotations. They come from rules and templates, so they may be anything; a receiver
// gets only what a browser opens safely.

import type { Alert } from '@regionpilot/protocol';

export type Link = { readonly href: string; readonly text: string };

const maxLength = 2_000;

/** The URL as given where it is http(s), without credentials and not over 2,000 characters; else null. */
export function httpUrl(text: string | undefined): string | null {
  if (text === undefined || text.length > maxLength || !URL.canParse(text)) return null;
  const url = new URL(text);
  const web = url.protocol === 'https:' || url.protocol === 'http:';
  return web && url.username === '' && url.password === '' ? url.href : null;
}

/** Runbooks first, then dashboards, each address once, at most `max`. */
export function linksOf(alerts: readonly Alert[], max = 10): readonly Link[] {
  const found = new Map<string, Link>();
  for (const [name, text] of [
    ['runbook', 'Runbook'],
    ['dashboard', 'Dashboard'],
  ] as const) {
    for (const alert of alerts) {
      const href = httpUrl(alert.annotations[name]);
      if (href !== null && !found.has(href) && found.size < max) found.set(href, { href, text });
    }
  }
  return [...found.values()];
}
