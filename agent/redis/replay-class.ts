// What may be done with a command whose answer will never come. The question is not whether it
// writes, but whether doing it twice is the same as doing it once, for the data and for the caller
// who reads the reply. In doubt it is a plain write: an error the caller sees is cheaper than a
// payment counted twice.

import { hasWord } from './waits.ts';

export type ReplayClass =
  /** Changes nothing: may be asked again anywhere. */
  | 'read'
  /** The second time leaves the data as the first did; a reply that counts may count less. */
  | 'idempotentWrite'
  /** Must not happen twice. Every command we do not know is one. */
  | 'write'
  /** Meant to wait for something. */
  | 'blocking'
  | 'pubsub'
  /** MULTI, EXEC, DISCARD, WATCH, UNWATCH. */
  | 'transaction'
  /** Changes the state of one connection, which a client over several regions does not have. */
  | 'connection';

const lists: Readonly<Record<Exclude<ReplayClass, 'write'>, string>> = {
  read: `get mget strlen getrange substr lcs exists type ttl pttl expiretime pexpiretime dump touch
    keys scan randomkey dbsize object hget hmget hgetall hkeys hvals hlen hexists hstrlen hrandfield
    hscan httl hpttl hexpiretime hpexpiretime llen lrange lindex lpos smembers sismember smismember
    scard srandmember sscan sinter sintercard sunion sdiff zscore zmscore zcard zcount zlexcount
    zrange zrangebyscore zrangebylex zrevrange zrevrangebyscore zrevrangebylex zrank zrevrank zscan
    zrandmember zinter zintercard zunion zdiff geodist geohash geopos geosearch georadius_ro
    georadiusbymember_ro getbit bitcount bitpos bitfield_ro pfcount xlen xrange xrevrange xread
    xpending xinfo sort_ro eval_ro evalsha_ro fcall_ro ping echo time info lastsave command memory
    lolwut slowlog latency`,
  idempotentWrite: `set setex psetex mset setrange setbit del unlink expire pexpire expireat
    pexpireat persist getex hset hmset hdel hexpire hpexpire hexpireat hpexpireat hpersist lset sadd
    srem zadd zrem zremrangebyscore zremrangebylex pfadd pfmerge geoadd xack xdel xtrim`,
  blocking: 'blpop brpop brpoplpush blmove blmovem blmpop bzpopmin bzpopmax bzmpop',
  pubsub: 'subscribe unsubscribe psubscribe punsubscribe ssubscribe sunsubscribe',
  transaction: 'multi exec discard watch unwatch',
  connection: `select auth hello client reset monitor readonly readwrite asking quit sync psync
    replconf`,
};

const table: ReadonlyMap<string, ReplayClass> = new Map(
  Object.entries(lists).flatMap(([replayClass, names]) =>
    names.split(/\s+/).map((name) => [name, replayClass as ReplayClass] as const),
  ),
);

/** Subcommands that only look, of commands that can also change something. */
const lookingSubcommands: Readonly<Record<string, readonly string[]>> = {
  client: ['id', 'info', 'list', 'getname', 'getredir', 'trackinginfo'],
  cluster: ['info', 'nodes', 'slots', 'shards', 'keyslot', 'countkeysinslot', 'myid', 'links'],
  config: ['get'],
  script: ['exists'],
  function: ['list', 'dump', 'stats'],
  pubsub: ['channels', 'numsub', 'numpat', 'shardchannels', 'shardnumsub'],
  acl: ['whoami', 'list', 'users', 'cat', 'getuser', 'dryrun', 'log'],
};

/** Subcommands of `client` that act on the server, not on this connection. */
const serverWideClient = ['kill', 'pause', 'unpause', 'unblock'];

/** The class of a command; `args` may hold strings, numbers or buffers and only options are read. */
export function replayClassOf(name: string, args: readonly unknown[]): ReplayClass {
  const command = name.toLowerCase();
  const refined = refinements[command]?.(args);
  if (refined !== undefined) return refined;
  const looking = lookingSubcommands[command];
  if (looking?.includes(String(args[0]).toLowerCase())) return 'read';
  return table.get(command) ?? 'write';
}

const blockingWhen = (args: readonly unknown[]): ReplayClass | undefined =>
  hasWord(args, 'BLOCK') ? 'blocking' : undefined;
const readUnless = (args: readonly unknown[], ...words: readonly string[]): ReplayClass =>
  words.some((word) => hasWord(args, word)) ? 'write' : 'read';

// Options decide. Only the part after key and value is looked at, where a value could be "NX".
const refinements: Readonly<Record<string, (args: readonly unknown[]) => ReplayClass | undefined>> =
  {
    // NX and GET tell the second call something else than the first.
    set: (args) => (readUnless(args.slice(2), 'NX', 'GET') === 'write' ? 'write' : undefined),
    zadd: (args) => (hasWord(args.slice(1), 'INCR') ? 'write' : undefined),
    xread: blockingWhen,
    xreadgroup: blockingWhen,
    sort: (args) => readUnless(args.slice(1), 'STORE'),
    georadius: (args) => readUnless(args.slice(1), 'STORE', 'STOREDIST'),
    georadiusbymember: (args) => readUnless(args.slice(1), 'STORE', 'STOREDIST'),
    bitfield: (args) => readUnless(args.slice(1), 'SET', 'INCRBY'),
    slowlog: (args) => readUnless(args, 'RESET'),
    latency: (args) => readUnless(args, 'RESET'),
    memory: (args) => readUnless(args, 'PURGE'),
    client: (args) =>
      serverWideClient.includes(String(args[0]).toLowerCase()) ? 'write' : undefined,
  };

/** May it be sent a second time, somewhere else, without asking the caller? */
export function isReplayable(replayClass: ReplayClass): boolean {
  return replayClass === 'read' || replayClass === 'idempotentWrite';
}

/** A whole transaction may be repeated only if nothing in it writes. */
export function isReadOnlyTransaction(classes: readonly ReplayClass[]): boolean {
  return classes.every((one) => one === 'read' || one === 'transaction');
}
