import { Redis } from 'ioredis';
import { describe, expect, onTestFinished, test } from 'vitest';
import {
  createRegionalRedis,
  observeRedis,
  type RegionalRedis,
} from '../../../agent/redis/index.ts';
import { decision } from '../../support/decisions.ts';
import { eventually } from '../../support/eventually.ts';
import { type RedisServer, skipWithoutRedis, startRedis } from '../../support/redis.ts';
import { openLog, startAgent } from '../agent/core-support.ts';

const groups = { cache: { regions: ['eu', 'us'] } } as const;
const toUs = decision({
  group: 'cache',
  epoch: 2,
  reason: 'regionDown',
  admit: { eu: 0, us: 10_000 },
});

describe.skipIf(skipWithoutRedis('RegionalRedis under a real agent'))(
  'RegionalRedis under a real agent',
  () => {
    async function servers(): Promise<readonly [RedisServer, RedisServer]> {
      const both = await Promise.all([startRedis(), startRedis()]);
      onTestFinished(async () => {
        await Promise.all(both.map((server) => server.kill9()));
      });
      return both;
    }

    function client(
      agent: ReturnType<typeof startAgent>['agent'],
      eu: number,
      us: number,
    ): RegionalRedis {
      const regions = { eu: { port: eu }, us: { port: us } };
      const redis = createRegionalRedis({ agent, group: 'cache', regions });
      redis.on('error', () => {});
      onTestFinished(() => redis.disconnect());
      return redis;
    }

    test('a decision on the log moves it; the batches then tell of the new region', async () => {
      const { bus, decide, batches } = await openLog();
      const { agent } = startAgent({ groups, calmFlushMs: 100 }, bus);
      const [eu, us] = await servers();
      const redis = client(agent, eu.port, us.port);
      await redis.connect();
      await decide(decision({ group: 'cache', epoch: 1 }));
      await redis.set('k', 'v');
      expect(redis.regional.region).toBe('eu');
      await eu.kill9();
      const write = redis.set('k', 'held');
      await decide(toUs);
      expect(await write).toBe('OK');
      expect(redis.regional).toMatchObject({ region: 'us', moves: 1, unavailable: 0 });
      await eventually(() => expect(batches().at(-1)?.applied).toEqual({ cache: [1, 2] }));
      await eventually(() => expect(JSON.stringify(batches())).toContain('"us"'));
    });

    test('keys, arguments and values never leave the process', async () => {
      const { bus, decide, batches, records } = await openLog();
      const { agent, events } = startAgent({ groups, calmFlushMs: 100, flushMs: 20 }, bus);
      const [eu, us] = await servers();
      const redis = client(agent, eu.port, us.port);
      const told: unknown[] = [];
      for (const event of ['moved', 'held', 'released', 'ambiguous']) {
        redis.on(event, (detail: unknown) => told.push(detail));
      }
      const plain = new Redis({ port: eu.port, password: 'secretPassword' });
      plain.on('error', () => {});
      onTestFinished(() => plain.disconnect());
      observeRedis(agent, plain, { group: 'cache', region: 'eu' });
      await redis.connect();
      await redis.set('secretKey', 'secretValue');
      await redis.lpush('secretKey', 'secretArgument').catch(() => {});
      await redis.eval('error("secretScript")', 0).catch(() => {});
      await redis.call('secretCommand', 'secretArgument').catch(() => {});
      await plain.get('secretKey').catch(() => {});
      await eu.freeze();
      const errors = [redis.incr('secretKey'), redis.append('secretKey', 'secretValue')].map(
        (one) => one.catch((error: unknown) => error),
      );
      await eventually(() => expect(redis.regional.flows).toBe(false));
      await decide(toUs);
      const messages = (await Promise.all(errors)).map(String);
      await eventually(() => expect(batches().at(-1)?.applied).toEqual({ cache: [1, 2] }));
      const bytes = records('events').map(({ key, value, headers }) =>
        [key, Buffer.from(value ?? []).toString('latin1'), JSON.stringify(headers)].join(),
      );
      const all = JSON.stringify([bytes, batches(), events, told, messages]);
      expect(all).toContain('AmbiguousWriteError');
      expect(all).not.toMatch(/secret/i);
    });

    test('a reload of the settings takes effect with the next command', async () => {
      const { bus } = await openLog();
      const { agent } = startAgent({ groups, calmFlushMs: 100 }, bus);
      const [eu, us] = await servers();
      const redis = client(agent, eu.port, us.port);
      await redis.connect();
      await eu.kill9();
      await eventually(() => expect(redis.regional.flows).toBe(false));
      const held = redis.set('k', 'v').catch((error: unknown) => error);
      await eventually(() => expect(redis.regional.heldNow).toBe(1));
      agent.reload({ groups: { cache: { ...groups.cache, whileUndecided: 'fail' } } });
      await expect(redis.set('k', 'v')).rejects.toThrow("whileUndecided is 'fail'");
      expect(await held).toMatchObject({ code: 'REGION_UNAVAILABLE' });
    });
  },
);
