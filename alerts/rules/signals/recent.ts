// How much of something happened lately: counts per slot of time, oldest first.

export type Slots = readonly (readonly [slot: number, count: number])[];

export function addSlot(slots: Slots, slotMs: number, atMs: number, count: number): Slots {
  if (count === 0) return slots;
  const slot = Math.floor(atMs / slotMs);
  const last = slots.at(-1);
  if (last === undefined || last[0] < slot) return [...slots, [slot, count]];
  return [...slots.slice(0, -1), [last[0], last[1] + count]];
}

/** Those that began after the moment: a count is forgotten within its time, never later. */
export function sinceSlots(slots: Slots, slotMs: number, sinceMs: number): Slots {
  const [first] = slots;
  if (first === undefined || first[0] * slotMs > sinceMs) return slots;
  return slots.filter(([slot]) => slot * slotMs > sinceMs);
}
