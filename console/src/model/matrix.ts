// Clients × regions as one picture. Each client is a column of cells (one per region), columns fill a
// row and wrap, so ten thousand clients fit a screen and the worst, which come first, are top left.

import type { ClientMatrix } from '@regionpilot/api/contract';

export type MatrixLayout = {
  /** Side of one cell, px. */
  readonly cell: number;
  readonly columns: number;
  /** Height of one row of clients: all its regions and the gap below, px. */
  readonly bandHeight: number;
  readonly height: number;
};

const cellMax = 14;
const cellMin = 4;
const heightWanted = 280;

/** The largest cells that keep the picture about `heightWanted` high. */
export function matrixLayout(clients: number, regions: number, width: number): MatrixLayout {
  for (let cell = cellMax; cell > cellMin; cell--) {
    const layout = layoutFor(cell, clients, regions, width);
    if (layout.height <= heightWanted) return layout;
  }
  return layoutFor(cellMin, clients, regions, width);
}

function layoutFor(cell: number, clients: number, regions: number, width: number): MatrixLayout {
  const columns = Math.max(1, Math.floor(width / cell));
  const bandHeight = cell * regions + Math.max(3, Math.round(cell / 2));
  return { cell, columns, bandHeight, height: Math.ceil(clients / columns) * bandHeight };
}

/** Top left corner of a client's column, px. */
export function clientOrigin(index: number, layout: MatrixLayout): readonly [number, number] {
  const column = index % layout.columns;
  return [column * layout.cell, Math.floor(index / layout.columns) * layout.bandHeight];
}

/** The client at a point, or null between and behind them. */
export function clientAt(
  x: number,
  y: number,
  clients: number,
  layout: MatrixLayout,
): number | null {
  const column = Math.floor(x / layout.cell);
  if (x < 0 || y < 0 || column >= layout.columns) return null;
  const index = Math.floor(y / layout.bandHeight) * layout.columns + column;
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

const meaning: Readonly<Record<string, string>> = {
  o: 'ok',
  s: 'suspect',
  d: 'down',
  e: 'fails everywhere',
  q: 'quiet',
  '-': 'no connection',
};

/** One client's row in words: `web-17 (eu-west, zone-a): eu-west down, us-east ok`. */
export function describeClient(matrix: ClientMatrix, index: number): string {
  const verdicts = matrix.regions.map(
    (region, r) => `${region} ${meaning[matrix.cells[r]?.[index] ?? '-'] ?? 'unknown'}`,
  );
  return `${matrix.clients[index]} (${matrix.homes[index]}, ${matrix.domains[index]}): ${verdicts.join(', ')}`;
}

/** How many clients have each verdict in each region, for the legend and for people who cannot see it. */
export function tally(matrix: ClientMatrix): readonly Readonly<Record<string, number>>[] {
  return matrix.cells.map((cells) => {
    const counts: Record<string, number> = {};
    for (const cell of cells) counts[cell] = (counts[cell] ?? 0) + 1;
    return counts;
  });
}
