// Clients × regions as one picture: a block per region, and in each block every client at the same
// place, the worst first. So ten thousand clients fit a screen, a dead region is one red block, and a
// sick client is a column of dots.

import type { ClientMatrix } from '@regionpilot/api/contract';

export type MatrixLayout = {
  /** Side of one cell, px. */
  readonly cell: number;
  readonly columns: number;
  /** Of one block, px. */
  readonly height: number;
};

const cellMax = 16;
const cellMin = 3;
const heightWanted = 96;

/** The largest cells that keep a block at most `heightWanted` high. */
export function matrixLayout(clients: number, width: number): MatrixLayout {
  for (let cell = cellMax; cell > cellMin; cell--) {
    const layout = layoutFor(cell, clients, width);
    if (layout.height <= heightWanted) return layout;
  }
  return layoutFor(cellMin, clients, width);
}

function layoutFor(cell: number, clients: number, width: number): MatrixLayout {
  const columns = Math.max(1, Math.floor(width / cell));
  return { cell, columns, height: Math.ceil(clients / columns) * cell };
}

/** Top left corner of a client's cell, px. */
export function clientOrigin(index: number, layout: MatrixLayout): readonly [number, number] {
  const column = index % layout.columns;
  return [column * layout.cell, Math.floor(index / layout.columns) * layout.cell];
}

/** The client at a point, or null beside and behind them. */
export function clientAt(
  x: number,
  y: number,
  clients: number,
  layout: MatrixLayout,
): number | null {
  const column = Math.floor(x / layout.cell);
  if (x < 0 || y < 0 || column >= layout.columns) return null;
  const index = Math.floor(y / layout.cell) * layout.columns + column;
  return index < clients ? index : null;
}

/** Where an arrow key leads from a client. */
export function moved(index: number, key: string, clients: number, layout: MatrixLayout): number {
  const by: Readonly<Record<string, number>> = {
    ArrowRight: 1,
    ArrowLeft: -1,
    ArrowDown: layout.columns,
    ArrowUp: -layout.columns,
  };
  if (key === 'Home') return 0;
  if (key === 'End') return clients - 1;
  return Math.min(clients - 1, Math.max(0, index + (by[key] ?? 0)));
}

/** Letters of the matrix and what they mean, the worst first. */
export const verdictNames = [
  ['d', 'down'],
  ['e', 'fails everywhere'],
  ['s', 'suspect'],
  ['q', 'quiet'],
  ['-', 'no connection'],
  ['o', 'ok'],
] as const;

const meaning: Readonly<Record<string, string>> = Object.fromEntries(verdictNames);

/** One client's row in words: `web-17 (eu-west, zone-a): eu-west down, us-east ok`. */
export function describeClient(matrix: ClientMatrix, index: number): string {
  const verdicts = matrix.regions.map(
    (region, r) => `${region} ${meaning[matrix.cells[r]?.[index] ?? '-'] ?? 'unknown'}`,
  );
  return `${matrix.clients[index]} (${matrix.homes[index]}, ${matrix.domains[index]}): ${verdicts.join(', ')}`;
}

/** How many clients of each verdict a region's cells hold, in words. */
export function tally(cells: string): string {
  const counts = new Map<string, number>();
  for (const cell of cells) counts.set(cell, (counts.get(cell) ?? 0) + 1);
  return verdictNames
    .flatMap(([letter, name]) => {
      const n = counts.get(letter) ?? 0;
      return n === 0 ? [] : [`${n.toLocaleString('en')} ${name}`];
    })
    .join(', ');
}
