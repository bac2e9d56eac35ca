import { afterEach, describe, expect, test, vi } from 'vitest';
import type { GroupConfig } from '../../../agent/index.ts';
import { createRegionalRedis, type RegionalRedis } from '../../../agent/redis/index.ts';
import { eventually } from '../../support/eventually.ts';
import { type RecordedAgent, recordedAgent } from '../../support/recorded-agent.ts';
import { type RedisServer, skipWithoutRedis, startRedis } from '../../support/redis.ts';
import { startTcpProxy, type TcpProxy } from '../../support/tcp-proxy.ts';

type World = {
  readonly east: RedisServer;
  readonly west: RedisServer;
  readonly wire: TcpProxy;
  readonly agent: RecordedAgent;
  readonly redis: RegionalRedis;
};

describe.skipIf(skipWithoutRedis('RegionalRedis in an outage'))(
  'RegionalRedis in an outage',
  () => {
    const cleanups: (() => unknown)[] = [];
    afterEach(async () => {
      for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
    });

    /** Two regions; east is reached through a wire that tests cut. */
    async function world(settings: Partial<GroupConfig> = {}): Promise<World> {
      const [east, west] = await Promise.all([startRedis(), startRedis()]);
      const wire = await startTcpProxy({ target: east.port });
      const agent = recordedAgent(['east', 'west'], settings);
      const redis = createRegionalRedis({
        agent,
        group: 'cache',
        regions: { east: { port: wire.port }, west: { port: west.port } },
      });
      redis.on('error', () => {});
      cleanups.push(
        () => east.kill9(),
        () => west.kill9(),
        () => wire.close(),
        () => redis.disconnect(),
      );
      await redis.connect();
      await redis.set('where', 'east');
      await usable(agent, 'west');
      const { Redis } = await import('ioredis');
      const side = new Redis({ port: west.port });
      await side.set('where', 'west');
      side.disconnect();
      return { east, west, wire, agent, redis };
    }

    async function usable(agent: RecordedAgent, region: string): Promise<void> {
      await eventually(() => {
        const states = agent.connections.filter((one) => one.region === region);
        expect(states.some((one) => one.states.at(-1) === 'ready')).toBe(true);
      });
    }

    const faults = {
      refused: ({ east }: World) => east.kill9(),
      frozen: ({ east }: World) => east.freeze(),
      'a black hole': ({ wire }: World) => wire.blackhole(),
    } as const;

    test.each(Object.entries(faults))(
      '%s: reads and idempotent writes only take longer, at most until the decision',
      async (_name, inject) => {
        const all = await world();
        const { redis, agent } = all;
        const work: Promise<unknown>[] = [];
        const slowest = { ms: 0 };
        const one = async (command: () => Promise<unknown>): Promise<unknown> => {
          const began = performance.now();
          const answer = await command();
          slowest.ms = Math.max(slowest.ms, performance.now() - began);
          return answer;
        };
        const load = setInterval(() => {
          work.push(
            one(() => redis.get('where')),
            one(() => redis.set('k', 'v')),
          );
        }, 2);
        await pause(50);
        await inject(all);
        await pause(400);
        agent.to('west');
        await pause(100);
        clearInterval(load);
        const results = await Promise.allSettled(work);
        expect(results.filter(({ status }) => status === 'rejected')).toEqual([]);
        expect(await redis.get('where')).toBe('west');
        expect(slowest.ms).toBeLessThan(2_000);
        expect(redis.regional).toMatchObject({
          region: 'west',
          flows: true,
          moves: 1,
          ambiguous: 0,
        });
      },
    );

    test.each(Object.entries(faults))(
      '%s: a write in flight fails as ambiguous, naming command and region, and is not repeated',
      async (_name, inject) => {
        const all = await world();
        const { redis, agent } = all;
        const told: unknown[] = [];
        redis.on('ambiguous', (what) => told.push(what));
        // Frozen first, so that the command is surely in flight when the region is lost.
        await all.east.freeze();
        const write = redis.incr('count').catch((error: unknown) => error);
        await pause(20);
        await inject(all);
        agent.to('west');
        expect(await write).toMatchObject({
          name: 'AmbiguousWriteError',
          code: 'AMBIGUOUS_WRITE',
          command: 'incr',
          region: 'east',
          retriable: false,
        });
        expect(await redis.get('count')).toBeNull();
        await eventually(() => expect(told).toEqual([{ command: 'incr', region: 'east' }]));
      },
    );

    test('a write that was never sent is not ambiguous: it is held and applied once', async () => {
      const { redis, agent, east } = await world();
      await east.kill9();
      await eventually(() => expect(redis.regional.flows).toBe(false));
      const writes = Promise.all(Array.from({ length: 100 }, () => redis.incr('count')));
      await pause(50);
      expect(redis.regional.heldNow).toBe(100);
      agent.to('west');
      expect(await writes).toEqual(Array.from({ length: 100 }, (_, i) => i + 1));
    });

    test('a stall of 300 ms costs 300 ms: nothing fails, nothing moves, nothing is done twice', async () => {
      const { redis, east } = await world();
      await east.freeze();
      setTimeout(() => east.thaw(), 300);
      const began = performance.now();
      const writes: Promise<number>[] = [];
      while (performance.now() - began < 290) {
        writes.push(redis.incr('count'));
        await pause(10);
      }
      const counts = await Promise.all(writes);
      expect(counts).toEqual(writes.map((_, i) => i + 1));
      expect(performance.now() - began).toBeLessThan(700);
      expect(redis.regional).toMatchObject({
        region: 'east',
        moves: 0,
        ambiguous: 0,
        unavailable: 0,
      });
    });

    test('held too long: reads are answered by another admitted region, writes fail as retriable', async () => {
      const { redis, east } = await world({ holdMs: 300 });
      await east.kill9();
      await eventually(() => expect(redis.regional.flows).toBe(false));
      const began = performance.now();
      const write = redis.incr('count').catch((error: unknown) => error);
      expect(await redis.get('where')).toBe('west');
      expect(performance.now() - began).toBeGreaterThan(280);
      expect(await write).toMatchObject({
        code: 'REGION_UNAVAILABLE',
        command: 'incr',
        region: 'east',
        retriable: true,
      });
    });

    test('reads in flight on a frozen region are also answered elsewhere once they waited holdMs', async () => {
      const { redis, east } = await world({ holdMs: 300 });
      await east.freeze();
      expect(await redis.get('where')).toBe('west');
      await east.thaw();
      await eventually(() => expect(redis.regional.flows).toBe(true));
      expect(await redis.get('where')).toBe('east');
    });

    test('the late answer of a region that was left reaches nobody', async () => {
      const { redis, agent, east, west } = await world();
      await east.freeze();
      const read = redis.get('where');
      await eventually(() => expect(redis.regional.flows).toBe(false));
      await west.freeze();
      agent.to('west');
      expect(redis.regional.reissued).toBe(1);
      const settled = vi.fn();
      read.then(settled, settled);
      await east.thaw();
      await eventually(() => expect(lateAnswers(agent, 'east')).toBeGreaterThan(0));
      await pause(50);
      expect(settled).not.toHaveBeenCalled();
      await west.thaw();
      expect(await read).toBe('west');
    });

    test('detourReads: reads go at once to another admitted region, writes are held', async () => {
      const { redis, east, agent } = await world({ whileUndecided: 'detourReads', holdMs: 5_000 });
      await east.kill9();
      await eventually(() => expect(redis.regional.flows).toBe(false));
      const began = performance.now();
      const write = redis.set('where', 'moved');
      expect(await redis.get('where')).toBe('west');
      expect(performance.now() - began).toBeLessThan(1_000);
      expect(redis.regional.heldNow).toBe(1);
      agent.to('west');
      expect(await write).toBe('OK');
    });

    test('fail: commands fail at once, saying so', async () => {
      const { redis, east } = await world({ whileUndecided: 'fail' });
      await east.kill9();
      await eventually(() => expect(redis.regional.flows).toBe(false));
      await expect(redis.get('where')).rejects.toMatchObject({ code: 'REGION_UNAVAILABLE' });
      expect(redis.regional.heldNow).toBe(0);
    });

    test('holding is bounded: beyond holdCommands reads are detoured and writes fail', async () => {
      const { redis, east } = await world({ holdCommands: 10, holdMs: 5_000 });
      await east.kill9();
      await eventually(() => expect(redis.regional.flows).toBe(false));
      for (let i = 0; i < 10; i++) redis.set(`k${i}`, 'v').catch(() => {});
      await expect(redis.set('one', 'more')).rejects.toThrow('too many commands are already held');
      expect(await redis.get('where')).toBe('west');
      expect(redis.regional.heldNow).toBe(10);
    });

    test('the region comes back before any decision: everything held goes there, in order', async () => {
      const { redis, east } = await world({ holdMs: 10_000 });
      await east.kill9();
      await eventually(() => expect(redis.regional.flows).toBe(false));
      const pushes = ['a', 'b', 'c'].map((value) => redis.rpush('list', value));
      await east.restart();
      expect(await Promise.all(pushes)).toEqual([1, 2, 3]);
      expect(await redis.lrange('list', 0, -1)).toEqual(['a', 'b', 'c']);
      expect(redis.regional.region).toBe('east');
    });

    test('a connection that died alone is replaced although nobody decides anything', async () => {
      const { redis, wire } = await world({ holdMs: 20_000 });
      wire.blackhole();
      const read = redis.get('where');
      await pause(100);
      wire.forget();
      expect(await read).toBe('east');
      expect(redis.regional.moves).toBe(0);
    });

    test('a reset connection with a healthy region: reads are re-issued there', async () => {
      const { redis, wire } = await world();
      const reads = Array.from({ length: 20 }, () => redis.get('where'));
      wire.reset();
      expect(await Promise.all(reads)).toEqual(Array.from({ length: 20 }, () => 'east'));
    });
  },
);

/** Answers of a region that took as long as a freeze does. */
function lateAnswers({ connections }: RecordedAgent, region: string): number {
  const late = connections.filter((one) => one.region === region);
  return late.flatMap(({ latenciesUs }) => latenciesUs).filter((us) => us > 150_000).length;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
