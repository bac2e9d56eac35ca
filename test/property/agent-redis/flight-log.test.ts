import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FlightLog } from '../../../agent/redis/flight-log.ts';
import { HeldCommands } from '../../../agent/redis/held-commands.ts';

const step = fc.oneof(
  fc.record({ kind: fc.constant('send' as const), waits: fc.boolean(), afterMs: fc.nat(20) }),
  fc.record({ kind: fc.constant('answer' as const), count: fc.nat(6), afterMs: fc.nat(20) }),
);

test('whatever is sent and answered, the log agrees with a plain list', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 600 }), (steps) => {
      const log = new FlightLog();
      const flying: {
        readonly sentMs: number;
        readonly waits: boolean;
        readonly hidden: boolean;
      }[] = [];
      let nowMs = 1;
      let answeredMs = 0;
      for (const one of steps) {
        nowMs += one.afterMs;
        if (one.kind === 'send') {
          const hidden = one.waits || flying.some(({ waits }) => waits);
          flying.push({ sentMs: nowMs, waits: one.waits, hidden });
          log.sent(nowMs, one.waits);
        } else {
          const gone = flying.splice(0, one.count);
          if (one.count > 0) answeredMs = nowMs;
          const heard: number[] = [];
          log.answered(one.count, nowMs, (latencyMs) => heard.push(latencyMs));
          const expected = gone.filter(({ hidden }) => !hidden).map(({ sentMs }) => nowMs - sentMs);
          expect(heard).toEqual(expected);
        }
        expect(log.size).toBe(flying.length);
        const oldest = flying[0];
        const since =
          oldest === undefined || oldest.hidden ? 0 : Math.max(oldest.sentMs, answeredMs);
        expect(log.waitingSinceMs()).toBe(since);
      }
    }),
    { numRuns: 300 },
  );
});

const holding = fc.oneof(
  fc.record({ kind: fc.constant('add' as const), bytes: fc.nat(60) }),
  fc.record({ kind: fc.constant('putBack' as const), count: fc.nat(4) }),
  fc.record({ kind: fc.constant('expire' as const), afterMs: fc.nat(80) }),
  fc.record({ kind: fc.constant('take' as const) }),
);

test('every held command leaves exactly once, and the bounds are never exceeded by new ones', () => {
  const limits = { holdMs: 100, holdCommands: 10, holdBytes: 300 };
  fc.assert(
    fc.property(fc.array(holding, { maxLength: 200 }), (steps) => {
      const held = new HeldCommands<number>();
      const inside = new Set<number>();
      let nowMs = 0;
      let next = 0;
      const leave = (commands: readonly number[]): void => {
        for (const command of commands) expect(inside.delete(command)).toBe(true);
      };
      for (const one of steps) {
        switch (one.kind) {
          case 'add': {
            const room =
              held.length < limits.holdCommands && held.bytes + one.bytes <= limits.holdBytes;
            expect(held.add(next, one.bytes, nowMs, limits)).toBe(room);
            if (room) inside.add(next);
            next++;
            break;
          }
          case 'putBack': {
            const again = Array.from({ length: one.count }, () => next++);
            held.putBack(again, nowMs);
            for (const command of again) inside.add(command);
            break;
          }
          case 'expire':
            nowMs += one.afterMs;
            leave(held.expire(nowMs, limits.holdMs));
            break;
          case 'take':
            leave(held.takeAll());
            expect(inside.size).toBe(0);
        }
        expect(held.length).toBe(inside.size);
      }
      leave(held.takeAll());
      expect(inside.size).toBe(0);
    }),
    { numRuns: 300 },
  );
});
