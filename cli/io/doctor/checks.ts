/** Every question doctor asks, each with how long its answer may take. A new one is one entry. */

import { topicCatalogue } from '@regionpilot/protocol';
import {
  brokersFinding,
  brokersQuestion,
  clusterFinding,
  clusterQuestion,
  lagFinding,
  lagQuestion,
  topicsFinding,
  topicsQuestion,
} from '../../doctor/bus.ts';
import {
  agentClockFinding,
  agentClockQuestion,
  aggregatorClockFinding,
  aggregatorClockQuestion,
  ownClockFinding,
  ownClockQuestion,
} from '../../doctor/clocks.ts';
import {
  aliveFinding,
  aliveQuestion,
  decisionsFinding,
  decisionsQuestion,
  singleFinding,
  singleQuestion,
  tiltFinding,
  tiltQuestion,
} from '../../doctor/control.ts';
import type { Finding, Question } from '../../doctor/finding.ts';
import {
  followFinding,
  followQuestion,
  freshFinding,
  freshQuestion,
  grown,
  lostFinding,
  lostQuestion,
  seenFinding,
  seenQuestion,
} from '../../doctor/fleet.ts';
import { embeddedFinding, embeddedQuestion } from './files.ts';
import { askBrokers, askCluster } from './kafka.ts';
import { compareClocks, readTakeovers } from './log.ts';
import { spanMs, type World } from './world.ts';

export type Check = {
  /** What is said of when the answer does not come. */
  readonly question: Question;
  readonly timeoutMs: number;
  readonly ask: (world: World) => Promise<Finding>;
};

/** Asked first and one after another: without them nothing can be asked of the log. */
export function gates({ settings }: World): readonly Check[] {
  return settings.bus.kind === 'embedded' ? [embeddedGate(settings.bus.file)] : kafkaGates;
}

function embeddedGate(file: string): Check {
  return { question: embeddedQuestion, timeoutMs: 1_000, ask: async () => embeddedFinding(file) };
}

const kafkaGates: readonly Check[] = [
  {
    question: brokersQuestion,
    timeoutMs: 3_500,
    ask: async ({ config }) =>
      brokersFinding(config.kind === 'kafka' ? await askBrokers(config, 3_000) : []),
  },
  {
    question: clusterQuestion,
    timeoutMs: 4_000,
    ask: async ({ config, settings }) => {
      if (config.kind !== 'kafka') throw new Error('this is no Kafka');
      return clusterFinding(await askCluster(config), settings.topics.replication);
    },
  },
];

const logMs = 5_000;
const hour = 3_600_000;

/** Asked of the log, all at once. */
export const logChecks: readonly Check[] = [
  {
    question: topicsQuestion,
    timeoutMs: logMs,
    ask: async ({ bus, settings }) => {
      const wanted = topicCatalogue(settings.topics);
      return topicsFinding(await (await bus()).verifyTopics(wanted), wanted.length);
    },
  },
  {
    question: lagQuestion,
    timeoutMs: logMs,
    ask: async ({ bus, settings, full }) => {
      const { consumerGroup: group, policy } = settings.aggregator;
      const lags = (['events', 'partials'] as const).map(async (name) => {
        const topic = full(name);
        const behind = (await (await bus()).lag(group, topic)).values();
        return { group, topic, records: [...behind].reduce((sum, each) => sum + each, 0) };
      });
      return lagFinding(await Promise.all(lags), policy.lagMaxRecords);
    },
  },
  {
    question: ownClockQuestion,
    timeoutMs: logMs,
    ask: async ({ bus, full }) =>
      ownClockFinding(await compareClocks(await bus(), full('decisions'), 2_500)),
  },
  {
    question: aggregatorClockQuestion,
    timeoutMs: logMs,
    ask: async ({ control }) => aggregatorClockFinding((await control()).recentBeats),
  },
  {
    question: agentClockQuestion,
    timeoutMs: logMs,
    ask: async ({ sums }) => {
      const { first, latest } = await sums();
      return agentClockFinding(grown(first, latest, 'clamped'), spanMs);
    },
  },
  {
    question: aliveQuestion,
    timeoutMs: logMs,
    ask: async ({ control, settings, nowMs }) =>
      aliveFinding((await control()).beats, settings.topics.partialPartitions, nowMs()),
  },
  {
    question: singleQuestion,
    timeoutMs: logMs,
    ask: async ({ bus, full, control, nowMs }) => {
      const takeovers = await readTakeovers(await bus(), full, nowMs() - hour);
      return singleFinding((await control()).recentBeats, takeovers);
    },
  },
  {
    question: tiltQuestion,
    timeoutMs: logMs,
    ask: async ({ control }) => tiltFinding((await control()).beats),
  },
  {
    question: decisionsQuestion,
    timeoutMs: logMs,
    ask: async ({ control, settings }) =>
      decisionsFinding((await control()).decisions, Object.keys(settings.aggregator.groups)),
  },
  {
    question: seenQuestion,
    timeoutMs: logMs,
    ask: async ({ sums }) => seenFinding((await sums()).latest),
  },
  {
    question: freshQuestion,
    timeoutMs: logMs,
    ask: async ({ sums, nowMs }) => {
      const { latest, newestMs } = await sums();
      return freshFinding(latest, newestMs === null ? null : nowMs() - newestMs);
    },
  },
  {
    question: followQuestion,
    timeoutMs: logMs,
    ask: async ({ sums, control }) =>
      followFinding((await sums()).latest, (await control()).decisions),
  },
  {
    question: lostQuestion,
    timeoutMs: logMs,
    ask: async ({ sums }) => {
      const { first, latest } = await sums();
      return lostFinding(first, latest, spanMs);
    },
  },
];
