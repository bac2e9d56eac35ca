// What an aggregator says, as samples. Parts know nothing of names and labels; this does.

import {
  type AggregatorReading,
  type ByName,
  decisionReasons,
  type FailoverStage,
  type GroupReading,
  orderKinds,
  type PartitionReading,
  type RegionReading,
  type SettingReading,
  safetyRules,
  type TopicsReading,
  tiltReasons,
} from '@regionpilot/protocol';
import { catalogue } from '../catalogue.ts';
import { distribution, flag, type Sample, sample } from '../sample.ts';
import { messagingSamples } from './messaging.ts';
import { placeOf } from './places.ts';
import { withZeros } from './zeros.ts';

const health = { healthy: 0, suspect: 1, down: 2, unknown: 3 } as const;

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
    ...leftOut(reading.regionsLeftOut),
    ...groups.flatMap(groupSamples),
    ...partitions.flatMap((partition) => partitionSamples(partition, nowMs)),
    ...lastEvent(partitions),
    ...decisionSamples(reading),
    ...topicSamples('aggregator', reading),
    ...rebalances('aggregator', reading.rebalances),
    ...settingSamples('aggregator', reading.settings),
  ];
}

function regionSamples({
  group,
  region,
  answered,
  failed,
  errors,
  latency,
  probes,
}: RegionReading): Sample[] {
  const at = { group, region };
  return [
    sample('regionpilot.connection.events', { ...at, outcome: 'success' }, answered),
    sample('regionpilot.connection.events', { ...at, outcome: 'error' }, failed),
    ...Object.entries(errors).map(([name, count]) =>
      sample('regionpilot.connection.errors', { ...at, class: name }, count ?? 0),
    ),
    distribution('regionpilot.command.duration', at, latency),
    sample('regionpilot.probes', { ...at, outcome: 'success' }, probes[0]),
    sample('regionpilot.probes', { ...at, outcome: 'error' }, probes[1]),
  ];
}

function groupSamples(reading: GroupReading): Sample[] {
  const { group, reporting, applied } = reading;
  return [
    sample('regionpilot.decision.term', { group }, reading.term),
    sample('regionpilot.decision.epoch', { group }, reading.epoch),
    sample('regionpilot.no_safe_target', { group }, flag(reading.noSafeTarget)),
    sample('regionpilot.incident.open', { group }, flag(reading.incidentOpen)),
    sample('regionpilot.moves.day', { group }, reading.movesLastDay),
    ...orderSamples(reading),
    ...(reporting === 0 ? [] : [sample('regionpilot.convergence', { group }, applied / reporting)]),
    ...[...new Set([...tiltReasons, ...reading.tilt])].map((reason) =>
      sample('regionpilot.tilt', { group, reason }, flag(reading.tilt.includes(reason))),
    ),
    ...Object.entries(reading.homes).flatMap(([home, [now, known]]) => [
      sample('regionpilot.clients', { group, home, state: 'reporting' }, now),
      sample('regionpilot.clients', { group, home, state: 'known' }, known),
    ]),
    ...Object.entries(reading.admitted).flatMap(([home, row]) =>
      Object.entries(row).map(([region, share]) =>
        sample('regionpilot.region.admitted', { group, home, region }, share / 10_000),
      ),
    ),
    ...reading.regions.flatMap((each) => [
      ...groupRegionSamples(group, each),
      ...headroomSamples(reading, each),
    ]),
  ];
}

function orderSamples({ group, orders }: GroupReading): Sample[] {
  return orderKinds.flatMap((order) => {
    const expiresMs = orders[order];
    const at = { group, order };
    return [
      sample('regionpilot.override.active', at, flag(expiresMs !== undefined)),
      ...(expiresMs === undefined
        ? []
        : [sample('regionpilot.override.expiry.timestamp', at, expiresMs / 1_000)]),
    ];
  });
}

type GroupRegion = GroupReading['regions'][number];

function groupRegionSamples(group: string, each: GroupRegion): Sample[] {
  const at = { group, region: each.region };
  return [
    sample('regionpilot.region.health.state', at, health[each.health]),
    sample('regionpilot.region.connected', at, each.connected),
    sample('regionpilot.region.routed', at, each.routed),
    sample('regionpilot.region.voters', at, each.down),
    sample('regionpilot.region.stalled', at, each.stalledMs / 1_000),
  ];
}

/** The safety rule asks whether the region could carry everybody, so that is what a move leaves. */
function headroomSamples({ group, reporting }: GroupReading, each: GroupRegion): Sample[] {
  const { region, capacity, routed } = each;
  if (capacity === null) return [];
  const at = { group, region };
  return [
    sample('regionpilot.region.headroom', { ...at, moment: 'now' }, capacity - routed),
    sample('regionpilot.region.headroom', { ...at, moment: 'afterMove' }, capacity - reporting),
  ];
}

function partitionSamples(reading: PartitionReading, nowMs: number): Sample[] {
  const { accounts, watermarkMs, warm, clients, snapshotBytes } = reading;
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
    sample('regionpilot.pipeline.rows_refused', at, reading.rowsRefused),
    sample('regionpilot.pipeline.clock_skew', at, reading.skewMs / 1_000),
    sample('regionpilot.snapshot.restore.duration', at, reading.restoreMs / 1_000),
    ...(snapshotBytes === null ? [] : [sample('regionpilot.snapshot.size', at, snapshotBytes)]),
    ...(watermarkMs === null
      ? []
      : [sample('regionpilot.pipeline.watermark.delay', at, ageSeconds(watermarkMs, nowMs))]),
  ];
}

function lastEvent(partitions: readonly PartitionReading[]): Sample[] {
  const newestMs = Math.max(0, ...partitions.map(({ lastEventMs }) => lastEventMs ?? 0));
  return newestMs === 0 ? [] : [sample('regionpilot.last_event.timestamp', {}, newestMs / 1_000)];
}

const failoverStages: readonly FailoverStage[] = ['detect', 'decide', 'publish', 'apply'];

/** Every stage from the start: `rate()` sees nothing of a histogram that begins with its first failover. */
function stageSamples(stages: AggregatorReading['stages'], groups: readonly string[]): Sample[] {
  const names = [...new Set([...groups, ...stages.map(([group]) => group)])];
  return names.flatMap((group) =>
    failoverStages.map((stage) => {
      const [, , counts = []] = stages.find(([of, name]) => of === group && name === stage) ?? [];
      return distribution('regionpilot.failover.stage.duration', { group, stage }, counts);
    }),
  );
}

function decisionSamples(reading: AggregatorReading): Sample[] {
  const { records, moves, stages, heartbeats, nowMs } = reading;
  const groups = reading.groups.map(({ group }) => group);
  const decisions = withZeros(reading.decisions, groups, decisionReasons);
  const refusals = withZeros(reading.refusals, groups, safetyRules);
  return [
    ...decisions.map(([group, reason, n]) => sample('regionpilot.decisions', { group, reason }, n)),
    ...refusals.map(([group, rule, n]) => sample('regionpilot.refusals', { group, rule }, n)),
    ...records.map(([group, kind, n]) =>
      sample('regionpilot.incident.records', { group, kind }, n),
    ),
    ...moves.map(({ count, ...labels }) => sample('regionpilot.decision.moves', labels, count)),
    ...stageSamples(stages, groups),
    ...Object.entries(heartbeats).map(([partition, ms]) =>
      sample('regionpilot.heartbeat.age', { partition }, ageSeconds(ms, nowMs)),
    ),
  ];
}

/** Regions whose totals were not kept are series that a scrape misses. */
function leftOut(count: number): Sample[] {
  const metric = catalogue['regionpilot.connection.events'].prometheus;
  return count === 0 ? [] : [sample('regionpilot.telemetry.series_dropped', { metric }, count)];
}

type Part = 'aggregator' | 'alerts';

function rebalances(part: Part, counts: ByName): Sample[] {
  return perTopic(counts, (topic, n) => sample('regionpilot.rebalances', { part, topic }, n));
}

/** What every part with outboxes says. */
export function topicSamples(part: Part, reading: TopicsReading): Sample[] {
  const { waiting, dropped, deadLetters } = reading;
  return [
    ...perTopic(waiting, (topic, n) => sample('regionpilot.outbox.waiting', { part, topic }, n)),
    ...perTopic(dropped, (topic, n) => sample('regionpilot.outbox.dropped', { part, topic }, n)),
    ...perTopic(deadLetters, (topic, n) => sample('regionpilot.dead_letters', { part, topic }, n)),
    ...messagingSamples(part, reading.log),
  ];
}

function perTopic(counts: ByName, one: (topic: string, count: number) => Sample): Sample[] {
  return Object.entries(counts).map(([topic, count]) => one(topic, count));
}

/** A value of any length is cut: it is for people, who find all of it in the file. */
export function settingSamples(part: Part, settings: readonly SettingReading[]): Sample[] {
  return settings.map(([scope, setting, value]) =>
    sample('regionpilot.config.setting', { part, scope, setting, value: value.slice(0, 80) }, 1),
  );
}

/** The log's clock may run a little ahead of ours. */
function ageSeconds(sinceMs: number, nowMs: number): number {
  return Math.max(0, nowMs - sinceMs) / 1_000;
}
