import { describe, expect, test } from 'vitest';
import { sortOrphans } from '../../../agent/redis/orphans.ts';
import { type ReplayClass, replayClassOf } from '../../../agent/redis/replay-class.ts';

type Row = readonly [words: string, replayClass: ReplayClass];

const rows: readonly Row[] = [
  ['get k', 'read'],
  ['GET k', 'read'],
  ['mget a b', 'read'],
  ['hgetall h', 'read'],
  ['zrange z 0 -1', 'read'],
  ['scan 0', 'read'],
  ['ttl k', 'read'],
  ['xread STREAMS s 0', 'read'],
  ['eval_ro return 0', 'read'],
  ['fcall_ro f 0', 'read'],
  ['sort l', 'read'],
  ['georadius g 1 2 3 km', 'read'],
  ['bitfield b GET u8 0', 'read'],
  ['client id', 'read'],
  ['config get maxmemory', 'read'],
  ['cluster slots', 'read'],
  ['set k v', 'idempotentWrite'],
  ['set k v EX 10', 'idempotentWrite'],
  ['set k v XX', 'idempotentWrite'],
  ['set NX v', 'idempotentWrite'],
  ['set k NX', 'idempotentWrite'],
  ['setex k 1 v', 'idempotentWrite'],
  ['mset a 1 b 2', 'idempotentWrite'],
  ['del k', 'idempotentWrite'],
  ['expire k 10', 'idempotentWrite'],
  ['hset h f v', 'idempotentWrite'],
  ['sadd s m', 'idempotentWrite'],
  ['zadd z 1 m', 'idempotentWrite'],
  ['xack s g 1-1', 'idempotentWrite'],
  ['set k v NX', 'write'],
  ['set k v EX 10 nx', 'write'],
  ['set k v GET', 'write'],
  ['setnx k v', 'write'],
  ['getset k v', 'write'],
  ['getdel k', 'write'],
  ['incr k', 'write'],
  ['incrby k 5', 'write'],
  ['hincrby h f 1', 'write'],
  ['hsetnx h f v', 'write'],
  ['lpush l v', 'write'],
  ['rpop l', 'write'],
  ['ltrim l 1 -1', 'write'],
  ['spop s', 'write'],
  ['zadd z INCR 1 m', 'write'],
  ['zpopmin z', 'write'],
  ['zunionstore d 1 d', 'write'],
  ['xadd s * f v', 'write'],
  ['xreadgroup GROUP g c STREAMS s >', 'write'],
  ['append k v', 'write'],
  ['rename a b', 'write'],
  ['copy a b', 'write'],
  ['sort l STORE d', 'write'],
  ['bitfield b INCRBY u8 0 1', 'write'],
  ['eval return 0', 'write'],
  ['evalsha abc 0', 'write'],
  ['fcall f 0', 'write'],
  ['publish c m', 'write'],
  ['flushdb', 'write'],
  ['config set maxmemory 0', 'write'],
  ['client kill 1', 'write'],
  ['json.set k $ 1', 'write'],
  ['some.module.command k', 'write'],
  ['blpop q 0', 'blocking'],
  ['blmove a b LEFT RIGHT 0', 'blocking'],
  ['bzpopmin z 0', 'blocking'],
  ['xread BLOCK 0 STREAMS s $', 'blocking'],
  ['xreadgroup GROUP g c block 0 STREAMS s >', 'blocking'],
  ['subscribe c', 'pubsub'],
  ['punsubscribe p', 'pubsub'],
  ['multi', 'transaction'],
  ['exec', 'transaction'],
  ['watch k', 'transaction'],
  ['select 1', 'connection'],
  ['auth secret', 'connection'],
  ['hello 3', 'connection'],
  ['client reply OFF', 'connection'],
  ['client setname x', 'connection'],
  ['monitor', 'connection'],
  ['quit', 'connection'],
];

describe('what may be done with a command twice', () => {
  test.each(rows)('%s: %s', (words, replayClass) => {
    const [name, ...args] = words.split(' ');
    expect(replayClassOf(name as string, args)).toBe(replayClass);
  });

  test('values in buffers are never read as options', () => {
    expect(replayClassOf('set', [Buffer.from('k'), Buffer.from('NX')])).toBe('idempotentWrite');
  });
});

describe('commands whose connection is gone', () => {
  const command = (words: string, inTransaction = false) => {
    const [name, ...args] = words.split(' ');
    return { name: name as string, args, inTransaction };
  };
  const names = (commands: readonly { readonly name: string }[]) =>
    commands.map(({ name }) => name);
  const sorted = (...commands: ReturnType<typeof command>[]) => {
    const { again, ambiguous, lost } = sortOrphans(commands);
    return { again: names(again), ambiguous: names(ambiguous), lost: names(lost) };
  };

  test('reads and idempotent writes go again in their order, other writes are ambiguous', () => {
    expect(
      sorted(command('get k'), command('incr n'), command('set k v'), command('del k')),
    ).toEqual({
      again: ['get', 'set', 'del'],
      ambiguous: ['incr'],
      lost: [],
    });
  });

  test('a transaction with one write is ambiguous as a whole', () => {
    const transaction = [command('multi', true), command('get k', true), command('set k v', true)];
    expect(sorted(...transaction, command('exec'), command('get k'))).toEqual({
      again: ['get'],
      ambiguous: ['multi', 'get', 'set', 'exec'],
      lost: [],
    });
  });

  test('a transaction that only reads goes again as a whole', () => {
    expect(sorted(command('multi', true), command('get k', true), command('exec')).again).toEqual([
      'multi',
      'get',
      'exec',
    ]);
  });

  test('a transaction whose beginning was answered cannot be repeated', () => {
    expect(sorted(command('get k', true), command('exec')).ambiguous).toEqual(['get', 'exec']);
  });

  test('a transaction whose EXEC was never sent is lost: nothing was applied', () => {
    expect(sorted(command('multi'), command('set k v', true)).lost).toEqual(['multi', 'set']);
  });

  test('a watch is lost, a blocked read goes again, a blocked pop is ambiguous', () => {
    expect(
      sorted(command('watch k'), command('xread BLOCK 0 STREAMS s $'), command('blpop q 0')),
    ).toEqual({ again: ['xread'], ambiguous: ['blpop'], lost: ['watch'] });
  });

  test('a script that calls itself read-only is a read', () => {
    const script = { ...command('evalsha abc 0'), isReadOnly: true };
    expect(names(sortOrphans([script]).again)).toEqual(['evalsha']);
  });
});
