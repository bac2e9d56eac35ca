import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { GroupConfig } from '../../../agent/index.ts';
import { createRegionalRedis, type RegionalRedis } from '../../../agent/redis/index.ts';
import { eventually } from '../../support/eventually.ts';
import { type RecordedAgent, recordedAgent } from '../../support/recorded-agent.ts';
import { type RedisServer, skipWithoutRedis, startRedis } from '../../support/redis.ts';
import { startTcpProxy } from '../../support/tcp-proxy.ts';

describe.skipIf(skipWithoutRedis('RegionalRedis and moves'))('RegionalRedis and moves', () => {
  let east: RedisServer;
  let west: RedisServer;
  const open: RegionalRedis[] = [];
  const direct: Record<string, Redis> = {};

  beforeAll(async () => {
    [east, west] = await Promise.all([startRedis(), startRedis()]);
    direct['east'] = new Redis({ port: east.port });
    direct['west'] = new Redis({ port: west.port });
  });
  afterEach(async () => {
    for (const redis of open.splice(0)) redis.disconnect();
    await Promise.all(Object.values(direct).map((one) => one.flushall()));
  });
  afterAll(async () => {
    for (const one of Object.values(direct)) one.disconnect();
    await Promise.all([east?.kill9(), west?.kill9()]);
  });

  async function client(
    settings: Partial<GroupConfig> = {},
    options: object = {},
  ): Promise<{ readonly agent: RecordedAgent; readonly redis: RegionalRedis }> {
    const agent = recordedAgent(['east', 'west'], settings);
    const redis = createRegionalRedis({
      agent,
      group: 'cache',
      regions: { east: { port: east.port }, west: { port: west.port } },
      options,
    });
    open.push(redis);
    await redis.connect();
    return { agent, redis };
  }

  async function moved(redis: RegionalRedis, region: string): Promise<void> {
    await eventually(() => expect(redis.regional.region).toBe(region));
  }

  test.each(['warm', 'cold'] as const)(
    '%s: a hundred moves under load fail nothing and leave nothing behind',
    async (standby) => {
      const { agent, redis } = await client({ standby });
      await redis.set('k', 'v');
      await direct['west']?.set('k', 'v');
      await eventually(async () => expect(await connected(east)).toBeLessThanOrEqual(2));
      const failures: unknown[] = [];
      let running = true;
      const load = async (): Promise<void> => {
        while (running) await redis.get('k').catch((error: unknown) => failures.push(error));
      };
      const loads = Array.from({ length: 8 }, load);
      for (let i = 1; i <= 100; i++) {
        const region = i % 2 === 1 ? 'west' : 'east';
        agent.to(region);
        await moved(redis, region);
      }
      running = false;
      await Promise.all(loads);
      expect(failures).toEqual([]);
      expect(redis.regional.moves).toBe(100);
      // The observer's own connection, and one of the client's per region it keeps.
      await eventually(async () => {
        expect(await connected(east)).toBe(2);
        expect(await connected(west)).toBe(standby === 'warm' ? 2 : 1);
      });
      const openConnections = agent.connections.filter(({ gone }) => !gone);
      expect(openConnections).toHaveLength(standby === 'warm' ? 2 : 1);
      expect(redis.eventNames().filter((name) => redis.listenerCount(name) > 2)).toEqual([]);
    },
  );

  async function connected(server: RedisServer): Promise<number> {
    const info = await (server === east ? direct['east'] : direct['west'])?.info('clients');
    return Number(/connected_clients:(\d+)/.exec(info ?? '')?.[1]);
  }

  test('make before break: the old region serves until the new one has answered', async () => {
    const { agent, redis } = await client({ standby: 'cold' });
    await redis.set('where', 'east');
    await direct['west']?.set('where', 'west');
    await west.freeze();
    agent.to('west');
    for (let i = 0; i < 10; i++) {
      expect(await redis.get('where')).toBe('east');
      await pause(20);
    }
    await west.thaw();
    await moved(redis, 'west');
    expect(await redis.get('where')).toBe('west');
  });

  test('a region left in the middle of its handshake is there again when it answers', async () => {
    const wire = await startTcpProxy({ target: east.port });
    const agent = recordedAgent(['east', 'west']);
    const regions = { east: { port: wire.port }, west: { port: west.port } };
    const redis = createRegionalRedis({ agent, group: 'cache', regions });
    open.push(redis);
    await redis.connect();
    wire.delay(200);
    wire.reset();
    // Connected again, and not yet told whether the server is ready: this is when it is left.
    await eventually(() => expect(wire.connections()).toBe(1));
    agent.to('west');
    await moved(redis, 'west');
    wire.delay(0);
    agent.to('east');
    await moved(redis, 'east');
    expect(await redis.ping()).toBe('PONG');
    await wire.close();
  });

  test('a planned move lets commands in flight finish where they are', async () => {
    const { agent, redis } = await client({}, {});
    const slow = redis.eval("local t=redis.call('time')[1]; redis.call('incr','n'); return t", 0);
    const writes = Array.from({ length: 50 }, () => redis.incr('n'));
    agent.to('west');
    await moved(redis, 'west');
    await slow;
    expect((await Promise.all(writes)).at(-1)).toBe(51);
    expect(await direct['west']?.get('n')).toBeNull();
    expect(redis.regional.ambiguous).toBe(0);
  });

  test('a route to a region without connection settings changes nothing and is told', async () => {
    const agent = recordedAgent(['east', 'mars']);
    const regions = { east: { port: east.port } };
    const redis = createRegionalRedis({ agent, group: 'cache', regions });
    open.push(redis);
    await redis.connect();
    const told: unknown[] = [];
    redis.on('regionUnknown', (what) => told.push(what));
    agent.to('mars');
    await redis.set('k', 'v');
    await eventually(() => expect(told).toEqual([{ region: 'mars' }]));
  });

  test('it is an ioredis: pipelines, scripts, scans, prefixes, types and auto-pipelining', async () => {
    const { redis } = await client({}, { keyPrefix: 'app:' });
    expect(redis).toBeInstanceOf(Redis);
    await redis.set('a', '1');
    expect(await direct['east']?.get('app:a')).toBe('1');
    const results = await redis.pipeline().incr('a').get('a').lpush('a', 'x').get('none').exec();
    expect(results?.map(([error, value]) => error?.message.split(' ')[0] ?? value)).toEqual([
      2,
      '2',
      'WRONGTYPE',
      null,
    ]);
    redis.defineCommand('double', { numberOfKeys: 1, lua: "return redis.call('get',KEYS[1])*2" });
    const scripted = redis as RegionalRedis & { double(key: string): Promise<number> };
    expect(await scripted.double('a')).toBe(4);
    expect(await scripted.double('a')).toBe(4);
    await redis.hset('h', { x: '1', y: '2' });
    expect(await redis.hgetall('h')).toEqual({ x: '1', y: '2' });
    expect(await redis.getBuffer('a')).toEqual(Buffer.from('2'));
    const seen: string[] = [];
    for await (const keys of redis.scanStream({ match: 'app:*' })) seen.push(...keys);
    expect(seen.sort()).toEqual(['app:a', 'app:h']);
    const auto = (await client({}, { enableAutoPipelining: true })).redis;
    expect(await Promise.all([auto.set('b', '1'), auto.incr('b')])).toEqual(['OK', 2]);
  });

  test('scripts work on in the new region, where nobody has loaded them', async () => {
    const { agent, redis } = await client();
    redis.defineCommand('echoed', { numberOfKeys: 0, lua: 'return ARGV[1]' });
    const scripted = redis as RegionalRedis & { echoed(value: string): Promise<string> };
    expect([await scripted.echoed('1'), await scripted.echoed('2')]).toEqual(['1', '2']);
    agent.to('west');
    await moved(redis, 'west');
    expect([await scripted.echoed('3'), await scripted.echoed('4')]).toEqual(['3', '4']);
  });

  test('a pipeline in flight when its region dies: each command by its own class, order kept', async () => {
    const own = await startRedis();
    const agent = recordedAgent(['own', 'west']);
    const regions = { own: { port: own.port }, west: { port: west.port } };
    const redis = createRegionalRedis({ agent, group: 'cache', regions });
    redis.on('error', () => {});
    open.push(redis);
    await redis.connect();
    await direct['west']?.set('k', 'west');
    await own.freeze();
    const results = redis.pipeline().get('k').incr('n').set('k2', 'v').get('k2').exec();
    await pause(20);
    await own.kill9();
    await eventually(() => expect(redis.regional.flows).toBe(false));
    agent.to('west');
    expect(
      (await results)?.map(([error, value]) => (error as { code?: string })?.code ?? value),
    ).toEqual(['west', 'AMBIGUOUS_WRITE', 'OK', 'v']);
  });

  test('a pipeline and a transaction started in the outage arrive whole', async () => {
    const own = await startRedis();
    const agent = recordedAgent(['own', 'west']);
    const regions = { own: { port: own.port }, west: { port: west.port } };
    const redis = createRegionalRedis({ agent, group: 'cache', regions });
    redis.on('error', () => {});
    open.push(redis);
    await redis.connect();
    await own.kill9();
    await eventually(() => expect(redis.regional.flows).toBe(false));
    const piped = redis.pipeline().incr('n').incr('n').exec();
    const transaction = redis.multi().incr('n').incr('n').exec();
    const raw = Promise.all([redis.multi({ pipeline: false }), redis.incr('n'), redis.exec()]);
    agent.to('west');
    expect(await piped).toEqual([
      [null, 1],
      [null, 2],
    ]);
    expect(await transaction).toEqual([
      [null, 3],
      [null, 4],
    ]);
    expect((await raw).at(-1)).toEqual([[null, 5]]);
    // Released bonds bind nobody: plain commands are plain again.
    expect(await redis.get('n')).toBe('5');
  });

  test('a transaction in flight when its region dies is ambiguous, unless it only read', async () => {
    const own = await startRedis();
    const agent = recordedAgent(['own', 'west']);
    const regions = { own: { port: own.port }, west: { port: west.port } };
    const redis = createRegionalRedis({ agent, group: 'cache', regions });
    redis.on('error', () => {});
    open.push(redis);
    await redis.connect();
    await direct['west']?.set('k', 'west');
    await own.freeze();
    const writing = redis
      .multi()
      .set('k', 'v')
      .get('k')
      .exec()
      .catch((error: unknown) => error);
    const reading = redis.multi().get('k').strlen('k').exec();
    await pause(20);
    await own.kill9();
    agent.to('west');
    expect(await writing).toMatchObject({
      code: 'AMBIGUOUS_WRITE',
      command: 'exec',
      region: 'own',
    });
    expect(await reading).toEqual([
      [null, 'west'],
      [null, 4],
    ]);
    expect(await direct['west']?.get('k')).toBe('west');
  });

  test('WATCH and a raw MULTI do not survive a move: the caller is told, nothing runs outside', async () => {
    const { agent, redis } = await client();
    await redis.watch('k');
    agent.to('west');
    await moved(redis, 'west');
    await expect(redis.multi().set('k', 'v').exec()).rejects.toMatchObject({
      code: 'TRANSACTION_LOST',
      retriable: true,
    });
    expect(await redis.multi().set('k', 'v').exec()).toEqual([[null, 'OK']]);
    await redis.multi({ pipeline: false });
    const queued = await redis.set('k', 'inside');
    expect(queued).toBe('QUEUED');
    agent.to('east');
    await moved(redis, 'east');
    await expect(redis.set('k', 'outside')).rejects.toMatchObject({ code: 'TRANSACTION_LOST' });
    await expect(redis.exec()).rejects.toMatchObject({ code: 'TRANSACTION_LOST' });
    expect(await redis.get('k')).toBeNull();
    expect(await direct['west']?.get('k')).toBe('v');
    // The connection that was left in the middle of MULTI is an ordinary one again.
    agent.to('west');
    await moved(redis, 'west');
    expect(await redis.get('k')).toBe('v');
  });

  test('WATCH still protects where nothing moved', async () => {
    const { redis } = await client();
    await redis.watch('k');
    await direct['east']?.set('k', 'by someone else');
    expect(await redis.multi().set('k', 'mine').exec()).toBeNull();
    await redis.watch('k');
    expect(await redis.multi().set('k', 'mine').exec()).toEqual([[null, 'OK']]);
  });

  test('what changes one connection is refused with advice; what only looks is not', async () => {
    const { redis } = await client();
    for (const refusal of [
      redis.select(1),
      redis.auth('x'),
      redis.call('SELECT', '1'),
      redis.monitor(),
    ]) {
      await expect(refusal).rejects.toMatchObject({ code: 'COMMAND_REFUSED', retriable: false });
    }
    await expect(redis.select(1)).rejects.toThrow('set `db` in the options');
    await expect(redis.call('client', 'REPLY', 'OFF')).rejects.toMatchObject({
      code: 'COMMAND_REFUSED',
    });
    expect(await redis.client('ID')).toBeGreaterThan(0);
    const mixed = await redis.pipeline().set('a', '1').select(1).get('a').exec();
    expect(mixed?.map(([error, value]) => (error as { code?: string })?.code ?? value)).toEqual([
      'OK',
      'COMMAND_REFUSED',
      '1',
    ]);
  });

  test('subscriptions move with the client: one promise, one delivery, every kind', async () => {
    const { agent, redis } = await client();
    const heard: string[] = [];
    redis.on('message', (channel, message) => heard.push(`${channel}:${message}`));
    redis.on('pmessage', (pattern, channel, message) =>
      heard.push(`${pattern}/${channel}:${message}`),
    );
    expect(await redis.subscribe('news', 'sport')).toBe(2);
    await redis.psubscribe('w*');
    await direct['east']?.publish('news', '1');
    await eventually(() => expect(heard).toEqual(['news:1']));
    agent.to('west');
    await eventually(async () => expect(await direct['west']?.publish('news', '2')).toBe(1));
    await eventually(async () => expect(await direct['east']?.publish('news', 'old')).toBe(0));
    await direct['west']?.publish('wind', '3');
    await eventually(() => expect(heard.at(-1)).toBe('w*/wind:3'));
    expect(heard.filter((one) => one === 'news:2')).toHaveLength(1);
    expect(await redis.unsubscribe('news')).toBeGreaterThanOrEqual(1);
    expect(await direct['west']?.publish('news', '4')).toBe(0);
    // Ordinary commands are free of the subscriber mode.
    expect(await redis.set('k', 'v')).toBe('OK');
  });

  test('messages come from one region at a time, also while the next one is being subscribed', async () => {
    const { agent, redis } = await client();
    const heard: string[] = [];
    redis.on('message', (_channel, message) => heard.push(message));
    await redis.subscribe('news', ...Array.from({ length: 3_000 }, (_, i) => `channel-${i}`));
    agent.to('west');
    await eventually(async () => {
      await Promise.all([
        direct['east']?.publish('news', 'east'),
        direct['west']?.publish('news', 'west'),
      ]);
      expect(heard.filter((one) => one === 'west').length).toBeGreaterThan(5);
    });
    expect(heard).toContain('east');
    expect(heard.slice(heard.indexOf('west'))).not.toContain('east');
  });

  test('a blocked pop moves with the client when nothing was consumed', async () => {
    const { agent, redis } = await client();
    const pop = redis.blpop('jobs', 0);
    await eventually(async () => {
      expect(await direct['east']?.info('clients')).toContain('blocked_clients:1');
    });
    expect(await redis.set('k', 'v')).toBe('OK');
    agent.to('west');
    await eventually(async () => {
      expect(await direct['west']?.info('clients')).toContain('blocked_clients:1');
    });
    await direct['west']?.rpush('jobs', 'one');
    expect(await pop).toEqual(['jobs', 'one']);
    expect(redis.regional.ambiguous).toBe(0);
  });

  test('a blocked pop is woken behind a proxy too, where its address is not its own', async () => {
    const proxy = await startTcpProxy({ target: east.port });
    const agent = recordedAgent(['proxied', 'west']);
    const regions = { proxied: { port: proxy.port }, west: { port: west.port } };
    const redis = createRegionalRedis({ agent, group: 'cache', regions });
    open.push(redis);
    await redis.connect();
    const pop = redis.blpop('proxied-jobs', 0);
    await eventually(async () => {
      expect(await direct['east']?.info('clients')).toContain('blocked_clients:1');
    });
    agent.to('west');
    await eventually(async () => {
      expect(await direct['west']?.info('clients')).toContain('blocked_clients:1');
    });
    await direct['west']?.rpush('proxied-jobs', 'one');
    expect(await pop).toEqual(['proxied-jobs', 'one']);
    expect(redis.regional.ambiguous).toBe(0);
    await proxy.close();
  });

  test('a blocked pop in a region that dies is ambiguous; a blocked read is not', async () => {
    const own = await startRedis();
    const agent = recordedAgent(['own', 'west']);
    const regions = { own: { port: own.port }, west: { port: west.port } };
    const redis = createRegionalRedis({ agent, group: 'cache', regions });
    redis.on('error', () => {});
    open.push(redis);
    await redis.connect();
    const read = redis.xread('BLOCK', 0, 'STREAMS', 's', '$');
    const pop = redis.blpop('jobs', 0).catch((error: unknown) => error);
    await pause(100);
    await own.kill9();
    await eventually(() => expect(redis.regional.flows).toBe(false));
    agent.to('west');
    expect(await pop).toMatchObject({ code: 'AMBIGUOUS_WRITE', command: 'blpop', region: 'own' });
    await eventually(async () => {
      expect(await direct['west']?.info('clients')).toContain('blocked_clients:1');
    });
    await direct['west']?.xadd('s', '1-1', 'f', 'v');
    expect(await read).toEqual([['s', [['1-1', ['f', 'v']]]]]);
  });

  test('quit finishes what is under way and closes everything; then commands fail clearly', async () => {
    const { agent, redis } = await client();
    const before = Array.from({ length: 100 }, () => redis.incr('n'));
    expect(await redis.quit()).toBe('OK');
    expect((await Promise.all(before)).at(-1)).toBe(100);
    expect(redis.status).toBe('end');
    await expect(redis.get('n')).rejects.toMatchObject({ code: 'CLIENT_CLOSED' });
    await expect(redis.connect()).rejects.toMatchObject({ code: 'CLIENT_CLOSED' });
    expect(agent.connections.every(({ gone }) => gone)).toBe(true);
  });

  test('disconnect fails what is held, and a stray error crashes nobody', async () => {
    const agent = recordedAgent(['east']);
    const regions = { east: { port: 1 } };
    const redis = createRegionalRedis({ agent, group: 'cache', regions });
    const held = redis.get('k').catch((error: unknown) => error);
    await pause(50);
    redis.disconnect();
    expect(await held).toMatchObject({ code: 'CLIENT_CLOSED' });
  });
});

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
