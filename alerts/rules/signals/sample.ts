// One value of one signal instance, as the families of signals hand it to the rules.

import type { Labels } from '@regionpilot/protocol';
import { type ChangeEvent, type SignalName, signals } from '../../rule.ts';

/** [answered, failed]. */
export type Counts = readonly [number, number];

/** A state, a number, counts to be added up; null: this instance is over, by somebody's word. */
export type Value = number | string | Counts | null;

export type Sample = {
  readonly signal: SignalName;
  readonly labels: Labels;
  readonly value: Value;
};

/** What a fact came to: gathered by the families, in order. */
export type Heard = { readonly samples: Sample[]; readonly changes: ChangeEvent[] };

export function createHeard(): Heard {
  return { samples: [], changes: [] };
}

/** Tells the instances of one signal apart. */
export function instanceKey(signal: SignalName, labels: Labels): string {
  return signals[signal].labels.map((name) => labels[name] ?? '').join('\u0000');
}

/** Failures over total, or null where nothing was tried. */
export function ratioOf([answered, failed]: Counts): number | null {
  const total = answered + failed;
  return total === 0 ? null : failed / total;
}
