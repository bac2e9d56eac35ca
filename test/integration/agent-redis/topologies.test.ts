import { Cluster, Redis } from 'ioredis';
import { afterEach, describe, expect, test } from 'vitest';
import type { GroupConfig } from '../../../agent/index.ts';
import { createRegionalRedis, observeRedis, type RegionSpec } from '../../../agent/redis/index.ts';
import { eventually } from '../../support/eventually.ts';
import { recordedAgent } from '../../support/recorded-agent.ts';
import { skipWithoutRedisServer, startRedis } from '../../support/redis.ts';
import { startRedisCluster, startSentinel } from '../../support/redis-topologies.ts';

describe.skipIf(skipWithoutRedisServer('Sentinel and Cluster'))('Sentinel and Cluster', () => {
  const cleanups: (() => unknown)[] = [];
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  });

  function regional(regions: Record<string, RegionSpec>, settings: Partial<GroupConfig> = {}) {
    const agent = recordedAgent(Object.keys(regions), settings);
    const redis = createRegionalRedis({ agent, group: 'cache', regions });
    redis.on('error', () => {});
    cleanups.push(() => redis.disconnect());
    return { agent, redis };
  }

  test('observing a Sentinel client through a promotion: closed, then ready on the new primary', async () => {
    const group = await startSentinel();
    cleanups.push(group.stop);
    const redis = new Redis({
      sentinels: [...group.sentinels],
      name: group.name,
      retryStrategy: () => 50,
    });
    redis.on('error', () => {});
    cleanups.push(() => redis.disconnect());
    const agent = recordedAgent(['east']);
    expect(observeRedis(agent, redis, { group: 'cache', region: 'east' }).kind).toBe('full');
    await redis.set('k', 'v');
    await eventually(async () => expect(await redis.wait(1, 100)).toBe(1));
    await group.primary.kill9();
    await eventually(async () => expect(await redis.set('k', 'w')).toBe('OK'));
    const [connection] = agent.connections;
    expect(connection?.states).toContain('closed');
    expect(connection?.states.at(-1)).toBe('ready');
    expect(connection?.latenciesUs.length).toBeGreaterThan(0);
  });

  test('a promotion inside a Sentinel region: RegionalRedis waits it out and loses nothing', async () => {
    const group = await startSentinel();
    cleanups.push(group.stop);
    const west = await startRedis();
    cleanups.push(() => west.kill9());
    const { redis } = regional(
      {
        east: { sentinels: [...group.sentinels], name: group.name },
        west: { port: west.port },
      },
      { holdMs: 15_000 },
    );
    await redis.connect();
    await redis.set('n', '10');
    await eventually(async () => expect(await redis.wait(1, 100)).toBe(1));
    await group.primary.kill9();
    await eventually(() => expect(redis.regional.flows).toBe(false));
    expect(await Promise.all([redis.incr('n'), redis.incr('n')])).toEqual([11, 12]);
    expect(redis.regional).toMatchObject({ region: 'east', moves: 0, unavailable: 0 });
  });

  test('observing a Cluster: every node reports, and the Cluster itself when all nodes are gone', async () => {
    const cluster = await startRedisCluster();
    cleanups.push(cluster.stop);
    const client = new Cluster([...cluster.startup], { redisOptions: { connectTimeout: 500 } });
    client.on('error', () => {});
    cleanups.push(() => client.disconnect());
    const agent = recordedAgent(['east']);
    observeRedis(agent, client, { group: 'cache', region: 'east' });
    await Promise.all(Array.from({ length: 60 }, (_, i) => client.set(`k${i}`, 'v')));
    const nodes = () => agent.connections.filter(({ target }) => target !== 'cluster');
    await eventually(() => {
      const answered = nodes().filter(({ latenciesUs, gone }) => !gone && latenciesUs.length > 5);
      expect(new Set(answered.map(({ target }) => target)).size).toBe(3);
    });
    const whole = agent.connections.find(({ target }) => target === 'cluster');
    expect(whole?.states.at(-1)).toBe('ready');
    await cluster.stop();
    await eventually(() => {
      expect(whole?.states).toContain('closed');
      expect(nodes().every(({ gone, states }) => gone || states.at(-1) !== 'ready')).toBe(true);
    });
  });

  test('a Cluster per region: a move, an outage, pipelines and transactions', async () => {
    const [east, west] = await Promise.all([startRedisCluster(), startRedisCluster()]);
    cleanups.push(east.stop, west.stop);
    const { agent, redis } = regional({
      east: { cluster: east.startup },
      west: { cluster: west.startup },
    });
    await redis.connect();
    const keys = Array.from({ length: 30 }, (_, i) => `k${i}`);
    await Promise.all(keys.map((key) => redis.set(key, 'east')));
    expect(new Set(await Promise.all(keys.map((key) => redis.get(key))))).toEqual(
      new Set(['east']),
    );
    const piped = await redis.pipeline().set('a', '1').incr('b').get('c').exec();
    expect(piped).toEqual([
      [null, 'OK'],
      [null, 1],
      [null, null],
    ]);
    expect(await redis.multi().set('{t}a', '1').incr('{t}b').exec()).toEqual([
      [null, 'OK'],
      [null, 1],
    ]);
    await expect(redis.multi({ pipeline: false })).rejects.toMatchObject({
      code: 'COMMAND_REFUSED',
    });
    await settled(agent);
    agent.to('west');
    await eventually(() => expect(redis.regional.region).toBe('west'));
    await Promise.all(keys.map((key) => redis.set(key, 'west')));
    agent.to('east');
    await eventually(() => expect(redis.regional.region).toBe('east'));
    await Promise.all(east.nodes.map((node) => node.freeze()));
    const reads = Promise.all(keys.map((key) => redis.get(key)));
    const write = redis.incr('b').catch((error: unknown) => error);
    await eventually(() => expect(redis.regional.flows).toBe(false));
    agent.to('west');
    expect(new Set(await reads)).toEqual(new Set(['west']));
    expect(await write).toMatchObject({ code: 'AMBIGUOUS_WRITE', command: 'incr', region: 'east' });
    expect(await redis.get('b')).toBeNull();
  });

  test('a Cluster whose every node is killed: reads move, writes in flight are ambiguous once', async () => {
    const east = await startRedisCluster();
    const west = await startRedis();
    cleanups.push(east.stop, () => west.kill9());
    const { agent, redis } = regional({
      east: { cluster: east.startup },
      west: { port: west.port },
    });
    await redis.connect();
    await redis.set('k', 'east');
    await settled(agent);
    await Promise.all(east.nodes.map((node) => node.freeze()));
    const read = redis.get('k');
    const write = redis.incr('{k}n').catch((error: unknown) => error);
    await new Promise((resolve) => setTimeout(resolve, 30));
    await east.stop();
    agent.to('west');
    expect(await read).toBeNull();
    expect(await write).toMatchObject({ code: 'AMBIGUOUS_WRITE' });
    expect(await redis.incr('{k}n')).toBe(1);
  });

  /** Every region has a connection that is ready. */
  async function settled({ connections }: ReturnType<typeof recordedAgent>): Promise<void> {
    await eventually(() => {
      const ready = connections.filter(({ states }) => states.at(-1) === 'ready');
      expect(new Set(ready.map(({ region }) => region)).size).toBe(2);
    });
  }
});
