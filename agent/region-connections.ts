// How many connections of each region are up, and whether a command waits on them: counted when somebody
// asks, since the tables say it anyway.

import { connectionStates } from '@regionpilot/protocol';
import type { RegionConnections } from './connection.ts';
import { type Recorder, slotUse } from './recorder.ts';

const readyState = connectionStates.indexOf('ready');

/** Asks the probe of each connection that is up. Regions that were ever connected stay, at 0. */
export function regionConnections(recorder: Recorder): readonly RegionConnections[] {
  const { cells, slots, tables } = recorder;
  const counts = cells.map(({ group, region }) => ({ group, region, used: 0, idle: 0 }));
  for (let slot = 0; slot < slots; slot++) {
    const count = counts[tables.cell[slot] as number];
    const isUp = tables.use[slot] === slotUse.open && tables.state[slot] === readyState;
    if (count === undefined || !isUp) continue;
    if (recorder.waitingSince(slot) > 0) count.used++;
    else count.idle++;
  }
  return counts;
}
