// Proof of life of this decider, carrying every version it answers for, so that a follower that
// missed a decision learns of it within one beat.

import type { Heartbeat } from '@regionpilot/protocol';
import type { Policy } from '../policy.ts';
import type { GroupState } from './state.ts';
import { tiltOf } from './tilt.ts';

/** @returns null while this process answers for no group of the partition. */
export function heartbeatOf(
  groups: readonly GroupState[],
  partition: number,
  owner: string,
  atMs: number,
  policy: Policy,
): Heartbeat | null {
  const own = groups.filter(({ ownership }) => ownership.kind === 'owning');
  if (own.length === 0) return null;
  const epochs = own.flatMap(({ group, decision }) =>
    decision === null ? [] : [[group, [decision.term, decision.epoch] as const] as const],
  );
  const tilt = own.flatMap((state) => {
    const [first] = tiltOf(state);
    return first === undefined ? [] : [[state.group, first] as const];
  });
  return {
    v: 1,
    partition,
    owner,
    atMs,
    intervalMs: policy.heartbeatMs,
    epochs: Object.fromEntries(epochs),
    tilt: Object.fromEntries(tilt),
  };
}
