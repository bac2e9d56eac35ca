// The outage that plays by itself: break a region, watch everybody leave, heal it, watch everybody
// come back, next region; at the end, until nobody is on call for it any more. A pure step over what is seen, so that it waits for facts and not for
// hope; each wait has an end, because a demo that hangs explains nothing.

import type { MovingFault } from './fault.ts';

/** What the script looks at. */
export type Sight = {
  readonly nowMs: number;
  /** The aggregator decides, every region is healthy and open, every client is at home. */
  readonly settled: boolean;
  /** What keeps it from being settled, for people. */
  readonly unsettled: string;
  /** Clients whose home is the region, and clients that use it now. */
  readonly homeOf: (region: string) => number;
  readonly usersOf: (region: string) => number;
  /** Pages that are not resolved. */
  readonly openPages: number;
};

export type Script = {
  readonly fault: MovingFault;
  readonly pace: Pace;
  /** Regions still to be broken, the one at hand first. */
  readonly regions: readonly string[];
  readonly phase: Phase;
};

export type Phase =
  | { readonly kind: 'settling'; readonly sinceMs: number }
  | { readonly kind: 'calm'; readonly sinceMs: number }
  | { readonly kind: 'leaving'; readonly sinceMs: number; readonly users: number }
  | { readonly kind: 'away'; readonly sinceMs: number }
  | { readonly kind: 'returning'; readonly sinceMs: number }
  /** All are back; the last page is about to be resolved. */
  | { readonly kind: 'closing'; readonly sinceMs: number }
  | { readonly kind: 'done' }
  | { readonly kind: 'gaveUp'; readonly why: string };

export type Order =
  | { readonly kind: 'break'; readonly region: string; readonly fault: MovingFault }
  | { readonly kind: 'heal'; readonly region: string };

/** Time to look at each scene, ms. */
export type Pace = { readonly calmMs: number; readonly awayMs: number };
/** For eyes, and for a machine that only wants the report. */
export const watched: Pace = { calmMs: 2_500, awayMs: 4_000 };
export const brisk: Pace = { calmMs: 1_000, awayMs: 2_000 };

/** How long a wait may last. */
const patienceMs = {
  settling: 60_000,
  leaving: 15_000,
  returning: 60_000,
  closing: 15_000,
} as const;

export function startScript(
  fault: MovingFault,
  regions: readonly string[],
  pace: Pace,
  nowMs: number,
): Script {
  return { fault, pace, regions, phase: { kind: 'settling', sinceMs: nowMs } };
}

export function isOver({ phase }: Script): boolean {
  return phase.kind === 'done' || phase.kind === 'gaveUp';
}

export function stepScript(script: Script, sight: Sight): readonly [Script, readonly Order[]] {
  const { phase, fault, pace } = script;
  const { nowMs } = sight;
  const [region] = script.regions;
  if (region === undefined || isOver(script)) return [{ ...script, phase: { kind: 'done' } }, []];
  const to = (next: Phase, ...orders: Order[]): readonly [Script, readonly Order[]] => [
    { ...script, phase: next },
    orders,
  ];
  switch (phase.kind) {
    case 'settling':
      if (sight.settled) return to({ kind: 'calm', sinceMs: nowMs });
      return orGiveUp(script, phase, nowMs, `not everything is well yet: ${sight.unsettled}`);
    case 'calm': {
      if (!sight.settled) return to({ kind: 'settling', sinceMs: nowMs });
      if (nowMs - phase.sinceMs < pace.calmMs) return [script, []];
      const users = sight.usersOf(region);
      return to({ kind: 'leaving', sinceMs: nowMs, users }, { kind: 'break', region, fault });
    }
    case 'leaving':
      if (sight.usersOf(region) === 0) return to({ kind: 'away', sinceMs: nowMs });
      return orGiveUp(script, phase, nowMs, `${sight.usersOf(region)} clients still use ${region}`);
    case 'away':
      if (nowMs - phase.sinceMs < pace.awayMs) return [script, []];
      return to({ kind: 'returning', sinceMs: nowMs }, { kind: 'heal', region });
    case 'returning':
      if (sight.usersOf(region) >= sight.homeOf(region)) return nextRegion(script, sight);
      return orGiveUp(
        script,
        phase,
        nowMs,
        `${sight.usersOf(region)} of ${sight.homeOf(region)} clients are back in ${region}`,
      );
    case 'closing':
      if (sight.openPages === 0) return to({ kind: 'done' });
      return orGiveUp(script, phase, nowMs, `${sight.openPages} pages are still open`);
    case 'done':
    case 'gaveUp':
      return [script, []];
  }
}

function nextRegion(
  script: Script,
  { nowMs, openPages }: Sight,
): readonly [Script, readonly Order[]] {
  const regions = script.regions.slice(1);
  if (regions.length > 0) {
    return [{ ...script, regions, phase: { kind: 'settling', sinceMs: nowMs } }, []];
  }
  const phase: Phase = openPages === 0 ? { kind: 'done' } : { kind: 'closing', sinceMs: nowMs };
  return [{ ...script, phase }, []];
}

function orGiveUp(
  script: Script,
  { kind, sinceMs }: { readonly kind: keyof typeof patienceMs; readonly sinceMs: number },
  nowMs: number,
  why: string,
): readonly [Script, readonly Order[]] {
  const waitedMs = nowMs - sinceMs;
  if (waitedMs < patienceMs[kind]) return [script, []];
  const text = `${why} after ${Math.round(waitedMs / 1_000)} s`;
  return [{ ...script, phase: { kind: 'gaveUp', why: text } }, []];
}
