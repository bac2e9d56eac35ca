import { type Batch, decodeBatch, encodeBatch } from '@regionpilot/protocol';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { batchFrom } from '../../../agent/batch-from.ts';
import { harvest } from '../../../agent/harvest.ts';
import { Ring } from '../../../agent/ring.ts';
import { draft, quiet, recorderAt } from '../../unit/agent/build.ts';

const limit = 1_000;
const sender = { client: 'checkout/1', boot: 'boot', home: 'eu', domain: 'zone' };

const act = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('push' as const),
      rows: fc.nat(9),
      weight: fc.integer({ min: 10, max: 1_200 }),
      hasChanges: fc.boolean(),
    }),
  },
  { weight: 3, arbitrary: fc.constant({ kind: 'send' as const }) },
  { weight: 2, arbitrary: fc.constant({ kind: 'repeat' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'tooLarge' as const }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('lost' as const), rows: fc.nat(5) }) },
);

function declared({ dropped }: Pick<Batch, 'dropped'>): number {
  return Object.values(dropped).reduce((sum, rows) => sum + rows, 0);
}

test('at every batch that arrives: produced = rows received + rows declared lost; seq has no holes', () => {
  fc.assert(
    fc.property(fc.array(act, { maxLength: 120, size: 'max' }), (acts) => {
      const ring = new Ring({ lost: () => undefined });
      let received = 0;
      let nextSeq = 0;
      let made = 0;
      const deliver = (): void => {
        for (const batch of ring.take()) {
          received += batch.draft.rows;
          expect(batch.seq).toBe(nextSeq++);
          expect(batch.produced).toBe(received + declared(batch));
        }
        ring.delivered();
      };
      for (const one of acts) {
        switch (one.kind) {
          case 'push':
            made += one.rows;
            ring.push(draft(one), limit);
            break;
          case 'send':
            deliver();
            break;
          case 'repeat':
            ring.take();
            break;
          case 'tooLarge':
            ring.take(1);
            ring.takeBack();
            ring.dropOldest('tooLarge');
            break;
          case 'lost':
            made += one.rows;
            ring.drop('ringFull', one.rows);
            break;
        }
        expect(ring.bytes).toBeLessThanOrEqual(limit);
      }
      while (ring.length > 0) deliver();
      expect(received + declared(ring)).toBe(made);
      expect(ring.bytes).toBe(0);
    }),
    { numRuns: 2_000 },
  );
});

const life = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant('open' as const), region: fc.constantFrom('eu', 'us', 'asia') }),
    fc.record({ kind: fc.constant('close' as const), link: fc.nat(9) }),
    fc.record({
      kind: fc.constant('answered' as const),
      link: fc.nat(9),
      us: fc.oneof(fc.double(), fc.nat(1_000_000)),
    }),
    fc.record({
      kind: fc.constant('failed' as const),
      link: fc.nat(9),
      errorClass: fc.constantFrom('timeout' as const, 'wrongtype' as const, 'cancelled' as const),
    }),
    fc.record({
      kind: fc.constant('changed' as const),
      link: fc.nat(9),
      state: fc.constantFrom('connecting' as const, 'ready' as const, 'closed' as const),
    }),
    fc.record({ kind: fc.constant('flush' as const), full: fc.boolean() }),
  ),
  { maxLength: 150, size: 'max' },
);

test('whatever connections live through, every batch is valid and every answer is counted once', () => {
  fc.assert(
    fc.property(life, (steps) => {
      const { recorder, clock } = recorderAt(1_000);
      const links: ReturnType<typeof recorder.open>[] = [];
      const open = new Set<unknown>();
      const want = { answered: 0, timeout: 0 };
      const got = { answered: 0, timeout: 0, latencies: 0 };
      let seq = 0;
      const flush = (full: boolean): void => {
        const taken = harvest(recorder, {
          nowMs: clock.nowMs,
          wallOffsetMs: 5_000,
          full,
          breaker: [],
        });
        got.timeout += taken.failures;
        for (const one of taken.drafts) {
          const numbered = { draft: one, seq: seq++, produced: 0, dropped: {} };
          const batch = batchFrom(numbered, sender, { sentMs: 1, applied: {}, bye: false });
          const decoded = decodeBatch(encodeBatch(batch));
          expect(decoded.kind === 'ok' ? decoded.value : decoded.text).toEqual(batch);
          const { ok } = one.columns;
          got.answered += typeof ok === 'number' ? ok * one.rows : ok.reduce((a, b) => a + b, 0);
          for (const list of one.latency) {
            for (let i = 3; i < list.length; i += 2) got.latencies += list[i] as number;
          }
          recorder.release(one.gone);
        }
      };
      for (const step of steps) {
        clock.nowMs += 7;
        const link = 'link' in step ? links[step.link] : undefined;
        const counts = open.has(link) ? 1 : 0;
        switch (step.kind) {
          case 'open': {
            const made = recorder.open({
              group: 'cache',
              region: step.region,
              target: 'x',
              probe: quiet,
            });
            links.push(made);
            open.add(made);
            break;
          }
          case 'close':
            link?.close();
            open.delete(link);
            break;
          case 'answered':
            link?.answered(step.us);
            want.answered += counts;
            break;
          case 'failed':
            link?.failed(step.errorClass);
            if (step.errorClass === 'timeout') want.timeout += counts;
            break;
          case 'changed':
            link?.changed(step.state);
            break;
          case 'flush':
            flush(step.full);
            break;
        }
      }
      flush(true);
      expect(got.latencies).toBe(want.answered);
      expect(got.timeout).toBe(want.timeout);
      expect(got.answered).toBeGreaterThanOrEqual(want.answered);
    }),
    { numRuns: 500 },
  );
});
