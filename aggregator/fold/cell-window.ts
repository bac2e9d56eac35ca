// The same window for a whole cell, uncapped and by error class: what humans are shown.

import type { Cell, WindowShape } from './state.ts';
import { cellStride } from './state.ts';

export function advanceCell(cell: Cell, shape: WindowShape, bucket: number): void {
  if (bucket <= cell.head) return;
  const turns = Math.min(bucket - cell.head, shape.long);
  cell.head = bucket;
  for (let i = 0; i < turns; i++) forget(cell, (bucket - i) % shape.long);
}

/** `field`: 0 answered, 1 failed, 2 + n for error class n. The bucket must be inside the ring. */
export function addToCell(
  cell: Cell,
  shape: WindowShape,
  bucket: number,
  field: number,
  count: number,
): void {
  const at = (bucket % shape.long) * cellStride + field;
  cell.ring[at] = (cell.ring[at] as number) + count;
  cell.sums[field] = (cell.sums[field] as number) + count;
}

function forget({ ring, sums, past }: Cell, place: number): void {
  const from = place * cellStride;
  for (let field = 0; field < cellStride; field++) {
    const count = ring[from + field] as number;
    sums[field] = (sums[field] as number) - count;
    past[field] = (past[field] as number) + count;
    ring[from + field] = 0;
  }
}
