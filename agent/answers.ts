import type { Recorder } from './recorder.ts';

/** Commands answered in a region since the start: it only grows, whenever it is read. */
export function answersIn(
  { cells, tables, slots }: Pick<Recorder, 'cells' | 'tables' | 'slots'>,
  group: string,
  region: string,
): number {
  const number = cells.findIndex((cell) => cell.group === group && cell.region === region);
  if (number < 0) return 0;
  let sum = cells[number]?.okTotal ?? 0;
  // What was counted since the last flush is still with its connection.
  for (let slot = 0; slot < slots; slot++) {
    if (tables.cell[slot] === number) sum += tables.ok[slot] ?? 0;
  }
  return sum;
}
