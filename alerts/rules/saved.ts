// The rules' memory as plain JSON, and back. A sum over the text tells a damaged snapshot from a good
// one: a wrong memory would page people or keep from paging them, while none at all only means that
// the log is read again.

import { createWorld } from './signals/world.ts';
import type { RulesState } from './state.ts';

/** Another number wherever the shape of the state changes. */
const version = 1;

type Plain = null | boolean | number | string | Plain[] | { [name: string]: Plain };

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

/** Plain JSON; bounded, since everything in the state is. */
export function saveRules(state: RulesState): unknown {
  const plain = toPlain({ ...state, prepared: null });
  return { v: version, sum: sumOf(JSON.stringify(plain)), state: plain };
}

/** @returns null when it is damaged or of another version. */
export function restoreRules(saved: unknown): RulesState | null {
  if (typeof saved !== 'object' || saved === null) return null;
  const { v, sum, state } = saved as { v?: unknown; sum?: unknown; state?: Plain };
  if (v !== version || state === undefined || state === null) return null;
  if (sumOf(JSON.stringify(state)) !== sum) return null;
  return fromPlain(state) as RulesState;
}

function toPlain(value: unknown): Plain {
  if (value instanceof Map) return { $map: [...value].map(toPlain) };
  if (Array.isArray(value)) return value.map(toPlain);
  if (typeof value !== 'object' || value === null) return value as Plain;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, toPlain(each)]));
}

function fromPlain(plain: Plain): unknown {
  if (typeof plain !== 'object' || plain === null) return plain;
  if (Array.isArray(plain)) return plain.map(fromPlain);
  const entries = plain['$map'];
  if (entries !== undefined) return new Map(fromPlain(entries) as [unknown, unknown][]);
  return Object.fromEntries(Object.entries(plain).map(([name, each]) => [name, fromPlain(each)]));
}

/** FNV-1a over UTF-16 units, 32 bits: quick, and enough against torn writes. */
function sumOf(text: string): number {
  let sum = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    sum = Math.imul(sum ^ text.charCodeAt(index), 0x01000193);
  }
  return sum >>> 0;
}
