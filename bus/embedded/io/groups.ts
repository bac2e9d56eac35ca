// Who of a group is alive, who owns which partition, and what was committed. A partition has one
// owner at a time: it is given up by its owner, or taken when the owner's lease ran out. `revision`
// grows with every change, `generation` with every change of membership.

import type { DatabaseSync } from 'node:sqlite';
import type { TopicPartition } from '../../port.ts';
import { type Member, partitionsOfMember } from '../assignment.ts';
import type { Topic } from './topics.ts';

/** A member that did not beat for this long is gone. Beats come every second. */
export const leaseMs = 5_000;
export const beatMs = 1_000;

export type Standing = {
  readonly generation: number;
  readonly owned: readonly TopicPartition[];
};

export type Groups = {
  /** Inside a transaction: beats, buries the dead, gives up and claims partitions. */
  readonly settle: (
    group: string,
    member: string,
    topics: readonly Topic[],
    nowMs: number,
  ) => Standing;
  readonly leave: (group: string, member: string) => void;
  /** False when `member` does not own the partition (any more). */
  readonly commit: (group: string, member: string, at: TopicPartition, offset: number) => boolean;
  readonly committed: (group: string, at: TopicPartition) => number | null;
};

export function openGroups(db: DatabaseSync): Groups {
  const sql = statements(db);

  const bump = (group: string, membership: boolean): void => {
    sql.bump.run(group, membership ? 1 : 0);
  };

  const beat = (group: string, member: string, topics: readonly Topic[], nowMs: number): void => {
    const names = JSON.stringify(topics.map(({ name }) => name));
    const known = sql.beat.run(nowMs + leaseMs, names, group, member).changes > 0;
    if (!known) sql.join.run(group, member, names, nowMs + leaseMs);
    const dead = sql.expired.all(group, nowMs);
    for (const { name } of dead) bury(group, String(name));
    if (!known || dead.length > 0) bump(group, true);
  };

  const bury = (group: string, member: string): void => {
    sql.releaseAll.run(group, member);
    sql.remove.run(group, member);
  };

  const exchange = (group: string, member: string, topics: readonly Topic[]): void => {
    const members: readonly Member[] = sql.members.all(group).map((row) => ({
      name: String(row['name']),
      topics: JSON.parse(String(row['topics'])) as string[],
    }));
    let changed = 0;
    for (const { name: topic, partitions } of topics) {
      const mine = new Set(partitionsOfMember(member, members, topic, partitions));
      for (const row of sql.ownedOf.all(group, member, topic)) {
        const partition = Number(row['partition']);
        if (!mine.delete(partition)) changed += sql.release(group, topic, partition);
      }
      for (const partition of mine) {
        changed += sql.claim(group, topic, partition, member);
      }
    }
    if (changed > 0) bump(group, false);
  };

  return {
    settle: (group, member, topics, nowMs) => {
      beat(group, member, topics, nowMs);
      exchange(group, member, topics);
      const owned = sql.owned.all(group, member).map((row) => ({
        topic: String(row['topic']),
        partition: Number(row['partition']),
      }));
      return { generation: Number(sql.generation.get(group)?.['generation']), owned };
    },
    leave: (group, member) => {
      bury(group, member);
      bump(group, true);
    },
    commit: (group, member, { topic, partition }, offset) =>
      sql.commit.run(topic, partition, offset, group, topic, partition, member).changes > 0,
    committed: (group, { topic, partition }) => {
      const row = sql.committed.get(group, topic, partition);
      return row === undefined ? null : Number(row['position']);
    },
  };
}

function statements(db: DatabaseSync) {
  const releaseOne = db.prepare(
    'DELETE FROM owners WHERE group_name = ? AND topic = ? AND partition = ?',
  );
  const claimOne = db.prepare('INSERT OR IGNORE INTO owners VALUES (?, ?, ?, ?)');
  return {
    bump: db.prepare(
      `INSERT INTO groups VALUES (?1, 1, 1) ON CONFLICT (name)
       DO UPDATE SET generation = generation + ?2, revision = revision + 1`,
    ),
    generation: db.prepare('SELECT generation FROM groups WHERE name = ?'),
    beat: db.prepare(
      'UPDATE members SET expires_ms = ?, topics = ? WHERE group_name = ? AND name = ?',
    ),
    join: db.prepare('INSERT INTO members VALUES (?, ?, ?, ?)'),
    expired: db.prepare('SELECT name FROM members WHERE group_name = ? AND expires_ms < ?'),
    remove: db.prepare('DELETE FROM members WHERE group_name = ? AND name = ?'),
    members: db.prepare('SELECT name, topics FROM members WHERE group_name = ?'),
    owned: db.prepare(
      `SELECT topic, partition FROM owners WHERE group_name = ? AND member = ?
       ORDER BY topic, partition`,
    ),
    ownedOf: db.prepare(
      'SELECT partition FROM owners WHERE group_name = ? AND member = ? AND topic = ?',
    ),
    release: (group: string, topic: string, partition: number): number =>
      Number(releaseOne.run(group, topic, partition).changes),
    releaseAll: db.prepare('DELETE FROM owners WHERE group_name = ? AND member = ?'),
    claim: (group: string, topic: string, partition: number, member: string): number =>
      Number(claimOne.run(group, topic, partition, member).changes),
    commit: db.prepare(
      `INSERT INTO commits SELECT group_name, ?, ?, ? FROM owners
       WHERE group_name = ? AND topic = ? AND partition = ? AND member = ?
       ON CONFLICT DO UPDATE SET position = excluded.position`,
    ),
    committed: db.prepare(
      'SELECT position FROM commits WHERE group_name = ? AND topic = ? AND partition = ?',
    ),
  };
}
