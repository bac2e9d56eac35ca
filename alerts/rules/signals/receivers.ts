// How our own delivery is doing: a receiver that takes nothing, and notices that were given up.

import type { Fact } from '../../fact.ts';
import { addSlot, sinceSlots } from './recent.ts';
import type { Heard } from './sample.ts';
import type { ReceiverHealth, World } from './world.ts';

const windowMs = 3_600_000;
const slotMs = 60_000;

export function hearReceiver(
  { receivers }: World,
  fact: Extract<Fact, { readonly kind: 'receiver' }>,
  nowMs: number,
  heard: Heard,
): void {
  const known = receivers.get(fact.receiver);
  if (known !== undefined && fact.atMs < known.heardMs) return;
  // The count begins at 0 with the process: a fall is a restart, and all of it is new.
  const before =
    known === undefined || fact.deadLettered < known.deadLettered ? 0 : known.deadLettered;
  const next: ReceiverHealth = {
    heardMs: fact.atMs,
    failingSinceMs: fact.failingSinceMs,
    deadLettered: fact.deadLettered,
    lastError: fact.lastError,
    givenUp: addSlot(known?.givenUp ?? [], slotMs, fact.atMs, fact.deadLettered - before),
  };
  receivers.set(fact.receiver, next);
  sayReceiver(fact.receiver, next, nowMs, heard);
}

export function sayReceivers({ receivers }: World, nowMs: number, heard: Heard): void {
  for (const [receiver, known] of receivers) {
    const givenUp = sinceSlots(known.givenUp, slotMs, nowMs - windowMs);
    const next = givenUp.length === known.givenUp.length ? known : { ...known, givenUp };
    receivers.set(receiver, next);
    sayReceiver(receiver, next, nowMs, heard);
  }
}

function sayReceiver(receiver: string, known: ReceiverHealth, nowMs: number, heard: Heard): void {
  const labels = { receiver };
  const { failingSinceMs } = known;
  const failingMs = failingSinceMs === null ? 0 : Math.max(0, nowMs - failingSinceMs);
  const recent = sinceSlots(known.givenUp, slotMs, nowMs - windowMs);
  const lost = recent.reduce((sum, [, count]) => sum + count, 0);
  heard.samples.push({ signal: 'receiverFailingMs', labels, value: failingMs });
  heard.samples.push({ signal: 'receiverDeadLettered', labels, value: lost });
}
