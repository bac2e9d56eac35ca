// Signals out of partials: ratios, counts and coverage. A partial is a level of one events partition,
// so the group's level is the sum over the latest of each partition, and hearing one twice changes
// nothing. Counts for burn rates are another matter, since they are added up: each partition's window
// is taken once per its own length, never overlapping, so the totals are exact per window.

import type { Partial } from '@regionpilot/protocol';
import type { Fact } from '../../fact.ts';
import { type Counts, type Heard, ratioOf } from './sample.ts';
import { type GroupWorld, groupOf, type LastDecision, type Level, type World } from './world.ts';

/** Length of the window behind `raw`, ms: the aggregator's default long window. */
export const windowMs = 2_000;
/** A partition nobody speaks for any more says nothing about the present. ms. */
const levelAgeMs = 60_000;

export function hearPartial(
  world: World,
  { partial, atMs }: Extract<Fact, { readonly kind: 'partial' }>,
  nowMs: number,
  heard: Heard,
): void {
  if (nowMs - atMs > levelAgeMs) return;
  const group = groupOf(world, partial.group, atMs);
  const known = group.levels.get(partial.partition);
  if (known !== undefined && isOlder(partial, atMs, known)) return;
  group.heardMs = Math.max(group.heardMs, atMs);
  const level = levelOf(partial, atMs);
  group.levels.set(partial.partition, level);
  sayRegions(group, Object.keys(level.counts), heard);
  sayHomes(group, known, level, heard);
  sayCounts(group, partial.partition, level, heard);
}

/** Levels nobody renews are dropped; what they spoke for falls silent. */
export function ageLevels({ levels }: GroupWorld, nowMs: number): void {
  for (const [partition, { heardMs }] of levels) {
    if (nowMs - heardMs > levelAgeMs) levels.delete(partition);
  }
}

/** What callers of the whole group see in the recent window. */
export function groupCounts(group: GroupWorld): Counts {
  let sum: Counts = [0, 0];
  for (const level of group.levels.values()) sum = add(sum, callersIn(group, level));
  return sum;
}

/**
 * A region that nobody is sent to has no callers: what fails there are clients looking whether it is
 * back, and with little traffic they would drown out that the failover helped everybody.
 */
function callersIn({ decision }: GroupWorld, { counts }: Level): Counts {
  let sum: Counts = [0, 0];
  for (const [region, each] of Object.entries(counts)) {
    if (isUsed(decision, region)) sum = add(sum, each);
  }
  return sum;
}

function isUsed(decision: LastDecision | null, region: string): boolean {
  if (decision === null) return true;
  const rows = [decision.admit, ...Object.values(decision.homes)];
  return rows.some((row) => (own(row, region) ?? 0) > 0);
}

export function engagedIn({ levels }: GroupWorld, region: string): number {
  let sum = 0;
  for (const { engaged } of levels.values()) sum += own(engaged, region) ?? 0;
  return sum;
}

/** Arrival decides between owners; within one owner also its own count. */
function isOlder(partial: Partial, atMs: number, known: Level): boolean {
  if (atMs < known.heardMs) return true;
  return partial.owner === known.owner && partial.seq <= known.seq && partial.atMs <= known.atMs;
}

function levelOf(partial: Partial, heardMs: number): Level {
  const counts: Record<string, Counts> = {};
  const engaged: Record<string, number> = {};
  for (const cell of partial.cells) {
    counts[cell.region] = add(own(counts, cell.region) ?? [0, 0], cell.raw);
    engaged[cell.region] = (own(engaged, cell.region) ?? 0) + cell.engaged;
  }
  const { owner, seq, atMs, homes, applied } = partial;
  return { owner, seq, atMs, heardMs, counts, engaged, homes, applied };
}

function sayRegions(group: GroupWorld, regions: readonly string[], heard: Heard): void {
  for (const region of regions) {
    let sum: Counts = [0, 0];
    for (const { counts } of group.levels.values()) sum = add(sum, own(counts, region) ?? [0, 0]);
    const value = ratioOf(sum);
    if (value === null) continue;
    heard.samples.push({
      signal: 'regionErrorRatio',
      labels: { group: group.group, region },
      value,
    });
  }
}

/**
 * A home whose clients said goodbye is gone and says so: it went with everybody reporting. One that
 * vanished while nobody reported just fell silent, and silence is not health.
 */
function sayHomes(group: GroupWorld, before: Level | undefined, level: Level, heard: Heard): void {
  const homes = new Set([...Object.keys(level.homes), ...Object.keys(before?.homes ?? {})]);
  for (const home of homes) {
    const labels = { group: group.group, home };
    const [reporting, known] = reportingIn(group, home);
    if (known > 0) {
      heard.samples.push({ signal: 'agentsReporting', labels, value: reporting / known });
    } else if ((own(before?.homes ?? {}, home)?.[0] ?? 0) > 0) {
      heard.samples.push({ signal: 'agentsReporting', labels, value: null });
    }
  }
}

export function reportingIn({ levels }: GroupWorld, home: string): readonly [number, number] {
  let reporting = 0;
  let known = 0;
  for (const { homes } of levels.values()) {
    const [now, lately] = own(homes, home) ?? [0, 0];
    reporting += now;
    known += lately;
  }
  return [reporting, known];
}

function sayCounts(group: GroupWorld, partition: number, level: Level, heard: Heard): void {
  const countedMs = group.countedMs.get(partition);
  if (countedMs !== undefined && level.atMs - countedMs < windowMs) return;
  group.countedMs.set(partition, level.atMs);
  const labels = { group: group.group };
  const own = callersIn(group, level);
  heard.samples.push({ signal: 'groupErrors', labels, value: own });
  const ratio = ratioOf(groupCounts(group));
  if (ratio !== null) heard.samples.push({ signal: 'groupErrorRatio', labels, value: ratio });
}

function add(a: Counts, b: Counts): Counts {
  return [a[0] + b[0], a[1] + b[1]];
}

/** A region may be called `constructor`. */
function own<Each>(record: Readonly<Record<string, Each>>, name: string): Each | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}
