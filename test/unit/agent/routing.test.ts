import { describe, expect, test } from 'vitest';
import { type RoutingInput, routeFrom, sameRoute } from '../../../agent/routing.ts';
import { decision } from './build.ts';

const input: RoutingInput = {
  group: 'cache',
  regions: ['eu', 'us', 'asia'],
  home: 'us',
  bucket: 500,
  held: null,
  origin: 'log',
  stale: false,
  breakerTo: null,
  current: null,
};

describe('before any decision', () => {
  test('a client uses its home, and every region would have it', () => {
    expect(routeFrom(input)).toEqual({
      group: 'cache',
      region: 'us',
      admitted: ['us', 'eu', 'asia'],
      version: { term: 0, epoch: 0 },
      source: 'default',
      stale: false,
      noSafeTarget: false,
    });
  });

  test('a client that lives elsewhere uses the first region of the config', () => {
    expect(routeFrom({ ...input, home: 'moon' }).region).toBe('eu');
  });
});

describe('under a decision', () => {
  test('home counts only while it admits this client', () => {
    const away = decision({ epoch: 4, admit: { eu: 10_000, us: 0 } });
    expect(routeFrom({ ...input, held: away })).toMatchObject({
      region: 'eu',
      admitted: ['eu'],
      version: { term: 1, epoch: 4 },
      source: 'log',
    });
  });

  test('a ramp of one percent takes the clients of its bucket and leaves the rest', () => {
    const ramp = decision({ admit: { eu: 10_000, us: 100 } });
    expect(routeFrom({ ...input, held: ramp, bucket: 99 }).region).toBe('us');
    expect(routeFrom({ ...input, held: ramp, bucket: 100 }).region).toBe('eu');
  });

  test('a home with a row of its own follows that row', () => {
    const split = decision({ homes: { us: { eu: 10_000, us: 0 } } });
    expect(routeFrom({ ...input, held: split }).region).toBe('eu');
    expect(routeFrom({ ...input, held: split, home: 'eu' }).region).toBe('eu');
  });

  test('a region our config does not name is passed over', () => {
    const newer = decision({
      regions: ['mars', 'eu', 'us'],
      admit: { mars: 10_000, eu: 10_000, us: 0 },
    });
    expect(routeFrom({ ...input, held: newer })).toMatchObject({ region: 'eu', admitted: ['eu'] });
  });

  test('sent only to regions we do not know, a client stays where it is and says so', () => {
    const newer = decision({ regions: ['mars', 'eu', 'us'], admit: { mars: 10_000 } });
    expect(routeFrom({ ...input, held: newer, current: 'eu' })).toMatchObject({
      region: 'eu',
      admitted: [],
      noSafeTarget: true,
    });
  });

  test('the breaker leads elsewhere without changing what was decided', () => {
    expect(routeFrom({ ...input, held: decision(), stale: true, breakerTo: 'eu' })).toMatchObject({
      region: 'eu',
      admitted: ['us', 'eu'],
      source: 'breaker',
      stale: true,
    });
  });
});

test('two snapshots that say the same are the same, and each field counts', () => {
  const route = routeFrom({ ...input, held: decision() });
  expect(sameRoute(route, routeFrom({ ...input, held: decision() }))).toBe(true);
  const others = [
    { region: 'asia' },
    { source: 'cache' as const },
    { stale: true },
    { noSafeTarget: true },
    { version: { term: 1, epoch: 2 } },
    { admitted: ['us'] },
  ];
  for (const other of others) expect(sameRoute(route, { ...route, ...other })).toBe(false);
});
