// Records as parallel typed arrays: a hundred thousand connections as objects would cost hundreds
// of bytes each and a garbage collection to walk them; as columns they cost exactly their fields.

type Numbers = Uint8Array | Uint16Array | Int32Array | Uint32Array | Float64Array;
export type Columns = Record<string, Numbers>;

export type Table<C extends Columns> = {
  /** Never keep an array across `takeSlot`: growth replaces it. */
  readonly columns: C;
  /** Slots ever used; everything from here on is untouched. */
  used: number;
  capacity: number;
  readonly free: number[];
};

/** `columns` holds arrays for `capacity` slots, each a whole number of cells per slot. */
export function createTable<C extends Columns>(columns: C, capacity: number): Table<C> {
  return { columns, used: 0, capacity, free: [] };
}

export function liveSlots(table: Table<Columns>): number {
  return table.used - table.free.length;
}

/** A slot with every field 0. */
export function takeSlot<C extends Columns>(table: Table<C>): number {
  const slot = table.free.pop();
  if (slot !== undefined) return slot;
  if (table.used === table.capacity) grow(table);
  return table.used++;
}

export function freeSlot<C extends Columns>(table: Table<C>, slot: number): void {
  for (const name in table.columns) {
    const array = table.columns[name] as Numbers;
    const stride = array.length / table.capacity;
    array.fill(0, slot * stride, (slot + 1) * stride);
  }
  table.free.push(slot);
}

function grow<C extends Columns>(table: Table<C>): void {
  const writable = table.columns as Record<string, Numbers>;
  for (const name in table.columns) {
    const old = table.columns[name] as Numbers;
    const bigger = new (old.constructor as new (length: number) => Numbers)(old.length * 2);
    bigger.set(old);
    writable[name] = bigger;
  }
  table.capacity *= 2;
}
