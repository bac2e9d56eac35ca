// The one thing an agent decides alone: leaving a region that fails for it, and only while nobody
// can tell it what to do. A single client cannot tell a dead region from its own bad network, so it
// waits long, moves rarely, moves only to where it sees life, and gives way to the log at once.

export type RegionSight = {
  readonly region: string;
  /**
   * What this client sees of the region: `failing` (no usable connection, stalled, or nearly every
   * command failing), `usable`, or `unseen` (no connection to judge by).
   */
  readonly sight: 'failing' | 'usable' | 'unseen';
};

export type BreakerState =
  | {
      readonly kind: 'closed';
      readonly failingSinceMs: number | null;
      readonly movedMs: number | null;
    }
  | {
      readonly kind: 'open';
      readonly to: string;
      readonly movedMs: number;
      readonly failingSinceMs: number | null;
    };

export type BreakerInput = {
  readonly nowMs: number;
  /** The decision stream of this group is stale. */
  readonly stale: boolean;
  /** Region used now. */
  readonly active: string;
  /** What the last decision says this client should use. */
  readonly decided: string;
  /** Regions the last decision admits this client to, preferred first. */
  readonly admitted: readonly string[];
  readonly sights: readonly RegionSight[];
};

export type BreakerPolicy = { readonly localBreaker: boolean; readonly breakerAfterMs: number };

export type BreakerMove = { readonly from: string; readonly to: string; readonly reason: string };

export const breakerCoolDownMs = 30_000;
/** Share of failures at which a region with answers is failing all the same. */
export const breakerErrorRatio = 0.9;

export const closedBreaker: BreakerState = { kind: 'closed', failingSinceMs: null, movedMs: null };

export function stepBreaker(
  state: BreakerState,
  input: BreakerInput,
  policy: BreakerPolicy,
): readonly [BreakerState, BreakerMove | null] {
  if (!input.stale || !policy.localBreaker) return giveWay(state, input);
  const failing = input.sights.find(({ region }) => region === input.active)?.sight === 'failing';
  if (!failing) return [{ ...state, failingSinceMs: null }, null];
  const sinceMs = state.failingSinceMs ?? input.nowMs;
  const waiting = { ...state, failingSinceMs: sinceMs };
  if (input.nowMs - sinceMs < policy.breakerAfterMs || isCoolingDown(state, input.nowMs)) {
    return [waiting, null];
  }
  const to = nextRegion(input);
  if (to === null) return [waiting, null];
  const reason = `${input.active} failed for ${Math.round(input.nowMs - sinceMs)} ms while the decision stream was stale`;
  return [
    { kind: 'open', to, movedMs: input.nowMs, failingSinceMs: null },
    { from: input.active, to, reason },
  ];
}

// The log speaks again: its decision rules, whatever we saw. The cool-down is remembered, so that
// a stream that comes and goes does not bounce this client.
function giveWay(
  state: BreakerState,
  input: BreakerInput,
): readonly [BreakerState, BreakerMove | null] {
  const closed: BreakerState = { kind: 'closed', failingSinceMs: null, movedMs: state.movedMs };
  if (state.kind === 'closed' || state.to === input.decided) return [closed, null];
  const move = { from: state.to, to: input.decided, reason: 'the decision stream is back' };
  return [closed, move];
}

function isCoolingDown({ movedMs }: BreakerState, nowMs: number): boolean {
  return movedMs !== null && nowMs - movedMs < breakerCoolDownMs;
}

/** Seen alive first; a region never tried next; never one seen failing. */
function nextRegion({ active, admitted, sights }: BreakerInput): string | null {
  const others = admitted.filter((region) => region !== active);
  const sightOf = (region: string): RegionSight['sight'] =>
    sights.find((seen) => seen.region === region)?.sight ?? 'unseen';
  return (
    others.find((region) => sightOf(region) === 'usable') ??
    others.find((region) => sightOf(region) === 'unseen') ??
    null
  );
}
