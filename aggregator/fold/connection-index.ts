// From (client, connection number) to a connection's slot, once per row: an open-addressed table of
// 32-bit slots. A Map would need a key object or a string per connection, and six times the memory.

export type ConnectionIndex = { slots: Int32Array; size: number };

/** The columns of the connection table the index looks through. */
type Keys = { readonly client: Int32Array; readonly number: Uint16Array };

const empty = -1;

export function createConnectionIndex(): ConnectionIndex {
  return { slots: new Int32Array(64).fill(empty), size: 0 };
}

/** The slot, or -1. */
export function findConnection(
  index: ConnectionIndex,
  keys: Keys,
  client: number,
  number: number,
): number {
  const { slots } = index;
  const mask = slots.length - 1;
  for (let place = home(client, number, mask); ; place = (place + 1) & mask) {
    const slot = slots[place] as number;
    if (slot === empty || (keys.client[slot] === client && keys.number[slot] === number)) {
      return slot;
    }
  }
}

/** The slot's columns must be filled in, and its key absent. */
export function addConnection(index: ConnectionIndex, keys: Keys, slot: number): void {
  if ((index.size + 1) * 2 > index.slots.length) rehash(index, keys);
  place(index.slots, keys, slot);
  index.size++;
}

/** Closes the hole it leaves, so that no tombstones pile up. The key must be present. */
export function removeConnection(index: ConnectionIndex, keys: Keys, slot: number): void {
  const { slots } = index;
  const mask = slots.length - 1;
  let hole = homeOf(keys, slot, mask);
  while (slots[hole] !== slot) hole = (hole + 1) & mask;
  for (let next = (hole + 1) & mask; slots[next] !== empty; next = (next + 1) & mask) {
    const wanted = homeOf(keys, slots[next] as number, mask);
    // Its own place lies cyclically after the hole: it must stay where it can be found.
    if (((next - wanted) & mask) < ((next - hole) & mask)) continue;
    slots[hole] = slots[next] as number;
    hole = next;
  }
  slots[hole] = empty;
  index.size--;
}

function rehash(index: ConnectionIndex, keys: Keys): void {
  const old = index.slots;
  index.slots = new Int32Array(old.length * 2).fill(empty);
  for (const slot of old) if (slot !== empty) place(index.slots, keys, slot);
}

function place(slots: Int32Array, keys: Keys, slot: number): void {
  const mask = slots.length - 1;
  let at = homeOf(keys, slot, mask);
  while (slots[at] !== empty) at = (at + 1) & mask;
  slots[at] = slot;
}

function homeOf(keys: Keys, slot: number, mask: number): number {
  return home(keys.client[slot] as number, keys.number[slot] as number, mask);
}

// Numbers of one client lie side by side: its rows come together and share cache lines.
function home(client: number, number: number, mask: number): number {
  return (Math.imul(client, 0x9e3779b1) + number) & mask;
}
