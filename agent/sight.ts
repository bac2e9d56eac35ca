// What this one client sees of its regions, for the local breaker: levels from the connections, and
// a ratio over the commands since the last look.

import { connectionStates } from '@regionpilot/protocol';
import { breakerErrorRatio, type RegionSight } from './breaker.ts';
import { type Recorder, slotUse } from './recorder.ts';

/** Totals at the last look, by number of the cell. */
export type SightMemory = ReadonlyMap<
  number,
  { readonly ok: number; readonly failed: number; readonly sight: RegionSight['sight'] }
>;

type Links = { open: number; ready: number; answering: number };

const ready = connectionStates.indexOf('ready');

/** Sights of one group's regions. Regions without a connection are `unseen`. */
export function sightsOf(
  recorder: Recorder,
  group: string,
  memory: SightMemory,
): readonly [readonly RegionSight[], SightMemory] {
  const links = linksOf(recorder);
  const next = new Map(memory);
  const sights: RegionSight[] = [];
  for (const [number, cell] of recorder.cells.entries()) {
    if (cell.group !== group) continue;
    const { okTotal: ok, failedTotal: failed } = cell;
    const before = memory.get(number) ?? { ok, failed, sight: 'usable' };
    const ratio = sightOfRatio(ok - before.ok, failed - before.failed, before.sight);
    const sight = sightOfLinks(links.get(number)) ?? ratio;
    next.set(number, { ok, failed, sight: ratio });
    sights.push({ region: cell.region, sight });
  }
  return [sights, next];
}

/** What the links alone say, or null when they are fine. */
function sightOfLinks(links: Links | undefined): RegionSight['sight'] | null {
  if (links === undefined || links.open === 0) return 'unseen';
  return links.ready === 0 || links.answering === 0 ? 'failing' : null;
}

// Where nothing was tried since the last look, the last word stands: thin traffic to a region that
// refuses everything must not look like a region that recovers between two commands.
function sightOfRatio(
  ok: number,
  failed: number,
  before: RegionSight['sight'],
): RegionSight['sight'] {
  if (ok + failed === 0) return before;
  return failed >= (ok + failed) * breakerErrorRatio ? 'failing' : 'usable';
}

function linksOf({ tables, slots }: Recorder): ReadonlyMap<number, Links> {
  const all = new Map<number, Links>();
  for (let slot = 0; slot < slots; slot++) {
    if (tables.use[slot] !== slotUse.open) continue;
    const number = tables.cell[slot] as number;
    const links = all.get(number) ?? { open: 0, ready: 0, answering: 0 };
    links.open++;
    if (tables.state[slot] === ready) {
      links.ready++;
      if (tables.stalledMs[slot] === 0) links.answering++;
    }
    all.set(number, links);
  }
  return all;
}
