import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type Folder,
  foldTick,
  restoreFolder,
  snapshotFolder,
} from '../../../aggregator/fold/folder.ts';
import { policyDefaults } from '../../../aggregator/policy.ts';
import { batchOf, type Header, Partition, type Row, ten } from '../../unit/fold/build.ts';

type Step = {
  readonly client: number;
  readonly boot: number;
  readonly seq: number;
  readonly lagMs: number;
  readonly bye: boolean;
  readonly rows: readonly Row[];
};

const row: fc.Arbitrary<Row> = fc.record({
  connection: fc.integer({ min: 0, max: 3 }),
  group: fc.constantFrom('payments', 'sessions'),
  region: fc.constantFrom('east', 'west'),
  state: fc.constantFrom('ready', 'ready', 'ready', 'connecting', 'closed', 'failed', 'gone'),
  at: fc.integer({ min: 0, max: 400 }),
  ok: fc.integer({ min: 0, max: 20 }),
  stalledMs: fc.constantFrom(0, 0, 0, 40, 600),
  errors: fc.constantFrom({}, {}, { timeout: 3 }, { auth: 2, reset: 9 }, { cancelled: 1 }),
});

const step: fc.Arbitrary<Step> = fc.record({
  client: fc.integer({ min: 0, max: 4 }),
  boot: fc.integer({ min: 0, max: 1 }),
  seq: fc.integer({ min: 0, max: 12 }),
  lagMs: fc.constantFrom(0, 0, 0, 300, 4_000, -5_000),
  bye: fc.integer({ min: 0, max: 20 }).map((n) => n === 20),
  rows: fc.array(row, { maxLength: 5 }),
});

const history = fc.array(step, { minLength: 1, maxLength: 60, size: 'max' });

function headerOf(step: Step, atMs: number): Header {
  return {
    client: `client-${step.client}`,
    boot: `boot-${step.boot}`,
    seq: step.seq,
    home: step.client % 2 === 0 ? 'east' : 'west',
    domain: `zone-${step.client % 3}`,
    applied: { payments: [1, step.seq] },
    clockMs: atMs - step.lagMs,
    bye: step.bye,
  };
}

const options = { partition: 0, owner: 'aggregator-1', policy: policyDefaults };

function everything(folder: Folder, nowMs: number): unknown {
  // A second later every group speaks, whatever it said before.
  return foldTick(folder, nowMs + 1_000, 0);
}

test('a history broken by a restart at any record gives the partials of an unbroken one', () => {
  fc.assert(
    fc.property(history, fc.nat(), (steps, cut) => {
      const whole = new Partition();
      const broken = new Partition();
      steps.forEach((each, i) => {
        if (i === cut % steps.length) {
          const restored = restoreFolder(snapshotFolder(broken.folder), options);
          if (restored.kind === 'invalid') throw new Error(restored.text);
          broken.folder = restored.folder;
        }
        const atMs = ten + i * 70;
        const batch = batchOf(atMs, headerOf(each, atMs), each.rows);
        expect(broken.append(atMs, batch)).toBe(whole.append(atMs, batch));
      });
      const endMs = ten + steps.length * 70;
      // Cadence is not part of a snapshot, so both are asked once, at the end.
      const warm = (said: unknown) => JSON.stringify(said).replaceAll(/"warm":\w+/g, '');
      expect(warm(everything(broken.folder, endMs))).toBe(warm(everything(whole.folder, endMs)));
    }),
    { numRuns: 500 },
  );
});

test('every record is in exactly one account', () => {
  fc.assert(
    fc.property(history, (steps) => {
      const log = new Partition();
      let rows = 0;
      steps.forEach((each, i) => {
        const atMs = ten + i * 70;
        const outcome = log.append(atMs, batchOf(atMs, headerOf(each, atMs), each.rows));
        if (outcome === 'folded' || outcome === 'late') rows += each.rows.length;
      });
      const { offset, batches, late, duplicates, rejected, rows: counted } = log.folder.accounts;
      expect(batches + late + duplicates + rejected).toBe(offset);
      expect(counted).toBe(rows);
    }),
    { numRuns: 500 },
  );
});

test('delivering any record again, any number of times, changes no cell', () => {
  fc.assert(
    fc.property(
      history,
      fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 20 }),
      (steps, again) => {
        const once = new Partition();
        const often = new Partition();
        // In order, as one client's producer sends them; two boots follow one another.
        const ordered = steps.map((each, i) => ({ ...each, seq: i, boot: 0 }));
        ordered.forEach((each, i) => {
          const atMs = ten + i * 70;
          const batch = batchOf(atMs, headerOf(each, atMs), each.rows);
          once.append(atMs, batch);
          often.append(atMs, batch);
          for (const [at, which] of again) {
            if (at % steps.length !== i) continue;
            const j = which % (i + 1);
            const old = ordered[j];
            if (old === undefined) continue;
            const repeat = batchOf(ten + j * 70, headerOf(old, ten + j * 70), old.rows);
            expect(often.append(atMs, repeat)).toBe('repeat');
          }
        });
        const endMs = ten + steps.length * 70 + 1_000;
        const cells = (log: Partition) =>
          log.tick(endMs).map(({ cells, homes, applied }) => ({ cells, homes, applied }));
        expect(cells(often)).toEqual(cells(once));
      },
    ),
    { numRuns: 300 },
  );
});

test('the order in which clients` batches of one moment arrive does not matter', () => {
  const moment = fc.uniqueArray(step, { selector: ({ client }) => client, maxLength: 5 });
  fc.assert(
    fc.property(fc.array(moment, { minLength: 1, maxLength: 12, size: 'max' }), (moments) => {
      const forward = new Partition();
      const backward = new Partition();
      moments.forEach((steps, i) => {
        const atMs = ten + i * 150;
        const batches = steps.map((each) => {
          return batchOf(atMs, { ...headerOf(each, atMs), seq: i, boot: 'b' }, each.rows);
        });
        for (const batch of batches) forward.append(atMs, batch);
        for (const batch of batches.reverse()) backward.append(atMs, batch);
      });
      const endMs = ten + moments.length * 150;
      expect(everything(backward.folder, endMs)).toEqual(everything(forward.folder, endMs));
    }),
    { numRuns: 300 },
  );
});

test('windows hold what a recount of all rows inside them finds', () => {
  const sample = fc.record({
    gapMs: fc.integer({ min: 0, max: 700 }),
    agoMs: fc.integer({ min: 0, max: 1_900 }),
    ok: fc.integer({ min: 0, max: 3 }),
    timeout: fc.integer({ min: 0, max: 3 }),
  });
  fc.assert(
    fc.property(fc.array(sample, { minLength: 1, maxLength: 80, size: 'max' }), (samples) => {
      const log = new Partition({ samplesPerClientMax: 10_000 });
      const told: { atMs: number; ok: number; timeout: number }[] = [];
      let nowMs = ten + 5_000;
      samples.forEach(({ gapMs, agoMs, ok, timeout }) => {
        nowMs += gapMs;
        const atMs = nowMs - agoMs;
        told.push({ atMs, ok, timeout });
        const rows = [{ at: 2_000 - agoMs, ok, errors: timeout > 0 ? { timeout } : {} }];
        log.batch(nowMs, { clockMs: nowMs - 2_000 }, rows);
      });
      const bucket = (ms: number) => Math.floor(ms / 100);
      const within = (buckets: number): [number, number] => {
        const inside = told.filter(({ atMs }) => bucket(atMs) > bucket(nowMs) - buckets);
        return [
          inside.reduce((sum, { ok }) => sum + ok, 0),
          inside.reduce((sum, { timeout }) => sum + timeout, 0),
        ];
      };
      const [partial] = log.tick(nowMs);
      expect(partial?.cells[0]?.long).toEqual(within(20));
      expect(partial?.cells[0]?.short).toEqual(within(5));
      expect(partial?.cells[0]?.raw).toEqual(within(20));
    }),
    { numRuns: 500 },
  );
});
