// What each client of a roster says of each region, out of its witnesses, one array per column.

import { column, type RosterColumns, rosterLimits, rosterVerdicts } from '@regionpilot/protocol';
import type { RosterRows } from './roster-rows.ts';
import type { Folder, Group } from './state.ts';
import { stallOf, verdicts } from './verdict.ts';

const codeOf = (name: (typeof rosterVerdicts)[number]): number => rosterVerdicts.indexOf(name);
const quiet = codeOf('quiet');
const down = codeOf('down');
const everywhere = codeOf('everywhere');
/** By the folder's verdict; the rules that say down are one word here. */
const codes: readonly number[] = [quiet, codeOf('ok'), codeOf('suspect'), down, down, down];

type Filling = { readonly [K in keyof RosterColumns]: number[] };

export function regionColumns(
  folder: Folder,
  group: Group,
  regions: readonly string[],
  { memberships }: RosterRows,
): readonly RosterColumns[] {
  const columns = regions.map(() => emptyColumns(memberships.length));
  const regionOfCell = new Map<number, Filling>();
  for (const [i, region] of regions.entries()) {
    for (const { slot } of group.regions.get(region) ?? []) {
      regionOfCell.set(slot, columns[i] as Filling);
    }
  }
  for (let row = 0; row < memberships.length; row++) {
    const membership = memberships[row] as number;
    if (membership >= 0) fillRow(folder, regionOfCell, membership, row);
  }
  return columns.map(folded);
}

function emptyColumns(rows: number): Filling {
  const zeros = (): number[] => new Array<number>(rows).fill(0);
  return {
    verdict: zeros(),
    connections: zeros(),
    ready: zeros(),
    answered: zeros(),
    failed: zeros(),
    stalledMs: zeros(),
  };
}

function fillRow(
  folder: Folder,
  regionOfCell: ReadonlyMap<number, Filling>,
  membership: number,
  row: number,
): void {
  const { columns: w } = folder.witnesses;
  const downCode = saysDownOfAll(folder, membership) ? everywhere : down;
  let at = folder.memberships.columns.firstWitness[membership] as number;
  for (; at !== 0; at = w.next[at - 1] as number) {
    const witness = at - 1;
    const into = regionOfCell.get(w.cell[witness] as number);
    if (into === undefined || w.connections[witness] === 0) continue;
    const code = codes[w.verdict[witness] as number] as number;
    into.verdict[row] = code === down ? downCode : code;
    into.connections[row] = w.connections[witness] as number;
    into.ready[row] = w.ready[witness] as number;
    into.answered[row] = w.longAnswered[witness] as number;
    into.failed[row] = w.longFailed[witness] as number;
    into.stalledMs[row] = Math.min(Math.floor(stallOf(folder, witness)), rosterLimits.ms);
  }
}

/** As the partial counts it: down of every region it is connected to, two at least. */
function saysDownOfAll(folder: Folder, membership: number): boolean {
  const { next, connections, verdict } = folder.witnesses.columns;
  let regions = 0;
  let at = folder.memberships.columns.firstWitness[membership] as number;
  for (; at !== 0; at = next[at - 1] as number) {
    if (connections[at - 1] === 0) continue;
    if ((verdict[at - 1] as number) < verdicts.connectivity) return false;
    regions++;
  }
  return regions >= 2;
}

function folded(filled: Filling): RosterColumns {
  const { verdict, connections, ready, answered, failed, stalledMs } = filled;
  return {
    verdict: column(verdict),
    connections: column(connections),
    ready: column(ready),
    answered: column(answered),
    failed: column(failed),
    stalledMs: column(stalledMs),
  };
}
