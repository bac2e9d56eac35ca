import { policyDefaults } from '@regionpilot/aggregator';
import { expect, test } from 'vitest';
import { Changes, newestEntries } from '../../../api/model/changes.ts';
import { World } from '../../../api/model/world.ts';
import { evidence } from '../../support/alerts-facts.ts';
import { beatOf, cellOf, group, incidentOf, partialOf } from '../../support/api-records.ts';
import { decision } from '../../support/decisions.ts';

const around = {
  bus: { kind: 'embedded', ok: true, text: 'reachable' },
  followers: { live: 0, relay: 0 },
} as const;
const start = 1_000_000_000;

const first = decision({
  group,
  atMs: start,
  regions: ['eu-west', 'us-east'],
  admit: { 'eu-west': 10_000, 'us-east': 10_000 },
});

function healthyWorld(): World {
  const world = new World();
  world.takeDecision(first);
  world.takeHeartbeat('__heartbeat/0', beatOf(start), start);
  world.takePartial(partialOf(start), start);
  return world;
}

function leaving(world: World, atMs: number): void {
  const incident = `${group}/${atMs}`;
  const seen = { region: 'eu-west', home: '*', evidence: evidence() } as const;
  world.takeIncident(
    incidentOf(atMs, { kind: 'healthChanged', from: 'healthy', to: 'down', ...seen }, { incident }),
    { partition: 0, offset: 1 },
  );
  const left = decision({
    ...first,
    epoch: 2,
    atMs: atMs + 150,
    reason: 'regionDown',
    text: 'eu-west is down, moving to us-east',
    admit: { 'eu-west': 0, 'us-east': 10_000 },
    health: { 'eu-west': 'down', 'us-east': 'healthy' },
    incident,
  });
  const replay = { state: { secret: 1 }, input: {}, policy: policyDefaults };
  world.takeIncident(
    incidentOf(atMs + 150, { kind: 'decided', decision: left, rejected: [], replay }, { incident }),
    { partition: 0, offset: 2 },
  );
  world.takeDecision(left);
}

test('a quiet group shows its regions, its clients and nothing that suspends it', () => {
  const state = healthyWorld().groupState(group, start + 100);
  expect(state).toMatchObject({
    epoch: 1,
    clients: { reporting: 10, known: 10 },
    convergence: { applied: 10, share: 1 },
    suspended: [],
    automation: 'enforce',
    dataAgeMs: 100,
    heartbeatAgeMs: 100,
    incident: null,
  });
  expect(state?.regions[0]).toMatchObject({
    region: 'eu-west',
    admit: 10_000,
    connected: 10,
    opsPerSecond: 1_000,
    errorRatio: 0,
  });
});

test('a region that died is told with its incident, and the brain’s state stays out of the page', () => {
  const world = healthyWorld();
  leaving(world, start + 1_000);
  const state = world.groupState(group, start + 1_200);
  expect(state).toMatchObject({ epoch: 2, incident: `${group}/${start + 1_000}` });
  expect(state?.regions[0]).toMatchObject({ health: 'down', admit: 0, sinceMs: start + 1_000 });
  const [incident] = world.incidents();
  expect(incident).toMatchObject({
    title: 'eu-west down: eu-west is down, moving to us-east',
    decidedAfterMs: 150,
    convergedAfterMs: null,
    closedMs: null,
    entries: 2,
  });
  expect(JSON.stringify(newestEntries(world, 10))).not.toContain('secret');
});

test('a late word of a fenced owner does not take a decision back', () => {
  const world = healthyWorld();
  world.takeDecision(decision({ ...first, term: 3, epoch: 5 }));
  world.takeDecision(decision({ ...first, term: 2, epoch: 9 }));
  expect(world.groupState(group, start)).toMatchObject({ term: 3, epoch: 5 });
});

test('data that stopped coming is old data: its clients are known and do not report', () => {
  const state = healthyWorld().groupState(group, start + 20_000);
  expect(state).toMatchObject({
    clients: { reporting: 0, known: 10 },
    convergence: { applied: 0, share: null },
    dataAgeMs: 20_000,
  });
  expect(state?.suspended).toEqual(['its decider aggregator-1 is silent for 20s']);
});

test('an order that ended by itself is not in force, and the strictest of two counts', () => {
  const world = healthyWorld();
  const order = {
    v: 1,
    atMs: start,
    author: 'dana',
    reason: 'upgrade',
    hold: null,
    overrideRules: [],
  } as const;
  const expiresMs = start + 60_000;
  world.takeOverride(group, { ...order, group, expiresMs, automation: 'shadow' });
  world.takeOverride('*', { ...order, group: '*', expiresMs: start + 10_000, automation: 'off' });
  expect(world.groupState(group, start)?.automation).toBe('off');
  expect(world.groupState(group, start + 10_000)).toMatchObject({ automation: 'shadow' });
  expect(world.groupState(group, start + 60_000)).toMatchObject({
    automation: 'enforce',
    orders: [],
  });
});

test('latency is what happened between two partials, not what the folder counted in its life', () => {
  const world = healthyWorld();
  const later = (latency: readonly number[], owner = 'aggregator-1') =>
    partialOf(start + 500, { owner, cells: [cellOf({ latency })] });
  world.takePartial(later([100, 10, 200, 10]), start + 500);
  // 2^(201/16) µs.
  expect(world.groupState(group, start + 600)?.regions[0]?.p50Ms).toBeCloseTo(6.05, 1);
  // Another folder begins to count anew: its first word says nothing of the time between.
  world.takePartial(later([300, 1_000], 'aggregator-2'), start + 1_500);
  expect(world.groupState(group, start + 1_600)?.regions[0]?.p99Ms).toBeCloseTo(6.05, 1);
  expect(world.groupState(group, start + 12_000)?.regions[0]?.p50Ms).toBeNull();
});

test('the history of a region is one point a second for a minute', () => {
  const world = healthyWorld();
  for (let ms = 100; ms <= 90_000; ms += 100) world.takePartial(partialOf(start + ms), start + ms);
  const history = world.groupState(group, start + 90_000)?.regions[0]?.history;
  expect(history?.atMs).toHaveLength(60);
  expect(history?.atMs.at(-1)).toBe(start + 90_000);
  expect(history?.opsPerSecond.at(-1)).toBe(1_000);
});

test('every memory is bounded: 2,000 entries, 200 incidents, and news nobody took', () => {
  const world = healthyWorld();
  for (let i = 0; i < 5_000; i++) {
    const atMs = start + i;
    const record = incidentOf(atMs, { kind: 'closed', openedMs: atMs }, { incident: `g/${atMs}` });
    world.takeIncident(record, { partition: 0, offset: i });
  }
  const timeline = world.groups.get(group)?.timeline;
  expect(timeline?.entries).toHaveLength(2_000);
  expect(timeline?.truncated).toBe(true);
  expect(world.incidents()).toHaveLength(200);
  expect(world.takeNews(600).timeline).toHaveLength(600);
  expect(world.takeNews(600).timeline).toHaveLength(400);
  for (let i = 0; i < 1_500; i++) world.takeDecision(decision({ ...first, group: `g${i}` }));
  expect(world.groups.size).toBe(1_000);
});

test('what matters is told within 100 ms, numbers that drift twice a second, silence once a second', () => {
  const world = healthyWorld();
  const changes = new Changes(world);
  const told = (ms: number) =>
    changes.take(around, null, start + ms).filter(({ kind }) => kind === 'group').length;
  expect(told(0)).toBe(1);
  const drift = (ms: number) => world.takePartial(partialOf(start + ms), start + ms);
  drift(100);
  expect(told(100)).toBe(0);
  drift(400);
  expect(told(400)).toBe(0);
  expect(told(500)).toBe(1);
  world.takePartial(partialOf(start + 600, { stragglers: ['client-1'] }), start + 600);
  expect(told(550)).toBe(0);
  expect(told(600)).toBe(1);
  expect(told(1_500)).toBe(0);
  expect(told(1_600)).toBe(1);
});

test('an incident that gets three entries at once is told once, its entries each', () => {
  const world = healthyWorld();
  const changes = new Changes(world);
  changes.take(around, null, start);
  leaving(world, start + 1_000);
  const kinds = changes.take(around, null, start + 1_200).map(({ kind }) => kind);
  expect(kinds.filter((kind) => kind === 'timeline')).toHaveLength(2);
  expect(kinds.filter((kind) => kind === 'incident')).toHaveLength(1);
  expect(changes.take(around, null, start + 1_210)).toEqual([]);
});
