/**
 * One aggregator process: reads events and partials through one consumer group, follows the logs of
 * decisions, overrides and policies, and beats. It composes; the parts beside it do.
 */
import { randomBytes } from 'node:crypto';
import {
  type Bus,
  type BusRecord,
  type Consumption,
  countedBuses,
  Outbox,
  type Tail,
} from '@regionpilot/bus';
import { type AggregatorReading, type TopicName, topicFullName } from '@regionpilot/protocol';
import type { AggregatorConfig } from '../config.ts';
import type { GroupState } from '../decide/state.ts';
import { groupsMetrics } from '../group-metrics.ts';
import type { Journal } from '../journal.ts';
import type { AggregatorLog } from '../log.ts';
import type { Observe } from '../observed.ts';
import { changedSettings } from '../settings.ts';
import { countEvent, noTopicCounts } from '../topic-counts.ts';
import { Deciding } from './deciding.ts';
import { Folding } from './folding.ts';
import { keepVigil } from './vigil.ts';

export type AggregatorOptions = {
  readonly config: AggregatorConfig;
  /** For everything quick: events, partials, decisions. Closed by its owner, not by us. */
  readonly bus: Bus;
  /** For what is bulky and may wait (snapshots, records, dead letters), so that it never stands in a
   * decision's way. Default: the same. */
  readonly bulkBus?: Bus;
  readonly log?: AggregatorLog;
  readonly journal?: Journal;
  /** Hears of every record that a trace may be read out of. Must not throw. Default: nobody. */
  readonly observe?: Observe | undefined;
};

export type AggregatorStatus = {
  readonly instance: string;
  readonly eventPartitions: readonly number[];
  readonly partialPartitions: readonly number[];
  readonly groups: readonly GroupState[];
  /** The logs of decisions, overrides and policies were read to their ends. */
  readonly caughtUp: boolean;
  /** Event partitions with records of which less than a whole window was seen. */
  readonly coldPartitions: readonly number[];
  /** Records not yet in the log, and records given up, by topic. */
  readonly waiting: Readonly<Record<string, number>>;
  readonly dropped: Readonly<Record<string, number>>;
};

export type Aggregator = {
  readonly status: () => AggregatorStatus;
  /** Plain numbers for whoever exports them. Costs what it reads, when asked. */
  readonly metrics: () => AggregatorReading;
  /** Saves, leaves the group and stops; safe to call twice. */
  readonly close: () => Promise<void>;
  /** Stops at once, saving nothing, as a crash would. For drills and tests. */
  readonly abandon: () => Promise<void>;
};

/** @throws {PipelineError} BUS_UNREACHABLE or TOPIC_MISSING when the log is not there at start. */
export async function startAggregator(options: AggregatorOptions): Promise<Aggregator> {
  const { config, journal = null, observe } = options;
  const { bus, bulkBus, tally } = countedBuses(options);
  let counts = noTopicCounts();
  const log: AggregatorLog = (event) => {
    counts = countEvent(counts, event, config.topicPrefix);
    options.log?.(event);
  };
  const settings = changedSettings(config);
  const instance = `${config.instance}-${randomBytes(3).toString('hex')}`;
  const topic = (name: TopicName): string => topicFullName(config.topicPrefix, name);
  // Each of them missing would only show later, and then as something else.
  const needed = (['partials', 'rosters', 'policies'] as const).map((name) =>
    bus.ends(topic(name)),
  );
  const partialPartitions = (await Promise.all(needed))[0]?.length ?? 1;

  journal?.begin({ instance, policy: config.policy, groups: config.groups });
  const onFailure = (name: string, attempts: number, reason: string): void =>
    log({ event: 'publishFailed', topic: name, attempts, reason });
  const outbox = (on: Bus, name: TopicName, latestOnly: boolean, most: number): Outbox =>
    new Outbox({ bus: on, topic: topic(name), latestOnly, most, onFailure });
  const boxes = {
    partials: outbox(bus, 'partials', false, 20_000),
    decisions: outbox(bus, 'decisions', true, 10_000),
    heartbeats: outbox(bus, 'decisions', true, 64),
    incidents: outbox(bulkBus, 'incidents', false, 20_000),
    state: outbox(bulkBus, 'state', true, 10_000),
    deadLetters: outbox(bulkBus, 'deadletter', false, 1_000),
    rosters: outbox(bulkBus, 'rosters', false, 2_000),
  };

  const logRead = (): PromiseWithResolvers<void> => Promise.withResolvers();
  const logsRead = [logRead(), logRead(), logRead()] as const;
  const caughtUp = Promise.all(logsRead.map(({ promise }) => promise)).then(() => undefined);
  let isCaughtUp = false;
  void caughtUp.then(() => {
    isCaughtUp = true;
  });
  const shared = { bus, config, instance, partialPartitions, log };
  const folding = new Folding({ ...shared, ...boxes });
  const deciding = new Deciding({ ...shared, ...boxes, caughtUp, journal, observe });

  const tails: readonly Tail[] = await Promise.all([
    bus.tail({
      topic: topic('decisions'),
      handler: { record: (record) => deciding.onDecision(record), caughtUp: logsRead[0].resolve },
    }),
    bus.tail({
      topic: topic('overrides'),
      handler: { record: (record) => deciding.onOverride(record), caughtUp: logsRead[1].resolve },
    }),
    bus.tail({
      topic: topic('policies'),
      handler: {
        record: (record) => deciding.onPolicy(record),
        caughtUp: () => {
          deciding.policiesRead();
          logsRead[2].resolve();
        },
      },
    }),
  ]);
  const side = (name: string) => (name === topic('events') ? folding : deciding);
  const consumption: Consumption = await bus.consume({
    topics: [topic('events'), topic('partials')],
    group: config.consumerGroup,
    handler: {
      assigned: (at) => side(at.topic).assign(at),
      revoked: (at) => side(at.topic).revoke(at),
      records: (records: readonly BusRecord[]) => {
        side(records[0]?.topic ?? '').records(records, Date.now());
      },
    },
  });

  const vigil = keepVigil(config.policy.tiltJumpMs, (report) => deciding.onTilt(report));
  const timers = [
    setInterval(() => folding.tick(Date.now()), config.policy.tickMs),
    setInterval(() => deciding.beat(Date.now()), config.policy.heartbeatMs),
    setInterval(() => void folding.snapshot(consumption, Date.now()), config.snapshotMs),
    setInterval(() => void folding.measureLag().catch(() => undefined), 1_000),
  ];
  log({ event: 'started', instance });

  const stop = async (): Promise<void> => {
    vigil.close();
    for (const timer of timers) clearInterval(timer);
    await Promise.all(tails.map((tail) => tail.close()));
    await consumption.close();
  };
  const closeOnce = once(async () => {
    await folding.snapshot(consumption, Date.now());
    await stop();
    await Promise.all(Object.values(boxes).map((box) => box.close()));
    log({ event: 'stopped', instance });
  });
  return {
    status: () => ({
      instance,
      eventPartitions: folding.partitions,
      partialPartitions: deciding.partitions,
      groups: deciding.groups,
      caughtUp: isCaughtUp,
      coldPartitions: folding.coldPartitions,
      waiting: mapValues(boxes, (box) => box.waiting),
      dropped: mapValues(boxes, (box) => box.dropped),
    }),
    metrics: () => ({
      nowMs: Date.now(),
      ...folding.metrics(),
      groups: groupsMetrics(deciding.groups, (group) => deciding.policyOf(group)),
      ...counts,
      log: tally.reading(),
      decisions: deciding.tally.decisions,
      refusals: deciding.tally.refusals,
      records: deciding.tally.records,
      moves: deciding.tally.moves,
      stages: deciding.tally.stages,
      heartbeats: deciding.tally.heartbeats,
      settings,
      waiting: mapValues(boxes, (box) => box.waiting),
      dropped: mapValues(boxes, (box) => box.dropped),
    }),
    close: closeOnce,
    abandon: once(async () => {
      await stop();
      await Promise.all(Object.values(boxes).map((box) => box.close(0)));
    }),
  };
}

function once(run: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | null = null;
  return () => {
    running ??= run();
    return running;
  };
}

function mapValues<In, Out>(
  record: Readonly<Record<string, In>>,
  pick: (value: In) => Out,
): Readonly<Record<string, Out>> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, pick(value)]));
}
