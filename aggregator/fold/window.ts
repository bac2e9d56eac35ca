// Counts of one witness in a ring of buckets, with the sums of the long and the short window kept
// as buckets enter and leave. Buckets go by event time and leave by the clock: a breaker that only
// turns its buckets when something happens trips on yesterday's failures.

import type { Folder, WindowShape, WitnessColumns } from './state.ts';

const most = 65_535;

/** The bucket of a log time, counted from the folder's origin. */
export function bucketAt(folder: Folder, atMs: number): number {
  return Math.floor((atMs - originMs(folder)) / folder.shape.tickMs);
}

// Two windows before the first record, so that numbers stay small and positive.
function originMs({ clock, shape }: Folder): number {
  return (Math.floor(clock.startMs / shape.tickMs) - 2 * shape.long) * shape.tickMs;
}

/** Moves the ring on to `bucket`; what falls out of a window leaves its sums. */
export function advanceWitness(
  columns: WitnessColumns,
  shape: WindowShape,
  witness: number,
  bucket: number,
): void {
  const head = columns.head[witness] as number;
  if (bucket <= head) return;
  columns.head[witness] = bucket;
  if (columns.longAnswered[witness] === 0 && columns.longFailed[witness] === 0) return;
  if (bucket - head >= shape.long) {
    clearRing(columns, shape, witness);
    return;
  }
  for (let next = head + 1; next <= bucket; next++) turn(columns, shape, witness, next);
}

/** Adds counts to a bucket that is still inside the ring. */
export function addToWitness(
  columns: WitnessColumns,
  shape: WindowShape,
  witness: number,
  bucket: number,
  answered: number,
  failed: number,
): void {
  const { ring, head } = columns;
  const at = (witness * shape.long + (bucket % shape.long)) * 2;
  // Buckets saturate rather than wrap: a ratio may blur at 655,350 commands a second, never lie.
  const a = Math.min(answered, most - (ring[at] as number));
  const f = Math.min(failed, most - (ring[at + 1] as number));
  ring[at] = (ring[at] as number) + a;
  ring[at + 1] = (ring[at + 1] as number) + f;
  columns.longAnswered[witness] = (columns.longAnswered[witness] as number) + a;
  columns.longFailed[witness] = (columns.longFailed[witness] as number) + f;
  if (bucket <= (head[witness] as number) - shape.short) return;
  columns.shortAnswered[witness] = (columns.shortAnswered[witness] as number) + a;
  columns.shortFailed[witness] = (columns.shortFailed[witness] as number) + f;
}

function turn(columns: WitnessColumns, shape: WindowShape, witness: number, bucket: number): void {
  const { ring, longAnswered, longFailed, shortAnswered, shortFailed } = columns;
  const base = witness * shape.long;
  const leavesShort = (base + ((bucket - shape.short + shape.long) % shape.long)) * 2;
  shortAnswered[witness] = (shortAnswered[witness] as number) - (ring[leavesShort] as number);
  shortFailed[witness] = (shortFailed[witness] as number) - (ring[leavesShort + 1] as number);
  const leavesLong = (base + (bucket % shape.long)) * 2;
  longAnswered[witness] = (longAnswered[witness] as number) - (ring[leavesLong] as number);
  longFailed[witness] = (longFailed[witness] as number) - (ring[leavesLong + 1] as number);
  ring[leavesLong] = 0;
  ring[leavesLong + 1] = 0;
}

function clearRing(columns: WitnessColumns, shape: WindowShape, witness: number): void {
  const from = witness * shape.long * 2;
  columns.ring.fill(0, from, from + shape.long * 2);
  columns.longAnswered[witness] = 0;
  columns.longFailed[witness] = 0;
  columns.shortAnswered[witness] = 0;
  columns.shortFailed[witness] = 0;
}
