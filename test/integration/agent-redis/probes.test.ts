// What an agent learns of a region that nobody uses at the moment: it asks, and counts the answers.

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createRegionalRedis, type RegionalRedis } from '../../../agent/redis/index.ts';
import { eventually } from '../../support/eventually.ts';
import { recordedAgent } from '../../support/recorded-agent.ts';
import { type RedisServer, skipWithoutRedis, startRedis } from '../../support/redis.ts';

type Answer = { readonly region: string; readonly answered: boolean };

describe.skipIf(skipWithoutRedis('probes'))('probes', () => {
  let east: RedisServer;
  let west: RedisServer;
  let redis: RegionalRedis;
  let answers: Answer[];

  beforeEach(async () => {
    [east, west] = await Promise.all([startRedis(), startRedis()]);
    answers = [];
    const agent = recordedAgent(['east', 'west'], { standby: 'warm', probeIntervalMs: 100 });
    redis = createRegionalRedis({
      agent: {
        ...agent,
        probed: ({ region }, answered) => void answers.push({ region, answered }),
      },
      group: 'cache',
      regions: { east: { port: east.port }, west: { port: west.port } },
    });
    await redis.connect();
  });
  afterEach(async () => {
    redis.disconnect();
    await Promise.all([east.kill9(), west.kill9()]);
  });

  const heard = (region: string, answered: boolean): number =>
    answers.filter((each) => each.region === region && each.answered === answered).length;

  test('of a region in good health are answered, and none is said to have failed', async () => {
    await eventually(() => expect(heard('west', true)).toBeGreaterThan(3));
    expect(answers.filter(({ answered }) => !answered)).toEqual([]);
  });

  test('of a region that went away fail one after another, the other is as it was', async () => {
    await eventually(() => expect(heard('west', true)).toBeGreaterThan(0));
    await west.kill9();
    const before = heard('west', false);
    await eventually(() => expect(heard('west', false)).toBeGreaterThan(before + 3));
    expect(heard('east', false)).toBe(0);
  });

  test('of a client that leaves on purpose are counted no more', async () => {
    await eventually(() => expect(heard('west', true)).toBeGreaterThan(0));
    redis.disconnect();
    await new Promise((resolve) => setImmediate(resolve));
    expect(answers.filter(({ answered }) => !answered)).toEqual([]);
  });
});
