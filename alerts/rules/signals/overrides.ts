// Operators' orders: how long they still hold, and what they changed. Every order ends by itself, and
// what then happens is automation's business again, so somebody is told before.

import type { Override } from '@regionpilot/protocol';
import type { Fact } from '../../fact.ts';
import { orderChanges } from './changes.ts';
import type { Heard } from './sample.ts';
import type { World } from './world.ts';

type Ordered = Omit<Extract<Fact, { readonly kind: 'override' }>, 'kind'>;

/** An order was given, replaced or cleared (null). Heard again it is nothing new. */
export function orderSet(
  { overrides }: World,
  { group, override, atMs }: Ordered,
  nowMs: number,
  heard: Heard,
): void {
  const known = overrides.get(group);
  if (known !== undefined && isOld(known, override, atMs)) return;
  const order = override !== null && override.expiresMs > nowMs ? override : null;
  const before = known === undefined || known.ended ? null : known.override;
  if (order === null && before === null) return;
  overrides.set(group, { override: order ?? before, heardMs: atMs, ended: order === null });
  heard.changes.push(...orderChanges(group, before, order, nowMs));
  sayOrder(group, order, nowMs, heard);
}

/** Every tick: the time left shrinks although nobody says so. */
export function sayOrders({ overrides }: World, nowMs: number, heard: Heard): void {
  for (const [group, known] of overrides) {
    if (known.ended || known.override === null) continue;
    if (known.override.expiresMs > nowMs) {
      sayOrder(group, known.override, nowMs, heard);
      continue;
    }
    overrides.set(group, { ...known, ended: true });
    heard.changes.push(...orderChanges(group, known.override, null, nowMs));
    sayOrder(group, null, nowMs, heard);
  }
}

type Known = { readonly override: Override | null; readonly heardMs: number };

/** Orders come by two ways, from the topic and in the timeline: the operator's stamp says which is new. */
function isOld(known: Known, next: Override | null, heardMs: number): boolean {
  if (next === null) return heardMs < known.heardMs;
  return known.override !== null && next.atMs <= known.override.atMs;
}

function sayOrder(group: string, order: Override | null, nowMs: number, heard: Heard): void {
  const value = order === null ? null : Math.max(0, order.expiresMs - nowMs);
  heard.samples.push({ signal: 'overrideExpiresMs', labels: { group }, value });
}
