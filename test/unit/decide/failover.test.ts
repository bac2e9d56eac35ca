import { describe, expect, test } from 'vitest';
import { type Fleet, Owner } from '../../support/owner.ts';

const calm: Fleet = {
  eu: { clients: 40, sees: { eu: { ok: 400 }, us: { ok: 40 } } },
};
const euDead: Fleet = {
  eu: { clients: 40, sees: { eu: { down: 38 }, us: { ok: 40 } } },
};

describe('leaving a dead region', () => {
  test('a quorum that holds for two ticks moves everybody once', () => {
    const owner = new Owner().settled(calm);
    owner.hears(10_000, euDead);
    expect(owner.reasons).toEqual(['initial']);
    owner.hears(10_100, euDead);
    expect(owner.reasons).toEqual(['initial', 'regionDown']);
    expect(owner.last.admit).toEqual({ eu: 0, us: 10_000 });
    expect(owner.last.epoch).toBe(2);
    owner.hearsFor(10_200, 20_000, euDead);
    expect(owner.reasons).toHaveLength(2);
  });

  test('a quorum that breaks off after one tick moves nobody', () => {
    const owner = new Owner().settled(calm);
    owner.hears(10_000, euDead);
    owner.hearsFor(10_100, 15_000, calm);
    expect(owner.reasons).toEqual(['initial']);
  });

  test('one sick client of forty is named, and nobody moves', () => {
    const owner = new Owner().settled(calm);
    owner.hearsFor(10_000, 20_000, {
      eu: { clients: 40, sees: { eu: { down: 1, ok: 390 }, us: { ok: 40 } } },
    });
    expect(owner.reasons).toEqual(['initial']);
    expect(owner.events.filter(({ kind }) => kind === 'clientSetAside')).toHaveLength(1);
  });

  test('the first votes of a real outage are not called one client’s fault', () => {
    const owner = new Owner().settled(calm);
    owner.hears(10_000, {
      eu: { clients: 40, sees: { eu: { down: 1, ok: 390 }, us: { ok: 40 } } },
    });
    owner.hearsFor(10_050, 20_000, euDead);
    expect(owner.events.filter(({ kind }) => kind === 'clientSetAside')).toEqual([]);
  });

  test('many voters in a single failure domain are no quorum where there are two', () => {
    const owner = new Owner().settled(calm);
    owner.hearsFor(10_000, 12_000, {
      eu: { clients: 40, sees: { eu: { down: 20, downDomains: ['zone-a'] }, us: { ok: 40 } } },
    });
    expect(owner.reasons).toEqual(['initial']);
  });

  test('clients that fail everywhere are set aside, unless most are like that', () => {
    const few: Fleet = {
      eu: { clients: 40, sees: { eu: { everywhere: 12 }, us: { everywhere: 12 } } },
    };
    const owner = new Owner().settled(calm);
    owner.hearsFor(10_000, 12_000, few);
    expect(owner.reasons).toEqual(['initial']);
    const most: Fleet = {
      eu: { clients: 40, sees: { eu: { everywhere: 39 }, us: { everywhere: 39 } } },
    };
    owner.hearsFor(12_000, 14_000, most);
    expect(owner.last.noSafeTarget).toBe(true);
  });

  test('three failures a second in the whole fleet are judged by confidence, not by count', () => {
    const thin: Fleet = {
      eu: { clients: 10, sees: { eu: { failed: 6, ok: 0, failing: 5 }, us: { ok: 6 } } },
    };
    const quiet: Fleet = { eu: { clients: 10, sees: { eu: { ok: 6 }, us: { ok: 6 } } } };
    const owner = new Owner().settled(quiet);
    owner.hearsFor(10_000, 11_000, thin);
    expect(owner.last.reason).toBe('regionDown');
    expect(owner.last.evidence[0]?.rule).toBe('pooledRatio');
  });

  test('two failures of two are too few to move anybody', () => {
    const quiet: Fleet = { eu: { clients: 10, sees: { eu: { ok: 6 }, us: { ok: 6 } } } };
    const owner = new Owner().settled(quiet);
    owner.hearsFor(10_000, 12_000, {
      eu: { clients: 10, sees: { eu: { failed: 2, ok: 0, failing: 2 }, us: { ok: 6 } } },
    });
    expect(owner.reasons).toEqual(['initial']);
  });

  test('three failing clients of forty in three domains are still no quorum', () => {
    const owner = new Owner().settled(calm);
    owner.hearsFor(10_000, 12_000, {
      eu: { clients: 40, sees: { eu: { down: 3, ok: 370 }, us: { ok: 40 } } },
    });
    expect(owner.reasons).toEqual(['initial']);
    expect(owner.state.health['*']?.['eu']?.kind).toBe('suspect');
  });

  test('many clients with a few failures each among many answers move nobody', () => {
    const owner = new Owner().settled(calm);
    owner.hearsFor(10_000, 12_000, {
      eu: { clients: 40, sees: { eu: { ok: 360, failed: 40, failing: 30 }, us: { ok: 40 } } },
    });
    expect(owner.reasons).toEqual(['initial']);
  });

  test('a decision carries its evidence and the state it was made from', () => {
    const owner = new Owner().settled(calm);
    owner.hearsFor(10_000, 10_200, euDead);
    expect(owner.last.evidence[0]).toMatchObject({
      region: 'eu',
      voters: 38,
      quorum: 10,
      rule: 'connectivity',
      domains: ['zone-a', 'zone-b', 'zone-c'],
    });
    const decided = owner.events.find(({ kind }) => kind === 'decided');
    expect(decided).toMatchObject({ rejected: [{ region: 'eu', why: 'it is down' }] });
  });
});

describe('homes that see a region differently', () => {
  const both: Fleet = {
    eu: { clients: 30, sees: { eu: { ok: 300 }, us: { ok: 30 } } },
    us: { clients: 30, sees: { eu: { ok: 30 }, us: { ok: 300 } } },
  };

  test('a cut between two places moves only the clients that cannot reach the region', () => {
    const owner = new Owner().settled(both);
    owner.hearsFor(10_000, 12_000, {
      eu: { clients: 30, sees: { eu: { ok: 300 }, us: { ok: 30 } } },
      us: { clients: 30, sees: { eu: { down: 30 }, us: { ok: 300 } } },
    });
    expect(owner.reasons).toEqual(['initial', 'regionDownFromHome']);
    expect(owner.last.admit).toEqual({ eu: 10_000, us: 10_000 });
    expect(owner.last.homes).toEqual({ us: { eu: 0, us: 10_000 } });
  });

  test('a region that dies for all is left by all in one decision', () => {
    const owner = new Owner().settled(both);
    owner.hears(10_000, {
      eu: { clients: 30, sees: { eu: { down: 30 }, us: { ok: 30 } } },
      us: { clients: 30, sees: { eu: { ok: 30 }, us: { ok: 300 } } },
    });
    owner.hearsFor(10_100, 12_000, {
      eu: { clients: 30, sees: { eu: { down: 30 }, us: { ok: 30 } } },
      us: { clients: 30, sees: { eu: { down: 28 }, us: { ok: 300 } } },
    });
    expect(owner.reasons).toEqual(['initial', 'regionDown']);
    expect(owner.last.homes).toEqual({});
  });
});
