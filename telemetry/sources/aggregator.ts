// What an aggregator says, as samples. Parts know nothing of names and labels; this does.

import { decisionReasons, safetyRules } from '@regionpilot/protocol';
import { distribution, flag, type Sample, sample } from '../sample.ts';
import { placeOf } from './places.ts';
import { type Counts, withZeros } from './zeros.ts';

type ByName = Readonly<Record<string, number>>;

const health = { healthy: 0, suspect: 1, down: 2, unknown: 3 } as const;

/** The plain numbers of `Aggregator.metrics()`, as far as they are exported. */
export type AggregatorReading = {
  readonly nowMs: number;
  readonly partitions: readonly PartitionReading[];
  readonly regions: readonly RegionReading[];
  readonly groups: readonly GroupReading[];
  readonly decisions: Counts;
  readonly refusals: Counts;
  readonly records: Counts;
  readonly stages: readonly (readonly [string, string, ArrayLike<number>])[];
  readonly heartbeats: ByName;
  readonly waiting: ByName;
  readonly dropped: ByName;
  readonly publishFailures: ByName;
  readonly deadLetters: ByName;
  readonly rebalances: ByName;
};

type PartitionReading = {
  readonly partition: number;
  readonly accounts: Readonly<Record<AccountName | 'lagRecords', number>>;
  readonly watermarkMs: number | null;
  readonly lastEventMs: number | null;
  readonly warm: boolean;
  readonly clients: number;
};

type AccountName =
  | 'batches'
  | 'rows'
  | 'duplicates'
  | 'rejected'
  | 'gaps'
  | 'declaredDrops'
  | 'late'
  | 'clamped';

type RegionReading = {
  readonly group: string;
  readonly region: string;
  readonly answered: number;
  readonly failed: number;
  readonly errors: Readonly<Partial<Record<string, number>>>;
  readonly latency: ArrayLike<number>;
};

type GroupReading = {
  readonly group: string;
  readonly term: number;
  readonly epoch: number;
  readonly noSafeTarget: boolean;
  readonly incidentOpen: boolean;
  readonly movesLastDay: number;
  readonly tilt: readonly string[];
  readonly holdExpiresMs: number | null;
  readonly reporting: number;
  readonly applied: number;
  readonly homes: Readonly<Record<string, readonly [number, number]>>;
  readonly admitted: Readonly<Record<string, ByName>>;
  readonly regions: readonly {
    readonly region: string;
    readonly health: keyof typeof health;
    readonly connected: number;
    readonly down: number;
    readonly stalledMs: number;
  }[];
};

export function aggregatorSamples(reading: AggregatorReading): readonly Sample[] {
  const { nowMs, partitions, regions, groups } = reading;
  const names = new Set([
    ...regions.map(({ region }) => region),
    ...groups.flatMap((group) => group.regions.map(({ region }) => region)),
  ]);
  return [
    ...[...names].map((region) =>
      sample('regionpilot.region.info', { region, ...placeOf(region) }, 1),
    ),
    ...regions.flatMap(regionSamples),
    ...groups.flatMap(groupSamples),
    ...partitions.flatMap((partition) => partitionSamples(partition, nowMs)),
    ...lastEvent(partitions),
    ...decisionSamples(reading),
    ...topicSamples('aggregator', reading),
  ];
}

function regionSamples({
  group,
  region,
  answered,
  failed,
  errors,
  latency,
}: RegionReading): Sample[] {
  const at = { group, region };
  return [
    sample('regionpilot.connection.events', { ...at, outcome: 'success' }, answered),
    sample('regionpilot.connection.events', { ...at, outcome: 'error' }, failed),
    ...Object.entries(errors).map(([name, count]) =>
      sample('regionpilot.connection.errors', { ...at, class: name }, count ?? 0),
    ),
    distribution('regionpilot.command.duration', at, latency),
  ];
}

function groupSamples(reading: GroupReading): Sample[] {
  const { group, reporting, applied, holdExpiresMs } = reading;
  return [
    sample('regionpilot.decision.term', { group }, reading.term),
    sample('regionpilot.decision.epoch', { group }, reading.epoch),
    sample('regionpilot.no_safe_target', { group }, flag(reading.noSafeTarget)),
    sample('regionpilot.incident.open', { group }, flag(reading.incidentOpen)),
    sample('regionpilot.moves.day', { group }, reading.movesLastDay),
    sample('regionpilot.hold.active', { group }, flag(holdExpiresMs !== null)),
    ...(holdExpiresMs === null
      ? []
      : [sample('regionpilot.hold.expiry.timestamp', { group }, holdExpiresMs / 1_000)]),
    ...(reporting === 0 ? [] : [sample('regionpilot.convergence', { group }, applied / reporting)]),
    ...reading.tilt.map((reason) => sample('regionpilot.tilt', { group, reason }, 1)),
    ...Object.entries(reading.homes).flatMap(([home, [now, known]]) => [
      sample('regionpilot.clients', { group, home, state: 'reporting' }, now),
      sample('regionpilot.clients', { group, home, state: 'known' }, known),
    ]),
    ...Object.entries(reading.admitted).flatMap(([home, row]) =>
      Object.entries(row).map(([region, share]) =>
        sample('regionpilot.region.admitted', { group, home, region }, share / 10_000),
      ),
    ),
    ...reading.regions.flatMap((each) => {
      const at = { group, region: each.region };
      return [
        sample('regionpilot.region.health.state', at, health[each.health]),
        sample('regionpilot.region.connected', at, each.connected),
        sample('regionpilot.region.voters', at, each.down),
        sample('regionpilot.region.stalled', at, each.stalledMs / 1_000),
      ];
    }),
  ];
}

function partitionSamples(reading: PartitionReading, nowMs: number): Sample[] {
  const { accounts, watermarkMs, warm, clients } = reading;
  const at = { partition: String(reading.partition) };
  return [
    sample('regionpilot.pipeline.batches', at, accounts.batches),
    sample('regionpilot.pipeline.rows', at, accounts.rows),
    sample('regionpilot.pipeline.duplicates', at, accounts.duplicates),
    sample('regionpilot.pipeline.rejected', at, accounts.rejected),
    sample('regionpilot.pipeline.gaps', at, accounts.gaps),
    sample('regionpilot.pipeline.declared_drops', at, accounts.declaredDrops),
    sample('regionpilot.pipeline.late', at, accounts.late),
    sample('regionpilot.pipeline.clamped', at, accounts.clamped),
    sample('regionpilot.pipeline.lag_records', at, accounts.lagRecords),
    sample('regionpilot.pipeline.warm', at, flag(warm)),
    sample('regionpilot.pipeline.clients', at, clients),
    ...(watermarkMs === null
      ? []
      : [sample('regionpilot.pipeline.watermark.delay', at, ageSeconds(watermarkMs, nowMs))]),
  ];
}

function lastEvent(partitions: readonly PartitionReading[]): Sample[] {
  const newestMs = Math.max(0, ...partitions.map(({ lastEventMs }) => lastEventMs ?? 0));
  return newestMs === 0 ? [] : [sample('regionpilot.last_event.timestamp', {}, newestMs / 1_000)];
}

function decisionSamples(reading: AggregatorReading): Sample[] {
  const { records, stages, heartbeats, nowMs } = reading;
  const groups = reading.groups.map(({ group }) => group);
  const decisions = withZeros(reading.decisions, groups, decisionReasons);
  const refusals = withZeros(reading.refusals, groups, safetyRules);
  return [
    ...decisions.map(([group, reason, n]) => sample('regionpilot.decisions', { group, reason }, n)),
    ...refusals.map(([group, rule, n]) => sample('regionpilot.refusals', { group, rule }, n)),
    ...records.map(([group, kind, n]) =>
      sample('regionpilot.incident.records', { group, kind }, n),
    ),
    ...stages.map(([group, stage, counts]) =>
      distribution('regionpilot.failover.stage.duration', { group, stage }, counts),
    ),
    ...Object.entries(heartbeats).map(([partition, ms]) =>
      sample('regionpilot.heartbeat.age', { partition }, ageSeconds(ms, nowMs)),
    ),
  ];
}

/** What every part with outboxes says. */
export function topicSamples(
  part: 'aggregator' | 'alerts',
  reading: Pick<AggregatorReading, 'waiting' | 'dropped' | 'publishFailures' | 'deadLetters'> &
    Partial<Pick<AggregatorReading, 'rebalances'>>,
): Sample[] {
  const { waiting, dropped, publishFailures, deadLetters, rebalances = {} } = reading;
  const each = (counts: ByName, one: (topic: string, count: number) => Sample): Sample[] =>
    Object.entries(counts).map(([topic, count]) => one(topic, count));
  return [
    ...each(waiting, (topic, n) => sample('regionpilot.outbox.waiting', { part, topic }, n)),
    ...each(dropped, (topic, n) => sample('regionpilot.outbox.dropped', { part, topic }, n)),
    ...each(publishFailures, (topic, n) =>
      sample('regionpilot.publish.failures', { part, topic }, n),
    ),
    ...each(deadLetters, (topic, n) => sample('regionpilot.dead_letters', { part, topic }, n)),
    ...each(rebalances, (topic, n) => sample('regionpilot.rebalances', { part, topic }, n)),
  ];
}

/** The log's clock may run a little ahead of ours. */
function ageSeconds(sinceMs: number, nowMs: number): number {
  return Math.max(0, nowMs - sinceMs) / 1_000;
}
