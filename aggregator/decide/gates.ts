// A gate stands in front of each region and says what share of clients may enter. There is one row
// of gates for everybody (`*`) and, only while a home sees the regions differently, a row for that
// home; the stricter of the two counts. An operator's hold lies over the gates without moving them,
// so that when it ends, what automation knew is still there.

import { type Admission, admitsEveryone, fullShare, type Hold } from '@regionpilot/protocol';

export type Gate =
  | { readonly kind: 'open' }
  | { readonly kind: 'closed'; readonly sinceMs: number }
  | { readonly kind: 'ramping'; readonly step: number; readonly stepSinceMs: number };

/** Home (or `*`) → region → gate. A missing gate is open. */
export type Gates = Readonly<Record<string, Readonly<Record<string, Gate>>>>;

export const openGate: Gate = { kind: 'open' };

export function gateAt(gates: Gates, home: string, region: string): Gate {
  return gates[home]?.[region] ?? openGate;
}

export function withGate(gates: Gates, home: string, region: string, gate: Gate): Gates {
  const row = Object.fromEntries(
    Object.entries({ ...gates[home], [region]: gate }).filter(([, each]) => each.kind !== 'open'),
  );
  const rows = Object.entries({ ...gates, [home]: row });
  return Object.fromEntries(rows.filter(([, each]) => Object.keys(each).length > 0));
}

/** What binds clients of a home: the stricter of their own gate and everybody's. */
export function shareAt(
  gates: Gates,
  home: string,
  region: string,
  ramp: readonly number[],
): number {
  const everybody = shareOf(gateAt(gates, '*', region), ramp);
  return home === '*' ? everybody : Math.min(everybody, shareOf(gateAt(gates, home, region), ramp));
}

function shareOf(gate: Gate, ramp: readonly number[]): number {
  switch (gate.kind) {
    case 'open':
      return fullShare;
    case 'closed':
      return 0;
    case 'ramping':
      return ramp[gate.step] ?? fullShare;
  }
}

export type Rows = {
  readonly admit: Admission;
  readonly homes: Readonly<Record<string, Admission>>;
};

/** The shares a decision publishes, or null when they would leave somebody without a region. */
export function rowsOf(
  gates: Gates,
  regions: readonly string[],
  hold: Hold | null,
  ramp: readonly number[],
): Rows | null {
  const row = (home: string): Admission =>
    Object.fromEntries(
      regions.map((region) => [region, held(hold, region) ?? shareAt(gates, home, region, ramp)]),
    );
  const admit = row('*');
  const homes = Object.keys(gates)
    .filter((home) => home !== '*')
    .sort()
    .map((home) => [home, row(home)] as const)
    .filter(([, admission]) => regions.some((region) => admission[region] !== admit[region]));
  const all = [admit, ...homes.map(([, admission]) => admission)];
  return all.every(admitsEveryone) ? { admit, homes: Object.fromEntries(homes) } : null;
}

function held(hold: Hold | null, region: string): number | null {
  if (hold === null) return null;
  if (hold.kind === 'use') return hold.region === region ? fullShare : 0;
  return hold.region === region ? 0 : null;
}

export function sameRows(a: Rows, b: Rows): boolean {
  return JSON.stringify([a.admit, a.homes]) === JSON.stringify([b.admit, b.homes]);
}
