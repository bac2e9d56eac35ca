// What went wrong, or moved, by topic: counted from the events the aggregator tells its log anyway.

import type { AggregatorEvent } from './log.ts';

type Name = 'deadLetters' | 'rebalances';

export type TopicCounts = Readonly<Record<Name, Readonly<Record<string, number>>>>;

const counted: Readonly<Partial<Record<AggregatorEvent['event'], Name>>> = {
  recordRejected: 'deadLetters',
  partitionAssigned: 'rebalances',
};

export function noTopicCounts(): TopicCounts {
  return { deadLetters: {}, rebalances: {} };
}

/** @param prefix Of topic names; left out, so that deployments compare. */
export function countEvent(
  counts: TopicCounts,
  event: AggregatorEvent,
  prefix: string,
): TopicCounts {
  const name = counted[event.event];
  if (name === undefined || !('topic' in event)) return counts;
  const topic = event.topic.startsWith(prefix) ? event.topic.slice(prefix.length) : event.topic;
  const before = counts[name];
  return { ...counts, [name]: { ...before, [topic]: (before[topic] ?? 0) + 1 } };
}
