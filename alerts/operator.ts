// What operators may say of alerts, whoever carries their words: the command line, the HTTP API. It
// mutes pages, so what would mute more than anybody could mean is recognised here.

import type { Ack, Matcher, Silence } from '@regionpilot/protocol';
import { compileMatchers } from './notify/matchers.ts';
import type { AlertsView } from './topic-view.ts';

/** A page about nothing anybody named: whoever matches it matches all pages. */
export function mutesEveryPage(matchers: readonly Matcher[]): boolean {
  const nobody = 'nothing\u{10fffd}anybody\u{10fffd}named';
  const names = ['alertname', 'group', 'region', 'home', 'client', 'partition', 'receiver'];
  const labels = Object.fromEntries(names.map((name) => [name, nobody]));
  return compileMatchers(matchers)({ ...labels, severity: 'page' });
}

/** Longest reason of a silence, characters; both reasons of one that was ended early fit. */
const reasonMax = 2_000;

/** It ends now; who ended it and why joins what it was for. null: the reason is empty or too long. */
export function endedSilence(
  silence: Silence,
  author: string,
  reason: string,
  nowMs: number,
): Silence | null {
  const note = `ended early by ${author}: ${reason.trim()}`;
  const room = reasonMax - note.length - 3;
  if (reason.trim() === '' || room < 0) return null;
  const endsMs = Math.max(silence.startsMs, nowMs);
  return { ...silence, endsMs, reason: `${silence.reason.slice(0, room)} (${note})` };
}

/** Dedup keys of the open stories in which this alert fires: what an ack of it is for. */
export function openStoriesOf({ notices }: AlertsView, fingerprint: string): readonly string[] {
  const open = [...notices.values()].filter(({ firing }) => firing.includes(fingerprint));
  return [...new Set(open.map(({ dedupKey }) => dedupKey))];
}

export function operatorAck(
  dedupKey: string,
  author: string,
  source: 'cli' | 'api',
  acked: boolean,
  atMs: number,
): Ack {
  return { v: 1, kind: 'ack', dedupKey, author, source, atMs, acked };
}
