import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { type RedisServer, redisRuns, skipWithoutRedis, startRedis } from '../../support/redis.ts';

/** What every test on Redis relies on, be the servers containers or processes. */
describe.skipIf(skipWithoutRedis('servers for tests'))(`a Redis for tests (${redisRuns})`, () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(async () => {
    await server?.kill9();
  });

  /** Tries once: no reconnecting, no waiting beyond 500 ms. */
  async function ask(port: number, ...[command = 'PING', ...args]: string[]): Promise<unknown> {
    const redis = new Redis({ port, retryStrategy: () => null, commandTimeout: 500 });
    redis.on('error', () => {});
    try {
      return await redis.call(command, ...args);
    } finally {
      redis.disconnect();
    }
  }

  test('keeps what it is told', async () => {
    expect(await ask(server.port, 'SET', 'colour', 'green')).toBe('OK');
    expect(await ask(server.port, 'GET', 'colour')).toBe('green');
  });

  test('frozen it accepts connections and answers nothing; thawed it knows what it knew', async () => {
    await ask(server.port, 'SET', 'shape', 'round');
    await server.freeze();
    await expect(ask(server.port, 'GET', 'shape')).rejects.toThrow('Command timed out');
    await server.thaw();
    expect(await ask(server.port, 'GET', 'shape')).toBe('round');
  });

  test('frozen twice it is thawed by one word, and thawing what is awake is no mistake', async () => {
    await server.freeze();
    await server.freeze();
    await server.thaw();
    expect(await ask(server.port)).toBe('PONG');
    await server.thaw();
    expect(await ask(server.port)).toBe('PONG');
  });

  test('killed it is gone when the promise says so, and again when killed or stopped twice', async () => {
    await server.kill9();
    await expect(ask(server.port)).rejects.toThrow('closed');
    await server.kill9();
    await server.stop();
  });

  test('restarted it is at its old address, and empty', async () => {
    await server.restart();
    expect(await ask(server.port, 'DBSIZE')).toBe(0);
  });

  test('a client of before the end is served again by the restarted one', async () => {
    const redis = new Redis({ port: server.port, retryStrategy: () => 20 });
    redis.on('error', () => {});
    onTestFinished(() => redis.disconnect());
    await redis.set('number', '7');
    await server.stop();
    await server.restart();
    await eventually(async () => expect(await redis.get('number')).toBeNull());
  });

  test('frozen it can be killed, and comes back awake', async () => {
    await server.freeze();
    await server.kill9();
    await expect(ask(server.port)).rejects.toThrow('closed');
    await server.restart();
    expect(await ask(server.port)).toBe('PONG');
  });

  test('takes arguments of redis-server, also after a restart', async () => {
    const guarded = await startRedis({ args: ['--requirepass', 'sesame'] });
    onTestFinished(() => guarded.stop());
    await expect(ask(guarded.port)).rejects.toThrow('NOAUTH');
    await guarded.restart();
    await expect(ask(guarded.port)).rejects.toThrow('NOAUTH');
  });
});
