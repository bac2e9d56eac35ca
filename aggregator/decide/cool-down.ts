// How soon automation may move again, and how often in a day. Each failover of the same region
// within a day doubles the time it is kept out, because a region that fails again and again costs
// more by being trusted than by being avoided; when the day's budget is spent, a human decides.

import type { Policy } from '../policy.ts';
import type { GroupState, Move } from './state.ts';

const dayMs = 86_400_000;

export function recentMoves(state: GroupState): readonly Move[] {
  return state.moves.filter((move) => state.nowMs - move.atMs < dayMs);
}

/** Time a region stays closed after its latest failover, ms: doubles with each one in a day. */
export function holdDownMs(state: GroupState, region: string, policy: Policy): number {
  const times = recentMoves(state).filter((move) => move.region === region).length;
  return Math.min(policy.coolDownMs * 2 ** Math.max(0, times - 1), policy.coolDownMaxMs);
}

/** Time left until the next automatic move of the group, ms; 0 when it may move. */
export function coolDownLeftMs(state: GroupState, policy: Policy): number {
  const last = recentMoves(state).at(-1);
  if (last === undefined) return 0;
  return Math.max(0, last.atMs + holdDownMs(state, last.region, policy) - state.nowMs);
}

/** Did the last move bring clients to this region? Leaving it again cannot wait. */
export function justReceived(state: GroupState, region: string): boolean {
  return recentMoves(state).at(-1)?.receivers.includes(region) ?? false;
}

/** The last move, if it left this region for some homes and the cool-down it began still runs. */
export function moveUnderWay(state: GroupState, region: string, policy: Policy): Move | null {
  const last = recentMoves(state).at(-1);
  return last?.region === region && coolDownLeftMs(state, policy) > 0 ? last : null;
}

export function flapBudgetSpent(state: GroupState, policy: Policy): boolean {
  return recentMoves(state).length >= policy.flapBudgetPerDay;
}
