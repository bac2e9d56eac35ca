// Remembers offsets for a group, one request at a time, newest offsets only. A commit that fails is
// made good by the next one; commits that keep failing (kafkajs goes on asking a coordinator that
// moved: #1069) break the consumer.

import type { Consumer, EachBatchPayload } from 'kafkajs';
import type { BusLog } from '../../log.ts';
import type { TopicPartition } from '../../port.ts';
import { reasonOf } from '../failures.ts';

export type Commits = {
  readonly commit: (at: TopicPartition, offset: number) => Promise<void>;
  /** Commits through this from now on: unlike the consumer's own method it does not retry for ever. */
  readonly through: (commit: EachBatchPayload['commitOffsetsIfNecessary']) => void;
  /** Waits for the commit under way, for a while. */
  readonly close: () => Promise<void>;
};

const failuresToBreak = 5;
const failingToBreakMs = 3_000;
const waitMs = 2_000;
/** A rebalance is going on or has been: the next assignment settles it. */
const ordinary = new Set(['REBALANCE_IN_PROGRESS', 'ILLEGAL_GENERATION', 'UNKNOWN_MEMBER_ID']);

export function createCommits(
  consumer: Consumer,
  log: BusLog,
  breakWith: (reason: string) => void,
): Commits {
  const newest = new Map<string, TopicPartition & { readonly offset: string }>();
  let direct: EachBatchPayload['commitOffsetsIfNecessary'] | undefined;
  let pumping: Promise<void> | undefined;
  let failures = 0;
  let failingSinceMs = 0;

  const pump = async (): Promise<void> => {
    await Promise.resolve(); // Commits of the same moment go as one.
    while (newest.size > 0) {
      const offsets = [...newest.values()];
      newest.clear();
      try {
        await send(offsets);
        failures = 0;
      } catch (error) {
        failed(error);
      }
    }
    pumping = undefined;
  };

  const send = async (offsets: readonly (TopicPartition & { offset: string })[]): Promise<void> => {
    if (direct === undefined) return consumer.commitOffsets([...offsets]);
    const topics = [...new Set(offsets.map(({ topic }) => topic))].map((topic) => ({
      topic,
      partitions: offsets
        .filter((each) => each.topic === topic)
        .map(({ partition, offset }) => ({ partition, offset })),
    }));
    await direct({ topics });
  };

  const failed = (error: unknown): void => {
    const reason = reasonOf(error);
    log({ level: 'warn', event: 'commitFailed', reason });
    if (ordinary.has(String((error as { type?: string }).type))) return;
    if (failures++ === 0) failingSinceMs = Date.now();
    if (failures >= failuresToBreak && Date.now() - failingSinceMs >= failingToBreakMs) {
      breakWith(`commits keep failing: ${reason}`);
    }
  };

  const bounded = async (): Promise<void> => {
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, waitMs);
    });
    await Promise.race([pumping, timeout]);
    clearTimeout(timer);
  };

  return {
    commit: (at, offset) => {
      newest.set(`${at.topic}/${at.partition}`, { ...at, offset: String(offset) });
      pumping ??= pump();
      return bounded();
    },
    through: (commit) => {
      direct = commit;
    },
    close: bounded,
  };
}
