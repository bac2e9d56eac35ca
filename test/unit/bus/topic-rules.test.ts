import { describe, expect, test } from 'vitest';
import { partitionsOfMember } from '../../../bus/embedded/assignment.ts';
import { settingsOfNew, strengthened, topicState } from '../../../bus/kafka/topic-settings.ts';
import { type TopicState, topicProblems } from '../../../bus/topic-diff.ts';
import type { TopicSpec } from '../../../protocol/index.ts';

const wanted: TopicSpec = {
  name: 'events',
  partitions: 8,
  replication: 3,
  minInsyncReplicas: 2,
  cleanup: 'delete',
  retentionMs: 86_400_000,
  maxRecordBytes: 4_000_000,
};
const asWanted: TopicState = {
  partitions: 8,
  replication: 3,
  minInsyncReplicas: 2,
  cleanup: 'delete',
  retentionMs: 86_400_000,
  maxRecordBytes: 4_000_000,
  timestampType: 'LogAppendTime',
};

describe('whether a topic is strong enough', () => {
  test.each([
    ['partitions', { partitions: 7 }, '7', 'at least 8'],
    ['replication', { replication: 1 }, '1', 'at least 3'],
    ['minInsyncReplicas', { minInsyncReplicas: 1 }, '1', 'at least 2'],
    ['cleanup', { cleanup: 'compact' }, 'compact', 'delete'],
    ['cleanup', { cleanup: 'compact,delete' }, 'compact,delete', 'delete'],
    ['retentionMs', { retentionMs: 1_000 }, '1000', 'at least 86400000'],
    ['maxRecordBytes', { maxRecordBytes: 1_000 }, '1000', 'at least 4000000'],
    ['timestampType', { timestampType: 'CreateTime' }, 'CreateTime', 'LogAppendTime'],
  ] as const)('weaker %s is one problem, told exactly', (setting, change, got, want) => {
    expect(topicProblems(wanted, { ...asWanted, ...change })).toEqual([
      { topic: 'events', setting, got, wanted: want },
    ]);
  });

  test('as wanted, stronger, or kept for ever is fine', () => {
    expect(topicProblems(wanted, asWanted)).toEqual([]);
    const stronger = { ...asWanted, partitions: 9, replication: 5, minInsyncReplicas: 3 };
    expect(topicProblems(wanted, stronger)).toEqual([]);
    expect(topicProblems(wanted, { ...asWanted, retentionMs: -1 })).toEqual([]);
  });

  test('what a log does not have is not compared; retention of a compacted topic neither', () => {
    const { replication: _, minInsyncReplicas: __, timestampType: ___, ...file } = asWanted;
    expect(topicProblems(wanted, file)).toEqual([]);
    const compacted = { ...wanted, cleanup: 'compact' as const };
    expect(topicProblems(compacted, { ...asWanted, cleanup: 'compact', retentionMs: 1 })).toEqual(
      [],
    );
  });

  test('no topic is one problem', () => {
    expect(topicProblems(wanted, null).map(({ setting }) => setting)).toEqual(['missing']);
  });
});

describe('a topic in Kafka’s words', () => {
  test('a new compacted topic rolls small segments, so that a follower starts quickly', () => {
    const settings = settingsOfNew({ ...wanted, cleanup: 'compact', maxRecordBytes: 32_000_000 });
    expect(settings).toMatchObject({
      'cleanup.policy': 'compact',
      'message.timestamp.type': 'LogAppendTime',
      'segment.ms': '600000',
      'segment.bytes': '64000000',
    });
    expect(settings).not.toHaveProperty('retention.ms');
  });

  test('strengthening lowers nothing and keeps what a person set', () => {
    const effective = {
      'cleanup.policy': 'delete',
      'min.insync.replicas': '3',
      'max.message.bytes': '1048588',
      'retention.ms': '-1',
    };
    expect(strengthened(wanted, { 'flush.ms': '1000' }, effective)).toEqual({
      'flush.ms': '1000',
      'cleanup.policy': 'delete',
      'min.insync.replicas': '3',
      'max.message.bytes': '4000000',
      'retention.ms': '-1',
      'message.timestamp.type': 'LogAppendTime',
    });
  });

  test('the partition with the fewest copies speaks for the topic', () => {
    const state = topicState([{ replicas: [1, 2, 3] }, { replicas: [1] }], {});
    expect(state.replication).toBe(1);
  });
});

describe('who of a group reads which partition', () => {
  const member = (name: string, topics = ['t']) => ({ name, topics });

  test('every partition has exactly one reader, and shares differ by at most one', () => {
    const members = [member('c'), member('a'), member('b')];
    const shares = members.map(({ name }) => partitionsOfMember(name, members, 't', 8));
    expect(shares.flat().sort((x, y) => x - y)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(shares.map(({ length }) => length).sort()).toEqual([2, 3, 3]);
  });

  test('members of other topics take no share, strangers get none', () => {
    const members = [member('a'), member('b', ['other'])];
    expect(partitionsOfMember('a', members, 't', 2)).toEqual([0, 1]);
    expect(partitionsOfMember('b', members, 't', 2)).toEqual([]);
    expect(partitionsOfMember('z', members, 't', 2)).toEqual([]);
  });
});
