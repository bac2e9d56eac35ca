import {
  at,
  type Column,
  decodeRoster,
  encodeRecord,
  presenceNames,
  type Roster,
  rosterLimits,
  rosterVerdicts,
} from '@regionpilot/protocol';
import { expect, test } from 'vitest';
import { createRosterBook, foldRosters, type RosterBook } from '../../../aggregator/fold/roster.ts';
import { type Header, Partition, type Row, ten } from './build.ts';

const calm: readonly Row[] = [
  { connection: 0, region: 'east', ok: 10 },
  { connection: 1, region: 'west', ok: 10 },
];

class Told {
  readonly partition = new Partition();
  readonly book: RosterBook = createRosterBook();

  say(atMs: number, header: Header, rows: readonly Row[] = calm): void {
    this.partition.batch(atMs, { applied: { payments: [1, 1] }, ...header }, rows);
  }

  at(nowMs: number): readonly Roster[] {
    this.partition.tick(nowMs);
    return foldRosters(this.partition.folder, this.book, nowMs);
  }

  /** The one roster told at `nowMs`, through its bytes. */
  one(nowMs: number): Roster {
    const told = this.at(nowMs);
    expect(told).toHaveLength(1);
    const decoded = decodeRoster(encodeRecord(told[0] as Roster));
    if (decoded.kind === 'invalid') throw new Error(decoded.text);
    expect(decoded.value).toEqual(told[0]);
    return decoded.value;
  }
}

const row = (roster: Roster, client: string) => {
  const i = roster.clients.indexOf(client);
  const of = (column: Column) => at(column, i);
  return {
    home: roster.homes[of(roster.home)],
    domain: roster.domains[of(roster.domain)],
    presence: presenceNames[of(roster.presence)],
    ageMs: of(roster.ageMs),
    applied: [of(roster.term), of(roster.epoch)],
    ...Object.fromEntries(
      roster.regions.map((region, r) => {
        const columns = roster.byRegion[r] as Roster['byRegion'][number];
        return [
          region,
          {
            verdict: rosterVerdicts[of(columns.verdict)],
            ready: of(columns.ready),
            answered: of(columns.answered),
            failed: of(columns.failed),
            stalledMs: of(columns.stalledMs),
          },
        ];
      }),
    ),
  };
};

test('each client says what it sees of each region, and whom it follows', () => {
  const world = new Told();
  world.say(ten, { client: 'checkout-1', home: 'east', domain: 'zone-1' });
  world.say(ten, { client: 'checkout-2', home: 'west', domain: 'zone-2' }, [
    { connection: 0, region: 'east', state: 'closed', errors: { refused: 4 } },
    { connection: 1, region: 'west', ok: 3 },
  ]);
  const roster = world.one(ten + 100);
  expect(roster).toMatchObject({ group: 'payments', partition: 0, truncated: 0 });
  expect(roster.regions).toEqual(['east', 'west']);
  expect(row(roster, 'checkout-1')).toMatchObject({
    home: 'east',
    domain: 'zone-1',
    presence: 'here',
    ageMs: 100,
    applied: [1, 1],
    east: { verdict: 'ok', ready: 1, answered: 10, failed: 0, stalledMs: 0 },
    west: { verdict: 'ok' },
  });
  expect(row(roster, 'checkout-2')).toMatchObject({
    home: 'west',
    domain: 'zone-2',
    east: { verdict: 'down', ready: 0, failed: 4 },
    west: { verdict: 'ok' },
  });
});

test('trouble comes first: who says down, who follows an older version, then by name', () => {
  const world = new Told();
  world.say(ten, { client: 'a-calm' });
  world.say(ten, { client: 'b-calm' });
  world.say(ten, { client: 'c-behind', applied: { payments: [1, 0] } });
  world.say(ten, { client: 'd-down' }, [
    { connection: 0, region: 'east', stalledMs: 700 },
    { connection: 1, region: 'west', ok: 1 },
  ]);
  world.say(ten, { client: 'e-doubts' }, [
    { connection: 0, region: 'east', ok: 8, errors: { timeout: 2 } },
  ]);
  const roster = world.one(ten + 100);
  expect(roster.clients).toEqual(['c-behind', 'd-down', 'e-doubts', 'a-calm', 'b-calm']);
  expect(row(roster, 'd-down')).toMatchObject({ east: { verdict: 'down', stalledMs: 700 } });
  expect(row(roster, 'e-doubts')).toMatchObject({
    east: { verdict: 'suspect' },
    west: { verdict: 'none' },
  });
});

test('a client that is down everywhere is told apart from the region`s fault', () => {
  const world = new Told();
  world.say(ten, {}, [
    { connection: 0, region: 'east', state: 'closed', errors: { unreachable: 1 } },
    { connection: 1, region: 'west', state: 'closed', errors: { unreachable: 1 } },
  ]);
  expect(row(world.one(ten + 100), 'checkout-1')).toMatchObject({
    east: { verdict: 'everywhere' },
    west: { verdict: 'everywhere' },
  });
});

test('silence and a goodbye differ, and a goodbye stays for a while', () => {
  const world = new Told();
  world.say(ten, { client: 'leaves' });
  world.say(ten, { client: 'falls-silent' });
  world.one(ten + 100);
  world.say(ten + 1_000, { client: 'leaves', bye: true }, []);
  for (let ms = 1_000; ms < 4_000; ms += 100) world.partition.tick(ten + ms);
  const roster = world.one(ten + 4_000);
  expect(row(roster, 'leaves')).toMatchObject({ presence: 'goodbye', east: { verdict: 'none' } });
  expect(row(roster, 'falls-silent')).toMatchObject({ presence: 'silent', ageMs: 4_000 });
  for (let ms = 4_000; ms < 70_000; ms += 1_000) world.partition.tick(ten + ms);
  expect(world.one(ten + 70_000).clients).toEqual([]);
});

test('calm is told every ten seconds, a change within one, and nothing twice a second', () => {
  const world = new Told();
  const times: number[] = [];
  for (let ms = 0; ms <= 25_000; ms += 100) {
    // Counts change all the time; that alone is no news.
    world.say(ten + ms, { client: 'one' }, [
      { connection: 0, region: 'east', ok: 1 + (ms % 7) },
      { connection: 1, region: 'west', ok: 1 },
    ]);
    if (ms >= 12_200) world.say(ten + ms, { client: 'two' });
    if (ms >= 12_300) world.say(ten + ms, { client: 'three' });
    if (world.at(ten + ms).length > 0) times.push(ms);
  }
  expect(times).toEqual([0, 10_000, 13_000, 23_000]);
});

test('a new version, a lost connection and a verdict are each news', () => {
  const world = new Told();
  const steps: readonly [Header, readonly Row[]][] = [
    [{}, calm],
    [{ applied: { payments: [1, 2] } }, calm],
    [{ applied: { payments: [1, 2] } }, [{ connection: 2, region: 'west', ok: 1 }]],
    [
      { applied: { payments: [1, 2] } },
      [
        { connection: 0, region: 'east', stalledMs: 900 },
        { connection: 1, region: 'west', ok: 1 },
      ],
    ],
  ];
  steps.forEach(([header, rows], i) => {
    world.say(ten + i * 1_000, header, rows);
    expect(world.at(ten + i * 1_000 + 10)).toHaveLength(1);
  });
  world.say(ten + 4_000, ...(steps[3] as (typeof steps)[number]));
  expect(world.at(ten + 4_010)).toEqual([]);
});

test('very many clients: the record is bounded, and what is left out is calm and counted', () => {
  const world = new Told();
  const regions = Array.from({ length: 16 }, (_, i) => `region-${'x'.repeat(100)}-${i}`);
  const long = 'c'.repeat(110);
  for (let i = 0; i < 6_000; i++) {
    const isDown = i >= 5_950;
    world.say(
      ten,
      { client: `${long}-${i}`, domain: `zone-${i}`, applied: { payments: [1e15, 1e15] } },
      regions.map((region, connection) => ({
        connection,
        region,
        ok: isDown ? 0 : 10_000_000,
        stalledMs: isDown ? 5e9 : 0,
      })),
    );
  }
  const [roster] = world.at(ten + 100) as [Roster];
  expect(encodeRecord(roster).length).toBeLessThan(4_000_000);
  expect(roster.clients.length).toBeLessThanOrEqual(rosterLimits.clients);
  expect(roster.truncated).toBe(6_000 - roster.clients.length);
  expect(roster.clients.slice(0, 50)).toContain(`${long}-5999`);
  expect(decodeRoster(encodeRecord(roster)).kind).toBe('ok');
});

test('every group is told by itself', () => {
  const world = new Told();
  world.say(ten, {}, [
    { group: 'payments', region: 'east', ok: 1 },
    { connection: 1, group: 'ledger', region: 'north', ok: 1 },
  ]);
  const told = world.at(ten + 100);
  expect(told.map(({ group, regions }) => [group, regions])).toEqual([
    ['payments', ['east']],
    ['ledger', ['north']],
  ]);
});
