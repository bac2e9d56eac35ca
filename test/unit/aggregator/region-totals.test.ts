// Sums over folders that come and go: they only grow, and names that come and go leave nothing behind.

import { describe, expect, test } from 'vitest';
import { RegionTotals, regionTotalsMax } from '../../../aggregator/region-totals.ts';
import { batchOf, Partition, type Row, ten } from '../fold/build.ts';

const sixteen = (name: string): readonly Row[] =>
  Array.from({ length: 16 }, (_, i): Row => ({ connection: i, region: `${name}-${i}`, ok: 1 }));

/** `groups` groups of 16 regions each, none met before. */
function flood(log: Partition, atMs: number, wave: number, groups: number): void {
  for (let group = 0; group < groups; group++) {
    const name = `g-${wave}-${group}`;
    const rows = sixteen(name).map((row) => ({ ...row, group: name }));
    log.batch(atMs, { client: name, bye: true }, rows);
  }
}

describe('probes of clients', () => {
  test('are added up by region, each once', () => {
    const log = new Partition();
    const totals = new RegionTotals();
    const rows: readonly Row[] = [
      { connection: 0, region: 'east', ok: 5 },
      { connection: 1, region: 'west', ok: 1 },
    ];
    const asked = (seq: number) => batchOf(ten, { seq }, rows);
    log.append(ten, { ...asked(0), probes: [[0, 2, 3, 1]] });
    totals.look([log.folder]);
    log.append(ten, { ...asked(1), probes: [[0, 2, 1, 0]] });
    // The log says it twice.
    log.append(ten, { ...asked(1), probes: [[0, 2, 1, 0]] });
    totals.look([log.folder]);
    expect(totals.read().map(({ region, probes }) => [region, ...probes])).toEqual([
      ['east', 0, 0],
      ['west', 4, 1],
    ]);
  });
});

describe('a flood of names that change', () => {
  test('costs what there is room for, however long it lasts, and the real region is counted on', () => {
    const log = new Partition();
    const totals = new RegionTotals();
    let atMs = ten;
    for (let wave = 0; wave < 6; wave++) {
      log.batch(atMs, {}, [{ ok: 10 }]);
      flood(log, atMs, wave, 60);
      totals.look([log.folder]);
      // What nobody says again for more than a minute is forgotten by the folder.
      for (let step = 0; step < 2; step++) {
        atMs += 61_000;
        log.batch(atMs, {}, [{ ok: 0 }]);
        log.tick(atMs);
      }
      totals.look([log.folder]);
    }
    const read = totals.read();
    expect(read.length).toBeLessThanOrEqual(regionTotalsMax);
    expect(read.find(({ group }) => group === 'payments')?.answered).toBe(60);
    // 6 waves of 960 names came, and none was in use when the next did.
    expect(totals.leftOut).toBe(0);
  });

  test('while all names are in use, more are left out and counted', () => {
    const logs = [new Partition(), new Partition()];
    const totals = new RegionTotals();
    for (const [wave, log] of logs.entries()) flood(log, ten, wave, 255);
    totals.look(logs.map(({ folder }) => folder));
    expect(totals.read()).toHaveLength(regionTotalsMax);
    expect(totals.leftOut).toBe(2 * 255 * 16 - regionTotalsMax);
  });
});
