// The rules' memory as text, and back. A sum over the text tells a damaged snapshot from a good one:
// a wrong memory would page people or keep from paging them, while none at all only means that the
// log is read again. It is written straight from the live state, for a plain copy of ten thousand
// alerts would be the largest thing in the process.

import { fnv1a } from '@regionpilot/protocol';
import { createWorld } from './signals/world.ts';
import type { RulesState } from './state.ts';

/** Another number wherever the shape of the state changes. */
const version = 2;

export function createRules(): RulesState {
  return {
    nowMs: 0,
    world: createWorld(),
    instances: new Map(),
    burns: new Map(),
    trackers: new Map(),
    recalled: new Map(),
    ruleTexts: new Map(),
    prepared: null,
  };
}

/** `version sum JSON`; bounded, since everything in the state is. */
export function saveRules(state: RulesState): string {
  const text = JSON.stringify({ ...state, prepared: null }, mapsAsLists);
  return `${version} ${fnv1a(text)} ${text}`;
}

/** @returns null when it is damaged or of another version. */
export function restoreRules(saved: string): RulesState | null {
  const [, head = '', text = ''] = /^(\d+ \d+) (.*)$/s.exec(saved) ?? [];
  if (head !== `${version} ${fnv1a(text)}`) return null;
  return JSON.parse(text, listsAsMaps) as RulesState;
}

function mapsAsLists(_: string, value: unknown): unknown {
  return value instanceof Map ? { $map: [...value] } : value;
}

function listsAsMaps(_: string, value: unknown): unknown {
  const isMap = typeof value === 'object' && value !== null && '$map' in value;
  return isMap ? new Map(value.$map as [unknown, unknown][]) : value;
}
