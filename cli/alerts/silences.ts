// Silences as a list: which are in force, for how long, and how much they mute.

import { type AlertsView, compileMatchers, expire, isFiring, viewOf } from '@regionpilot/alerts';
import type { Silence } from '@regionpilot/protocol';
import type { Paint } from '../text.ts';
import { silenceText } from './show-lines.ts';

export type ListedSilence = Silence & {
  readonly state: 'active' | 'waiting' | 'over';
  /** Alerts that fire and match. */
  readonly mutes: number;
};

export type SilencesReport = {
  readonly v: 1;
  readonly atMs: number;
  readonly silences: readonly ListedSilence[];
};

export function silencesReport(view: AlertsView, all: boolean, nowMs: number): SilencesReport {
  const firing = [...view.alerts.values()]
    .map((alert) => expire(alert, nowMs))
    .filter(isFiring)
    .map(viewOf);
  const silences = [...view.silences.values()]
    .filter(({ endsMs }) => all || endsMs > nowMs)
    .sort((a, b) => a.endsMs - b.endsMs)
    .map((silence) => ({
      ...silence,
      state: stateOf(silence, nowMs),
      mutes: firing.filter(compileMatchers(silence.matchers)).length,
    }));
  return { v: 1, atMs: nowMs, silences };
}

export function silencesLines({ silences, atMs }: SilencesReport, paint: Paint): readonly string[] {
  if (silences.length === 0) return ['no silence is in force'];
  return silences.map((silence) => {
    const { state, mutes } = silence;
    const tone = state === 'active' ? 'warn' : 'dim';
    const effect = state === 'active' ? ` (mutes ${mutes} now)` : '';
    return `${paint(tone, state.padEnd(7))}  ${silenceText(silence, atMs)}${effect}`;
  });
}

function stateOf({ startsMs, endsMs }: Silence, nowMs: number): ListedSilence['state'] {
  if (endsMs <= nowMs) return 'over';
  return startsMs <= nowMs ? 'active' : 'waiting';
}
