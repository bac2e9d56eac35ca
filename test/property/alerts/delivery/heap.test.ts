// The heap against the obvious: a list that is sorted each time.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createHeap, first, put, take, takeUpTo } from '../../../../alerts/delivery/heap.ts';

const item = fc.nat(20);
const op = fc.oneof(
  fc.record({ op: fc.constant('put' as const), item, at: fc.nat(9) }),
  fc.record({ op: fc.constant('take' as const), item }),
  fc.record({ op: fc.constant('takeUpTo' as const), at: fc.nat(9) }),
);

test('it gives the earliest first, the first of equals first, and forgets what is taken', () => {
  fc.assert(
    fc.property(fc.array(op, { maxLength: 200 }), (ops) => {
      const heap = createHeap<number>();
      let list: readonly { readonly item: number; readonly at: number }[] = [];
      for (const each of ops) {
        const without = (gone: number | undefined) => list.filter((one) => one.item !== gone);
        if (each.op === 'put') {
          put(heap, each.item, each.at);
          list = [...without(each.item), { item: each.item, at: each.at }];
        } else if (each.op === 'take') {
          take(heap, each.item);
          list = without(each.item);
        } else {
          const head = list[0];
          const wanted = head !== undefined && head.at <= each.at ? head.item : undefined;
          expect(takeUpTo(heap, each.at)).toBe(wanted);
          list = without(wanted);
        }
        list = [...list].sort((a, b) => a.at - b.at);
        expect(first(heap)).toBe(list[0]?.item);
        expect(heap.places.size).toBe(list.length);
      }
    }),
  );
});
