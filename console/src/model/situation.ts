// What is broken, what was decided, did it work: the three questions of the first minute, answered
// in one sentence for the fleet and in three for a group. The sentence is made from facts only; where
// a fact is missing it says so instead of guessing.

import type { GroupState, RegionState } from '@regionpilot/api/contract';
import { duration, listed, plural, ratio } from './format.ts';

/** How bad: `calm` all is well, `watch` look at it, `bad` clients suffer, `unknown` nobody can say. */
export type Tone = 'calm' | 'watch' | 'bad' | 'unknown';

export type Answer = { readonly tone: Tone; readonly text: string };

export type GroupSituation = {
  readonly group: string;
  readonly tone: Tone;
  readonly broken: Answer;
  readonly decided: Answer;
  readonly worked: Answer;
};

export type Situation = {
  readonly tone: Tone;
  readonly headline: string;
  /** Of the group in the headline; null when all is calm. */
  readonly worst: GroupSituation | null;
};

const rank: Readonly<Record<Tone, number>> = { calm: 0, unknown: 1, watch: 2, bad: 3 };
/** Errors of admitted regions above this share mean that the move did not help. */
const errorsTolerated = 0.01;
/** Clients that must follow before "everybody follows" is said. */
const allFollow = 0.999;

/** The answers for one group. */
export function groupSituation(group: GroupState): GroupSituation {
  const broken = whatIsBroken(group);
  const decided = whatWasDecided(group);
  const worked = didItWork(group);
  const tone = [mitigated(group, broken, worked), decided.tone, worked.tone].reduce(worse, 'calm');
  return { group: group.group, tone, broken, decided, worked };
}

/** A region that is down but that nobody is sent to hurts nobody: look at it, without alarm. */
function mitigated(group: GroupState, broken: Answer, worked: Answer): Tone {
  const hurting = group.regions.some((region) => region.health === 'down' && region.admit > 0);
  return broken.tone === 'bad' && !hurting && worked.tone !== 'bad' ? 'watch' : broken.tone;
}

function worse(a: Tone, b: Tone): Tone {
  return rank[b] > rank[a] ? b : a;
}

const named = (regions: readonly RegionState[]): string => listed(regions.map((r) => r.region));
const isOrAre = (regions: readonly unknown[]): string => (regions.length === 1 ? 'is' : 'are');

function whatIsBroken(group: GroupState): Answer {
  const of = (health: string): readonly RegionState[] =>
    group.regions.filter((region) => region.health === health);
  const [down, suspect, unknown] = [of('down'), of('suspect'), of('unknown')];
  if (down.length > 0) return { tone: 'bad', text: `${named(down)} ${isOrAre(down)} down` };
  if (suspect.length > 0) {
    return { tone: 'watch', text: `${named(suspect)} ${isOrAre(suspect)} suspect` };
  }
  if (unknown.length > 0) {
    return { tone: 'unknown', text: `Too little is known of ${named(unknown)}` };
  }
  return { tone: 'calm', text: `All ${plural(group.regions.length, 'region')} are healthy` };
}

function whatWasDecided(group: GroupState): Answer {
  if (group.noSafeTarget) {
    return { tone: 'bad', text: 'No region is safe: clients stay where they are' };
  }
  const stopped = group.suspended[0];
  if (stopped !== undefined) {
    return { tone: 'watch', text: `Nothing is decided automatically: ${stopped}` };
  }
  const away = group.regions.filter((region) => region.admit === 0);
  if (away.length > 0) return { tone: 'calm', text: `Nobody is sent to ${named(away)}` };
  const part = group.regions.filter((region) => region.admit < 10_000);
  return part.length > 0
    ? { tone: 'watch', text: `${named(part)} ${isOrAre(part)} coming back in steps` }
    : { tone: 'calm', text: 'Every region admits its clients' };
}

function didItWork(group: GroupState): Answer {
  const { share, applied } = group.convergence;
  if (share === null) return { tone: 'unknown', text: 'Nobody reports, so nobody can say' };
  const missing = group.clients.reporting - applied;
  const errors = servedErrorRatio(group);
  if (share < allFollow) {
    return {
      tone: 'watch',
      text: `${group.clients.reporting - applied} of ${plural(group.clients.reporting, 'client')} do not follow yet`,
    };
  }
  const who =
    missing === 0
      ? `All ${plural(applied, 'client')} follow`
      : `All but ${plural(missing, 'client')} follow`;
  if (errors !== null && errors > errorsTolerated) {
    return { tone: 'bad', text: `${who}, yet ${ratio(errors)} of commands fail` };
  }
  return { tone: 'calm', text: `${who}, ${ratio(errors)} errors` };
}

/** Failures over answers in the regions that admit anybody; null without traffic there. */
export function servedErrorRatio(group: GroupState): number | null {
  const served = group.regions.filter((r) => r.admit > 0 && r.errorRatio !== null);
  const ops = served.reduce((sum, region) => sum + region.opsPerSecond, 0);
  if (ops === 0) return null;
  return served.reduce((sum, r) => sum + (r.errorRatio ?? 0) * r.opsPerSecond, 0) / ops;
}

/** The one sentence at the top of the page. */
export function situation(groups: readonly GroupState[], nowMs: number): Situation {
  if (groups.length === 0) {
    return {
      tone: 'unknown',
      headline: 'No group is known yet: no client has reported',
      worst: null,
    };
  }
  const all = groups.map((group) => ({ group, is: groupSituation(group) }));
  const worst = all.reduce((w, one) => (weight(one.is) > weight(w.is) ? one : w));
  if (worst.is.tone === 'calm') return { tone: 'calm', headline: calmly(groups), worst: null };
  const others = all.filter((one) => one !== worst && one.is.tone !== 'calm').length;
  const more =
    others === 0
      ? ''
      : ` ${plural(others, 'other group')} also ${others === 1 ? 'needs' : 'need'} a look.`;
  return {
    tone: worst.is.tone,
    headline: `${troubled(worst.group, worst.is, nowMs)}${more}`,
    worst: worst.is,
  };
}

function calmly(groups: readonly GroupState[]): string {
  const clients = groups.reduce((sum, group) => sum + group.clients.reporting, 0);
  const away = groups.flatMap((g) =>
    g.regions.filter((r) => r.admit === 0).map((r) => `${r.region} of ${g.group}`),
  );
  const all = `All regions are healthy and ${plural(clients, 'client')} follow their decisions.`;
  return away.length === 0 ? all : `${all} Nobody is sent to ${listed(away.slice(0, 3))}.`;
}

/** Order of groups in trouble: the whole first, then what is broken at all. */
function weight(is: GroupSituation): number {
  return rank[is.tone] * 10 + rank[is.broken.tone];
}

function troubled(group: GroupState, is: GroupSituation, nowMs: number): string {
  const since = Math.min(
    ...group.regions.flatMap((r) =>
      r.health === 'healthy' || r.sinceMs === null ? [] : [r.sinceMs],
    ),
  );
  const time = Math.floor((nowMs - since) / 1_000) * 1_000;
  const how = Number.isFinite(since) && time >= 1_000 ? `, for ${duration(time)} now` : '';
  return `${group.group}: ${is.broken.text}${how}. ${verdict(is)}`;
}

/** What follows from the three answers, so that the headline does not repeat them. */
function verdict(is: GroupSituation): string {
  if (is.worked.tone === 'bad' || is.decided.tone === 'bad') return `${is.worked.text}.`;
  if (is.broken.tone === 'bad' && is.tone === 'bad') return 'Clients are still sent there.';
  if (is.worked.tone === 'watch') return 'Clients are moving.';
  if (is.broken.tone === 'bad') return 'Clients were moved, and it worked.';
  return is.decided.tone === 'watch' ? `${is.decided.text}.` : 'Clients are served.';
}
