// Questions about the event log: is it there, does it speak our language, are its topics as strong as
// wanted, and is anybody falling behind.

import type { TopicProblem } from '@regionpilot/bus';
import { formatDuration } from '@regionpilot/protocol';
import { harmless } from '../text.ts';
import { problemText } from '../topics.ts';
import { type Finding, failed, ok, type Question, warning } from './finding.ts';
import { type ApiVersions, brokerAge, missingApis } from './kafka-wire.ts';

export type BrokerFact = {
  readonly address: string;
  readonly answer:
    | { readonly kind: 'answered'; readonly tookMs: number; readonly versions: ApiVersions }
    | { readonly kind: 'foreign' }
    | { readonly kind: 'silent'; readonly reason: string };
};

export const brokersQuestion: Question = {
  id: 'bus.brokers',
  category: 'bus',
  title: 'every named broker answers and speaks a version we speak',
};

/** Some brokers away is trouble to come; all of them is the end of deciding. */
export function brokersFinding(brokers: readonly BrokerFact[]): Finding {
  const lines = brokers.map(brokerText);
  const wrong = brokers.filter((broker) => !isFine(broker));
  if (wrong.length === 0) return ok(brokersQuestion, lines.join('; '));
  const hint = 'check --brokers, the network and the brokers: docs/deployment.md';
  const say = wrong.length === brokers.length ? failed : warning;
  return say(brokersQuestion, lines.map(harmless).join('\n'), hint);
}

function isFine({ answer }: BrokerFact): boolean {
  return answer.kind === 'answered' && missingApis(answer.versions).length === 0;
}

function brokerText({ address, answer }: BrokerFact): string {
  switch (answer.kind) {
    case 'silent':
      return `${address}: ${answer.reason}`;
    case 'foreign':
      return `${address}: something else than Kafka answers there (or it wants TLS: --tls)`;
    case 'answered': {
      const missing = missingApis(answer.versions);
      const lack = missing.length === 0 ? '' : `, no common version of ${missing.join(', ')}`;
      return `${address} in ${formatDuration(answer.tookMs)}, ${brokerAge(answer.versions)}${lack}`;
    }
  }
}

export type ClusterFact = {
  readonly clusterId: string;
  readonly controller: number | null;
  readonly brokers: readonly {
    readonly nodeId: number;
    readonly host: string;
    readonly port: number;
  }[];
};

export const clusterQuestion: Question = {
  id: 'bus.cluster',
  category: 'bus',
  title: 'the cluster lets us in and has brokers for every copy',
};

export function clusterFinding(cluster: ClusterFact, replication: number): Finding {
  const { clusterId, brokers } = cluster;
  const said = `cluster ${clusterId}, ${brokers.length} brokers`;
  if (brokers.length >= replication) return ok(clusterQuestion, said);
  const detail = `${said}, but topics want ${replication} copies`;
  const hint = `start brokers, or ask for fewer copies: --replication ${brokers.length}`;
  return failed(clusterQuestion, detail, hint);
}

export const topicsQuestion: Question = {
  id: 'topics.guarantees',
  category: 'topics',
  title: 'topics exist with the partitions, copies, clean-up and sizes they were promised',
};

export function topicsFinding(problems: readonly TopicProblem[], count: number): Finding {
  if (problems.length === 0) return ok(topicsQuestion, `${count} topics`);
  const detail = problems.map(problemText).map(harmless).join('\n');
  return failed(topicsQuestion, detail, 'regionpilot topics apply');
}

export const lagQuestion: Question = {
  id: 'bus.lag',
  category: 'bus',
  title: 'nobody falls behind the end of the log',
};

export type LagFact = { readonly group: string; readonly topic: string; readonly records: number };

/** @param most Records above which aggregators only watch (`policy.lagMaxRecords`). */
export function lagFinding(lags: readonly LagFact[], most: number): Finding {
  const text = ({ group, topic, records }: LagFact): string =>
    `${group} is ${records} records behind on ${topic}`;
  const beyond = lags.filter(({ records }) => records > most);
  if (beyond.length > 0) {
    const detail = `${beyond.map(text).map(harmless).join('\n')}\nmore than ${most}: the aggregator only watches`;
    return failed(
      lagQuestion,
      detail,
      'add aggregators (up to --event-partitions), or see what is slow',
    );
  }
  const late = lags.filter(({ records }) => records > most / 10);
  if (late.length > 0)
    return warning(
      lagQuestion,
      late.map(text).map(harmless).join('\n'),
      'regionpilot status --watch',
    );
  const total = lags.reduce((sum, { records }) => sum + records, 0);
  return ok(lagQuestion, `${total} records in ${lags.length} places`);
}
