// A fault is begun by `begin`, which may draw luck, and undone by what that returns.

import type { Condition } from './region.ts';
import type { Rng } from './rng.ts';
import type { World } from './world.ts';

export type Fault = {
  readonly name: string;
  /** Longest time it lasts, ms. */
  readonly mostMs: number;
  readonly begin: (world: World, rng: Rng) => () => void;
};

export function someCondition(rng: Rng): Condition {
  switch (rng.between(0, 5)) {
    case 0:
      return { kind: 'frozen' };
    case 1:
      return { kind: 'blackhole' };
    case 2:
      return { kind: 'slow', latencyMs: rng.between(20, 450) };
    case 3:
      return { kind: 'errors', share: rng.next(), errorClass: 'loading' };
    default:
      return { kind: 'refused' };
  }
}
