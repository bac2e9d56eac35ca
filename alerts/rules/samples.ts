// Samples reach the rules that watch their signal.

import { addCounts, type Windows } from './burn.ts';
import type { Prepared } from './prepare.ts';
import { instanceKey, type Sample } from './signals/sample.ts';
import type { Instance, RulesState } from './state.ts';
import { evaluate, type Turn } from './trackers.ts';

/** Most instances of one signal: labels come from other machines. */
const instancesMost = 20_000;

export function take(turn: Turn, prepared: Prepared, sample: Sample): void {
  const { state } = turn;
  const { signal, labels, value } = sample;
  const key = instanceKey(signal, labels);
  const instance = instanceOf(state, sample, key);
  if (instance === null) return;
  instance.value = value;
  instance.heardMs = state.nowMs;
  if (Array.isArray(value)) {
    addCounts(windowsOf(state, key), prepared.burnLengths, value as [number, number], state.nowMs);
  }
  for (const ready of prepared.bySignal.get(signal) ?? []) {
    if (ready.only(labels)) evaluate(turn, ready, key, instance);
  }
  if (value === null) state.instances.get(signal)?.delete(key);
}

function instanceOf(
  state: RulesState,
  { signal, labels, value }: Sample,
  key: string,
): Instance | null {
  const instances = state.instances.get(signal) ?? new Map<string, Instance>();
  state.instances.set(signal, instances);
  const known = instances.get(key);
  if (known !== undefined) return known;
  if (value === null || instances.size >= instancesMost) return null;
  const fresh = { labels, value, heardMs: state.nowMs };
  instances.set(key, fresh);
  return fresh;
}

function windowsOf({ burns }: RulesState, group: string): Windows {
  const known = burns.get(group);
  if (known !== undefined) return known;
  const fresh: Windows = new Map();
  burns.set(group, fresh);
  return fresh;
}
