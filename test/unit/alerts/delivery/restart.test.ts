import { describe, expect, test } from 'vitest';
import { createDelivery, stepDelivery } from '../../../../alerts/delivery/delivery.ts';
import { aNotice, aReceiver } from '../../../support/alerts-builders.ts';
import { DeliveryWorld } from '../../../support/alerts-delivery-world.ts';
import { heldOf } from '../../../support/alerts-model-receiver.ts';
import { accepted, ends, inTurn, tries, unavailable, worldOf } from './answers.ts';

describe('a crash loses nothing and confuses nobody', () => {
  test('scenario 28: a crash after the request and before its record: the same key and seq again', () => {
    const world = new DeliveryWorld({
      receiver: aReceiver(),
      answer: () => accepted,
      writeMs: 200,
    });
    world.start();
    world.publish(aNotice());
    world.advance(100);
    expect(world.model.landings).toHaveLength(1);
    world.crash();
    world.advance(1_000);
    world.start();
    world.advance(60_000);
    expect(world.model.landings.map(({ dedupKey, seq }) => [dedupKey, seq])).toEqual([
      ['rp-1', 1],
      ['rp-1', 1],
    ]);
    expect(ends(world)).toEqual(['1 trigger delivered']);
  });

  test('scenario 29: a crash before the request: it is sent at the start, without another notice', () => {
    const world = worldOf(() => accepted);
    world.crash();
    world.publish(aNotice());
    world.advance(5_000);
    expect(world.attempts).toEqual([]);
    world.start();
    world.advance(1_000);
    expect(tries(world)).toEqual(['5000 1 trigger']);
    expect(ends(world)).toEqual(['1 trigger delivered']);
  });

  test('what had ended in the log is not sent again', () => {
    const world = worldOf(() => accepted);
    world.publish(aNotice());
    world.advance(1_000);
    world.crash();
    world.start();
    world.advance(60_000);
    expect(tries(world)).toEqual(['0 1 trigger']);
  });

  test('nothing leaves before the whole log was read', () => {
    const state = createDelivery(aReceiver());
    const half = () => 0.5;
    expect(stepDelivery(state, { kind: 'notice', notice: aNotice() }, 1_000, half)).toEqual([]);
    const newer = aNotice({ seq: 2, reason: 'escalated' });
    expect(stepDelivery(state, { kind: 'notice', notice: newer }, 1_000, half)).toEqual([]);
    expect(stepDelivery(state, { kind: 'tick' }, 90_000, half)).toEqual([]);
    expect(stepDelivery(state, { kind: 'ready' }, 90_000, half)).toEqual([
      { kind: 'send', notice: newer, attempt: 1 },
    ]);
  });
});

describe('the owner before may have had something under way', () => {
  test('its trigger lands behind the resolve of the new owner: it is resolved again', () => {
    const world = worldOf(inTurn({ result: 'uncertain', landsAfterMs: 9_000 }, accepted));
    world.publish(aNotice());
    world.crash();
    world.publish(aNotice({ seq: 2, action: 'resolve' }));
    world.advance(1_000);
    world.start();
    world.advance(9_000);
    expect(heldOf(world.model, 'rp-1')).toBe('open');
    expect(ends(world)).toEqual([]);
    world.advance(20_000);
    expect(tries(world)).toEqual(['0 1 trigger', '1000 2 resolve', '21000 2 resolve']);
    expect(heldOf(world.model, 'rp-1')).toBe('resolved');
    expect(ends(world)).toEqual(['2 resolve delivered']);
  });

  test('nothing was open before this notice: only itself can still land, and once is enough', () => {
    const world = worldOf(inTurn({ result: 'uncertain', landsAfterMs: 9_000 }, accepted));
    world.publish(aNotice());
    world.crash();
    world.start();
    world.advance(60_000);
    expect(world.attempts).toHaveLength(2);
    expect(ends(world)).toEqual(['1 trigger delivered']);
  });

  test('the doubt goes over to the new owner, although the trigger had ended', () => {
    const late = { result: 'uncertain', afterMs: 100, landsAfterMs: 9_000 } as const;
    const world = worldOf(inTurn(late, accepted));
    world.publish(aNotice());
    world.advance(2_000);
    expect(ends(world)).toEqual(['1 trigger delivered']);
    world.crash();
    world.start();
    world.publish(aNotice({ term: 2, seq: 2, action: 'resolve' }));
    world.advance(60_000);
    expect(heldOf(world.model, 'rp-1')).toBe('resolved');
    expect(tries(world).slice(2)).toEqual(['2000 2 resolve', '21000 2 resolve']);
  });

  test('a resolve is sent although the trigger was never attempted here', () => {
    const world = worldOf(() => unavailable);
    world.publish(aNotice());
    world.advance(100);
    world.crash();
    world.start();
    world.answer = () => accepted;
    world.publish(aNotice({ term: 2, seq: 2, action: 'resolve' }));
    world.advance(60_000);
    expect(ends(world).at(-1)).toBe('2 resolve delivered');
  });
});

describe('who may speak is said by the log', () => {
  test('scenario 21: three instances share the work, one takes over: one page', () => {
    const world = worldOf(() => accepted);
    world.publish(aNotice());
    world.advance(1_000);
    for (const name of ['b', 'c']) {
      const before = world.owner;
      world.start(name);
      world.crash(before);
    }
    world.advance(60_000);
    expect(tries(world)).toEqual(['0 1 trigger']);
  });

  test('scenario 22: a partition: the one cut off cannot record, the other pages all the same', () => {
    const world = worldOf(() => ({ ...accepted, afterMs: 500 }));
    world.publish(aNotice());
    const cutOff = world.owner;
    world.advance(100);
    world.start('other side');
    world.advance(5_000);
    expect(world.model.landings.length).toBeGreaterThanOrEqual(1);
    expect(world.fenced.map(({ term, seq }) => [term, seq])).toEqual([[1, 1]]);
    expect(world.sents.map(({ term, seq, outcome }) => [term, seq, outcome])).toEqual([
      [2, 1, 'delivered'],
    ]);
    expect(cutOff?.alive).toBe(true);
    expect(heldOf(world.model, 'rp-1')).toBe('open');
  });

  test('scenario 22: what the one cut off still writes under its old term counts for nothing', () => {
    const world = worldOf(() => accepted);
    world.publish(aNotice());
    world.advance(1_000);
    world.start('other side');
    world.publish(aNotice({ term: 1, seq: 2, action: 'resolve' }));
    world.advance(60_000);
    expect(heldOf(world.model, 'rp-1')).toBe('open');
    expect(world.attempts).toHaveLength(1);
  });
});
