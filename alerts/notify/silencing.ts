// Who asked not to be told of what, until when, and what that hid. A silence is a record with a time
// to begin and to end; it counts what it keeps from people, so that at its end they can judge it.

import type { Labels, Silence } from '@regionpilot/protocol';
import { compileMatchers, type LabelTest, matcherProblems } from './matchers.ts';

export type Silencing = {
  silence: Silence;
  matches: LabelTest;
  active: boolean;
  /** Fingerprints of alerts that fired meanwhile. */
  readonly hid: Set<string>;
  /** First notices that did not go out. */
  notices: number;
  reported: boolean;
};

export type Silences = Map<string, Silencing>;

/** The same silence said again (extended, ended early) goes on counting. */
export function rememberSilence(silences: Silences, silence: Silence): void {
  const known = silences.get(silence.id);
  const matches = testOf(silence);
  if (known === undefined) {
    const counts = { active: false, hid: new Set<string>(), notices: 0, reported: false };
    silences.set(silence.id, { silence, matches, ...counts });
  } else {
    known.silence = silence;
    known.matches = matches;
  }
}

/** Begins and ends what is to begin and end by now; answers whether any did. */
export function turnSilences(silences: Silences, nowMs: number): boolean {
  let turned = false;
  for (const silencing of silences.values()) {
    const { startsMs, endsMs } = silencing.silence;
    const active = startsMs <= nowMs && nowMs < endsMs;
    turned ||= active !== silencing.active;
    silencing.active = active;
  }
  return turned;
}

/** The next moment at which `turnSilences` would turn one. */
export function nextTurnMs(silences: Silences, nowMs: number): number {
  const turns = [...silences.values()].flatMap(({ silence }) => [silence.startsMs, silence.endsMs]);
  return turns.reduce(
    (next, at) => (at > nowMs && at < next ? at : next),
    Number.POSITIVE_INFINITY,
  );
}

/** Ids of the silences that mute an alert with these labels now. */
export function silencersOf(silences: Silences, view: Labels): readonly string[] {
  const ids: string[] = [];
  for (const [id, { active, matches }] of silences) if (active && matches(view)) ids.push(id);
  return ids;
}

/** Those that ended, hid something, and have not said so; answered once. */
export function takeUnreported(silences: Silences, nowMs: number): readonly Silencing[] {
  const due = [...silences.values()].filter(
    ({ silence, hid, reported }) => !reported && silence.endsMs <= nowMs && hid.size > 0,
  );
  for (const silencing of due) silencing.reported = true;
  return due;
}

/** A silence nobody could have meant mutes nothing: a broken pattern must not hide pages. */
function testOf(silence: Silence): LabelTest {
  const sound = silence.matchers.length > 0 && matcherProblems(silence.matchers).length === 0;
  return sound ? compileMatchers(silence.matchers) : () => false;
}
