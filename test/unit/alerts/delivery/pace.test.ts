import type { Notice } from '@regionpilot/protocol';
import { describe, expect, test } from 'vitest';
import { aNotice } from '../../../support/alerts-builders.ts';
import type { DeliveryWorld } from '../../../support/alerts-delivery-world.ts';
import { accepted, beginMs, ends, inTurn, unavailable, worldOf } from './answers.ts';

function many(count: number, given: Partial<Notice> = {}): readonly Notice[] {
  return Array.from({ length: count }, (_, at) =>
    aNotice({ dedupKey: `rp-${given.severity ?? 'page'}-${at}`, ...given }),
  );
}

function publish(world: DeliveryWorld, notices: readonly Notice[]): void {
  for (const notice of notices) world.publish(notice);
}

/** The most attempts that began within any minute. */
function busiestMinute({ attempts }: DeliveryWorld): number {
  const times = attempts.map(({ atMs }) => atMs);
  return Math.max(
    ...times.map((from) => times.filter((at) => at >= from && at < from + 60_000).length),
  );
}

describe('a receiver that asks for quiet gets it', () => {
  test('scenario 33: 429 with Retry-After: all its keys wait at least that long, others do not', () => {
    const busy = { result: 'retry', status: 429, retryAfterMs: 30_000 } as const;
    const limited = worldOf(inTurn(busy, accepted));
    const other = worldOf(() => accepted);
    for (const world of [limited, other]) {
      world.publish(aNotice({ dedupKey: 'rp-1' }));
      world.advance(100);
      world.publish(aNotice({ dedupKey: 'rp-2', atMs: world.nowMs }));
      world.advance(60_000);
    }
    expect(limited.attempts.map(({ atMs, dedupKey }) => [atMs - beginMs, dedupKey])).toEqual([
      [0, 'rp-1'],
      [30_100, 'rp-1'],
      [30_100, 'rp-2'],
    ]);
    expect(limited.deliveries[0]?.nextAttemptMs).toBe(1_030_050);
    expect(other.attempts.map(({ atMs }) => atMs - beginMs)).toEqual([0, 100]);
  });

  test('a 429 that names no time speaks for the whole receiver as well', () => {
    const world = worldOf(inTurn({ result: 'retry', status: 429 }, accepted), { retryMs: 8_000 });
    world.publish(aNotice({ dedupKey: 'rp-1' }));
    world.advance(100);
    world.publish(aNotice({ dedupKey: 'rp-2' }));
    world.advance(5_000);
    expect(world.attempts).toHaveLength(1);
    world.advance(5_000);
    expect(world.attempts).toHaveLength(3);
  });

  test('a receiver that asks for a year is asked again when we would give up', () => {
    const world = worldOf(
      inTurn({ result: 'retry', status: 429, retryAfterMs: 31_536_000_000 }, accepted),
      { giveUpAfterMs: 600_000 },
    );
    world.publish(aNotice({ dedupKey: 'rp-1' }));
    world.advance(1_000);
    world.publish(aNotice({ dedupKey: 'rp-2' }));
    world.advance(700_000);
    expect(ends(world)).toEqual(['1 trigger deadLettered', '1 trigger delivered']);
  });
});

describe('a minute has only so many slots', () => {
  test('scenario 34: 500 alerts at once: at most 120 calls a minute, and resolves get through', () => {
    const world = worldOf(() => accepted, { ratePerMinute: 120, concurrency: 4 });
    publish(
      world,
      many(40, { dedupKey: 'rp-old' }).map((n, at) => ({ ...n, dedupKey: `rp-old-${at}` })),
    );
    world.advance(61_000);
    publish(world, many(500));
    publish(
      world,
      many(40, { action: 'resolve', seq: 2 }).map((n, at) => ({ ...n, dedupKey: `rp-old-${at}` })),
    );
    const from = world.attempts.length;
    world.advance(70_000);
    const first = world.attempts.slice(from, from + 120).map(({ action }) => action);
    expect(first.filter((action) => action === 'resolve')).toHaveLength(30);
    for (let at = 0; at < 120; at += 4) expect(first.slice(at, at + 4)).toContain('trigger');
    world.advance(300_000);
    expect(busiestMinute(world)).toBe(120);
    expect(world.sents.every(({ outcome }) => outcome === 'delivered')).toBe(true);
    expect(world.sents).toHaveLength(580);
  });

  test('scenario 34: a resolve that waits for a slot makes its own waiting trigger unnecessary', () => {
    const world = worldOf(() => accepted, { ratePerMinute: 120 });
    publish(world, many(500));
    world.advance(1_000);
    publish(world, many(500, { seq: 2, action: 'resolve' }));
    world.advance(200_000);
    expect(world.attempts).toHaveLength(240);
    expect(world.sents.filter(({ outcome }) => outcome === 'superseded')).toHaveLength(760);
    expect([...world.model.held.values()]).not.toContain('open');
  });

  test('pages go before resolves, resolves before tickets, tickets before what is only to be read', () => {
    const world = worldOf(() => accepted, { concurrency: 1 });
    const say = (dedupKey: string, given: Partial<Notice>) =>
      world.publish(aNotice({ dedupKey, ...given }));
    say('rp-known', {});
    world.advance(1_000);
    say('rp-first', {});
    say('rp-info', { severity: 'info' });
    say('rp-change', { action: 'change', reason: 'change' });
    say('rp-ticket', { severity: 'ticket' });
    say('rp-known', { seq: 2, action: 'resolve' });
    say('rp-page-late', { atMs: beginMs + 900 });
    say('rp-page', { atMs: beginMs + 800 });
    world.advance(10_000);
    expect(world.attempts.map(({ dedupKey }) => dedupKey).slice(2)).toEqual([
      'rp-page',
      'rp-page-late',
      'rp-known',
      'rp-ticket',
      'rp-info',
      'rp-change',
    ]);
  });

  test('a repeat is urgent as long as nobody heard what it repeats', () => {
    const world = worldOf(() => accepted, { concurrency: 1 });
    world.publish(aNotice({ dedupKey: 'rp-heard' }));
    world.advance(1_000);
    world.publish(aNotice({ dedupKey: 'rp-busy' }));
    world.publish(aNotice({ dedupKey: 'rp-heard', seq: 2, reason: 'repeat' }));
    world.publish(aNotice({ dedupKey: 'rp-ticket', severity: 'ticket' }));
    world.publish(aNotice({ dedupKey: 'rp-unheard' }));
    world.publish(aNotice({ dedupKey: 'rp-unheard', seq: 2, reason: 'repeat' }));
    world.advance(1_000);
    expect(world.attempts.map(({ dedupKey }) => dedupKey)).toEqual([
      'rp-heard',
      'rp-busy',
      'rp-unheard',
      'rp-ticket',
      'rp-heard',
    ]);
  });

  test('what the owner before sent counts in the same minute', () => {
    const world = worldOf(() => accepted, { ratePerMinute: 10 });
    publish(world, many(20));
    world.advance(5_000);
    world.crash();
    world.start();
    world.advance(50_000);
    expect(world.attempts).toHaveLength(10);
    world.advance(10_000);
    expect(world.attempts).toHaveLength(20);
    expect(world.status.sentLastMinute).toBe(10);
  });
});

describe('a dead receiver is not hammered', () => {
  test('ten thousand wait, and it is asked with one at a time, ever more slowly', () => {
    const world = worldOf(() => ({ ...unavailable, afterMs: 1 }), { concurrency: 8 });
    publish(world, many(10_000));
    world.advance(600_000);
    expect(world.status).toMatchObject({ down: true, waiting: 10_000, held: 10_000 });
    expect(world.attempts.length).toBeLessThan(40);
    const late = world.attempts.filter(({ atMs }) => atMs > beginMs + 300_000);
    const gaps = late.slice(1).map(({ atMs }, at) => atMs - (late[at]?.atMs ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(30_000);
  });

  test('it comes back: one yes, and everybody goes', () => {
    const world = worldOf(() => unavailable, { concurrency: 8, retryMaxMs: 4_000 });
    publish(world, many(100));
    world.advance(60_000);
    expect(world.status.down).toBe(true);
    world.answer = () => accepted;
    world.advance(8_000);
    expect(world.status).toMatchObject({ down: false, waiting: 0 });
    expect(ends(world)).toHaveLength(100);
  });

  test('when it comes back nobody waits as long as they meant to while it was away', () => {
    const world = worldOf(() => unavailable, { retryMaxMs: 600_000 });
    publish(world, many(2));
    world.advance(60_000);
    const patient = world.deliveries.slice(-2).map(({ nextAttemptMs }) => nextAttemptMs ?? 0);
    expect(Math.min(...patient)).toBeGreaterThan(beginMs + 90_000);
    world.publish(aNotice({ dedupKey: 'rp-third' }));
    world.advance(100);
    expect(world.status.down).toBe(true);
    world.answer = () => accepted;
    world.advance(5_000);
    expect(ends(world)).toHaveLength(3);
  });

  test('ten thousand cost no more each than a few do', () => {
    const world = worldOf(() => accepted, { concurrency: 8, ratePerMinute: 120 });
    const startedMs = performance.now();
    publish(world, many(10_000));
    world.advance(60_000);
    expect(performance.now() - startedMs).toBeLessThan(20_000);
    expect(world.status.waiting).toBe(9_880);
  });
});

test('a page that comes after a burst of tickets does not wait for the minute to pass', () => {
  const world = worldOf(() => accepted, { ratePerMinute: 10, concurrency: 4 });
  publish(world, many(30, { severity: 'ticket' }));
  world.advance(1_000);
  expect(world.attempts).toHaveLength(8);
  world.publish(aNotice({ dedupKey: 'rp-late-page', atMs: world.nowMs }));
  world.advance(1_000);
  expect(world.attempts.at(-1)?.dedupKey).toBe('rp-late-page');
  world.advance(120_000);
  expect(busiestMinute(world)).toBeLessThanOrEqual(10);
});
