// Keys: `g` and a letter goes somewhere, `?` helps. Pure, so that the list in the help is the list
// that works.

import type { Place } from './route.ts';

export type Shortcut = { readonly keys: string; readonly does: string };

const goTo: Readonly<Record<string, { readonly place: Place; readonly does: string }>> = {
  o: { place: { kind: 'overview' }, does: 'Overview' },
  c: { place: { kind: 'clients', query: '' }, does: 'Clients' },
  a: { place: { kind: 'alerts' }, does: 'Alerts' },
  s: { place: { kind: 'silences' }, does: 'Silences' },
  p: { place: { kind: 'pipeline' }, does: 'Pipeline' },
  u: { place: { kind: 'audit' }, does: 'Audit' },
};

export type KeyAction =
  | { readonly kind: 'go'; readonly place: Place }
  | { readonly kind: 'help' }
  | { readonly kind: 'theme' }
  | { readonly kind: 'group'; readonly index: number };

/** All shortcuts, for the help. */
export const shortcuts: readonly Shortcut[] = [
  ...Object.entries(goTo).map(([key, { does }]) => ({ keys: `g ${key}`, does })),
  { keys: 'g 1…9', does: 'The first to ninth group' },
  { keys: 't', does: 'Light or dark' },
  { keys: '?', does: 'This help' },
  { keys: 'Esc', does: 'Close what is open' },
  { keys: '← →', does: 'Scrubber: previous or next entry; matrix: previous or next client' },
  { keys: 'Space', does: 'Scrubber: play or pause' },
];

/** A `g` counts as held for this long, ms. */
export const chordMs = 1_500;

/** What a key does, `pending` being the key pressed just before, and what is pending after it. */
export function pressed(
  pending: string | null,
  key: string,
): { readonly pending: string | null; readonly action: KeyAction | null } {
  if (pending === 'g') return { pending: null, action: destination(key) };
  if (key === 'g') return { pending: 'g', action: null };
  if (key === '?') return { pending: null, action: { kind: 'help' } };
  return { pending: null, action: key === 't' ? { kind: 'theme' } : null };
}

function destination(key: string): KeyAction | null {
  if (/^[1-9]$/.test(key)) return { kind: 'group', index: Number(key) - 1 };
  const to = goTo[key];
  return to === undefined ? null : { kind: 'go', place: to.place };
}
