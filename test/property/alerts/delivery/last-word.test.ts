// Whatever happens on the way, the last word a receiver hears of a story is the last one said.

import type { Notice, NoticeAction } from '@regionpilot/protocol';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ofKind, termOf } from '../../../../alerts/ledger.ts';
import { aNotice, aReceiver } from '../../../support/alerts-builders.ts';
import { DeliveryWorld } from '../../../support/alerts-delivery-world.ts';
import { type Answer, heldOf } from '../../../support/alerts-model-receiver.ts';

const timeoutMs = 10_000;
const keys = ['rp-a', 'rp-b', 'rp-c'];

type Op =
  | { readonly op: 'say'; readonly key: string; readonly action: NoticeAction }
  | { readonly op: 'wait'; readonly ms: number }
  /** `goneMs`: until somebody takes over. */
  | { readonly op: 'crash'; readonly goneMs: number }
  /** Written, and its owner gone before it could read it back. */
  | { readonly op: 'sayAndCrash'; readonly key: string; readonly action: NoticeAction }
  | { readonly op: 'repeatLog' };

const key = fc.constantFrom(...keys);
const action = fc.constantFrom<NoticeAction[]>(
  'trigger',
  'trigger',
  'resolve',
  'resolve',
  'acknowledge',
);
const op: fc.Arbitrary<Op> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ op: fc.constant('say' as const), key, action }) },
  { weight: 5, arbitrary: fc.record({ op: fc.constant('wait' as const), ms: fc.nat(15_000) }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('crash' as const), goneMs: fc.nat(3_000) }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('sayAndCrash' as const), key, action }) },
  { weight: 1, arbitrary: fc.constant({ op: 'repeatLog' as const }) },
);

const yes: fc.Arbitrary<Answer> = fc.record({
  result: fc.constant('accepted' as const),
  afterMs: fc.nat(2_000),
});
const lost: fc.Arbitrary<Answer> = fc
  .record({ afterMs: fc.nat(timeoutMs), lateMs: fc.nat(timeoutMs - 1), lands: fc.boolean() })
  .map(({ afterMs, lateMs, lands }) =>
    lands
      ? { result: 'uncertain', afterMs, landsAfterMs: afterMs + lateMs }
      : { result: 'uncertain', afterMs },
  );
/** It had landed before the answer was lost. */
const heard: fc.Arbitrary<Answer> = fc.record({
  result: fc.constant('uncertain' as const),
  afterMs: fc.constant(timeoutMs),
  landsAfterMs: fc.nat(timeoutMs),
});
const no: fc.Arbitrary<Answer> = fc.record({
  result: fc.constant('retry' as const),
  afterMs: fc.nat(500),
  status: fc.constantFrom(500, 429),
});
const busy: fc.Arbitrary<Answer> = fc.record({
  result: fc.constant('retry' as const),
  status: fc.constant(429),
  retryAfterMs: fc.nat(8_000),
});
const never: fc.Arbitrary<Answer> = fc.record({
  result: fc.constant('rejected' as const),
  status: fc.constant(400),
});
const answer = fc.oneof(
  { weight: 6, arbitrary: yes },
  { weight: 5, arbitrary: lost },
  { weight: 3, arbitrary: heard },
  { weight: 3, arbitrary: no },
  { weight: 1, arbitrary: busy },
  { weight: 1, arbitrary: never },
);

const story = fc.record({
  ops: fc.array(op, { minLength: 3, maxLength: 40 }),
  answers: fc.array(answer, { minLength: 1, maxLength: 30 }),
  writeMs: fc.constantFrom(0, 20, 400),
  ratePerMinute: fc.constantFrom(0, 0, 12),
});

type Story = typeof story extends fc.Arbitrary<infer T> ? T : never;

function run({ ops, answers, writeMs, ratePerMinute }: Story): DeliveryWorld {
  let at = 0;
  const world = new DeliveryWorld({
    receiver: aReceiver({ timeoutMs, ratePerMinute, retryMs: 500, retryMaxMs: 8_000 }),
    answer: () => answers[at++ % answers.length] ?? { result: 'accepted' },
    writeMs,
    tickMs: 250,
  });
  const seqs = new Map<string, number>();
  const notice = (dedupKey: string, action: NoticeAction): Notice => {
    const seq = (seqs.get(dedupKey) ?? 0) + 1;
    seqs.set(dedupKey, seq);
    const reason = action === 'resolve' ? 'allResolved' : 'first';
    const term = termOf(world.ledger);
    return aNotice({ dedupKey, seq, action, reason, term, atMs: world.nowMs });
  };
  world.start();
  for (const each of ops) {
    switch (each.op) {
      case 'say':
        world.publish(notice(each.key, each.action));
        break;
      case 'wait':
        world.advance(each.ms);
        break;
      case 'crash':
        world.crash();
        world.advance(each.goneMs);
        world.start();
        break;
      case 'sayAndCrash':
        world.crash();
        world.publish(notice(each.key, each.action));
        world.start();
        break;
      case 'repeatLog':
        world.repeatLog();
    }
  }
  world.answer = () => ({ result: 'accepted' });
  world.advance(240_000);
  return world;
}

function check(world: DeliveryWorld): void {
  const newest = new Map([...ofKind(world.ledger, 'notice')].map((n) => [n.dedupKey, n]));
  const sents = new Map([...ofKind(world.ledger, 'sent')].map((s) => [s.dedupKey, s]));
  expect(world.status).toMatchObject({ waiting: 0, underWay: 0, failingSinceMs: null });
  for (const [dedupKey, { action, seq }] of newest) {
    expect(sents.get(dedupKey)?.seq).toBe(seq);
    if (sents.get(dedupKey)?.outcome === 'deadLettered') continue;
    expect(held[action]).toContain(heldOf(world.model, dedupKey));
    if (sents.get(dedupKey)?.outcome !== 'delivered') continue;
    const landed = world.model.landings.filter((each) => each.dedupKey === dedupKey);
    expect(landed.at(-1)?.seq).toBe(seq);
  }
  for (const { ended } of world.owners) expect(new Set(ended).size).toBe(ended.length);
  checkOrder(world);
  checkSents(world);
}

/** A receiver keeps an acknowledgement until the resolve. */
const held: Readonly<Record<string, readonly string[]>> = {
  trigger: ['open', 'acked'],
  resolve: ['resolved'],
  acknowledge: ['acked'],
};

function checkOrder({ attempts }: DeliveryWorld): void {
  const last = new Map<string, number>();
  for (const { owner, dedupKey, seq } of attempts) {
    const name = `${owner}/${dedupKey}`;
    expect(seq).toBeGreaterThanOrEqual(last.get(name) ?? 0);
    last.set(name, seq);
  }
}

/** The log hears of the end of a key's notices in their order. */
function checkSents({ sents }: DeliveryWorld): void {
  const last = new Map<string, number>();
  for (const { term, dedupKey, seq } of sents) {
    const name = `${term}/${dedupKey}`;
    expect(seq).toBeGreaterThan(last.get(name) ?? 0);
    last.set(name, seq);
  }
}

test('once faults stop, every receiver holds what was said last, whatever landed late', () => {
  fc.assert(
    fc.property(story, (given) => check(run(given))),
    { numRuns: 3_000 },
  );
});
