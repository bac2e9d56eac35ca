import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { observeRedis } from '../../../agent/redis/index.ts';
import { eventually } from '../../support/eventually.ts';
import { type RecordedConnection, recordedAgent } from '../../support/recorded-agent.ts';
import { type RedisServer, skipWithoutRedis, startRedis } from '../../support/redis.ts';
import { startTcpProxy } from '../../support/tcp-proxy.ts';

const where = { group: 'cache', region: 'east' };

describe.skipIf(skipWithoutRedis('observing an ioredis client'))(
  'observing an ioredis client',
  () => {
    let server: RedisServer;
    const clients: Redis[] = [];
    beforeAll(async () => {
      server = await startRedis();
    });
    afterAll(async () => {
      for (const client of clients) client.disconnect();
      await server?.kill9();
    });

    async function observed(port = server.port, options: object = {}) {
      const agent = recordedAgent(['east', 'west']);
      const redis = new Redis({ port, retryStrategy: () => 20, ...options });
      redis.on('error', () => {});
      clients.push(redis);
      const observation = observeRedis(agent, redis, where);
      await redis.ping();
      const connection = agent.connections[0] as RecordedConnection;
      connection.latenciesUs.length = 0;
      connection.failures.clear();
      return { agent, redis, connection, observation };
    }

    test('every answer is counted once with its latency, a miss and a nil included', async () => {
      const { redis, connection } = await observed();
      await Promise.all(Array.from({ length: 1_000 }, (_, i) => redis.set(`k${i}`, 'v')));
      const replies = await Promise.all([redis.get('k1'), redis.get('nobody')]);
      expect(replies).toEqual(['v', null]);
      expect(connection.latenciesUs).toHaveLength(1_002);
      expect(connection.latenciesUs.every((us) => us > 0 && us < 5_000_000)).toBe(true);
      expect(connection.failures.size).toBe(0);
    });

    test('pipelines and transactions count command by command', async () => {
      const { redis, connection } = await observed();
      await redis.pipeline().set('a', '1').get('a').incr('n').exec();
      await redis.multi().set('b', '1').get('b').exec();
      expect(connection.latenciesUs).toHaveLength(3 + 4);
    });

    test('an error reply is a failure of its class, and no answer besides', async () => {
      const { redis, connection } = await observed();
      await redis.set('text', 'x');
      connection.latenciesUs.length = 0;
      await expect(redis.lpush('text', 'y')).rejects.toThrow('WRONGTYPE');
      await expect(redis.evalsha('0'.repeat(40), 0)).rejects.toThrow('NOSCRIPT');
      expect([...connection.failures]).toEqual([
        ['wrongtype', 1],
        ['script', 1],
      ]);
      expect(connection.latenciesUs).toEqual([]);
    });

    test('a client that is attached late, with commands in flight, is followed from there', async () => {
      const redis = new Redis({ port: server.port });
      clients.push(redis);
      await redis.ping();
      const agent = recordedAgent(['east']);
      const flying = Array.from({ length: 10 }, () => redis.get('x'));
      observeRedis(agent, redis, where);
      await Promise.all(flying);
      await redis.get('x');
      expect(agent.connections[0]?.latenciesUs).toHaveLength(11);
      expect(agent.connections[0]?.states).toEqual(['ready']);
    });

    test('a killed server is a closed connection, and a restarted one is ready again', async () => {
      const own = await startRedis();
      const { redis, connection } = await observed(own.port);
      await own.kill9();
      await eventually(() => expect(connection.states).toContain('closed'));
      await own.restart();
      await eventually(() => expect(connection.states.at(-1)).toBe('ready'));
      await redis.get('x');
      await own.kill9();
      redis.disconnect();
    });

    test('a frozen server shows as waiting since the oldest unanswered command', async () => {
      const own = await startRedis();
      const { redis, connection } = await observed(own.port);
      expect(connection.waitingSinceMs()).toBe(0);
      await own.freeze();
      const before = performance.now();
      const late = redis.get('x');
      const after = performance.now();
      const since = connection.waitingSinceMs();
      expect(since).toBeGreaterThanOrEqual(before);
      expect(since).toBeLessThanOrEqual(after);
      await own.thaw();
      await late;
      expect(connection.waitingSinceMs()).toBe(0);
      redis.disconnect();
      await own.kill9();
    });

    test('commands that outlive commandTimeout are timeouts, each once, whenever the answer comes', async () => {
      const own = await startRedis();
      const { redis, connection } = await observed(own.port, { commandTimeout: 100 });
      await own.freeze();
      const late = await Promise.allSettled([redis.get('x'), redis.get('y')]);
      expect(late.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
      await eventually(() => {
        connection.waitingSinceMs();
        expect(connection.failures.get('timeout')).toBe(2);
      });
      await own.thaw();
      await redis.get('x');
      connection.waitingSinceMs();
      expect(connection.failures.get('timeout')).toBe(2);
      expect(connection.latenciesUs).toHaveLength(1);
      redis.disconnect();
      await own.kill9();
    });

    test('a blocking pop neither stalls the connection nor counts as slow', async () => {
      const { redis, connection } = await observed();
      const pop = redis.blpop('queue', 0);
      const behind = redis.get('x');
      await eventually(() => expect(redis.commandQueue.length).toBe(2));
      expect(connection.waitingSinceMs()).toBe(0);
      const other = new Redis({ port: server.port });
      clients.push(other);
      await new Promise((resolve) => setTimeout(resolve, 60));
      expect(connection.waitingSinceMs()).toBe(0);
      await other.lpush('queue', 'job');
      expect(await pop).toEqual(['queue', 'job']);
      await behind;
      expect(connection.latenciesUs).toEqual([]);
      await redis.get('x');
      expect(connection.latenciesUs).toHaveLength(1);
    });

    test('subscriptions leave the counts straight', async () => {
      for (const protocol of [2, 3] as const) {
        const { redis, connection } = await observed(server.port, { protocol });
        await redis.subscribe('a', 'b', 'c');
        await redis.unsubscribe('a', 'b', 'c');
        await redis.get('x');
        expect(connection.waitingSinceMs()).toBe(0);
        expect(connection.latenciesUs.length).toBeGreaterThanOrEqual(1);
      }
    });

    test('a black hole shows as waiting; a host that leaves is gone, not failed', async () => {
      const proxy = await startTcpProxy({ target: server.port });
      const { redis, connection } = await observed(proxy.port);
      proxy.blackhole();
      redis.get('x').catch(() => {});
      expect(connection.waitingSinceMs()).toBeGreaterThan(0);
      redis.disconnect();
      await proxy.close();
      await eventually(() => expect(connection.gone).toBe(true));
      expect(connection.states).not.toContain('failed');
    });

    test('stopping leaves the client working and as it was found', async () => {
      const { redis, connection, observation } = await observed();
      observation.stop();
      await redis.set('k', 'v');
      expect(await redis.get('k')).toBe('v');
      expect(connection.gone).toBe(true);
      expect(connection.latenciesUs).toEqual([]);
    });

    test('an ioredis without the parts we lean on is watched by its public events, and we are told', async () => {
      const redis = new Redis({ port: server.port });
      clients.push(redis);
      Object.assign(redis.commandQueue, { peekAt: undefined });
      const agent = recordedAgent(['east']);
      const told: string[] = [];
      const { kind } = observeRedis(agent, redis, {
        ...where,
        onDegraded: (missing) => told.push(...missing),
      });
      expect(kind).toBe('eventsOnly');
      expect(told).toEqual(['commandQueue.peekAt']);
      await redis.set('k', 'v');
      await eventually(() => expect(agent.connections[0]?.states).toContain('ready'));
    });
  },
);
