import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { findRedisServer, startRedisServer } from '../../../demo/io/redis-server.ts';
import { type Region, startRegion } from '../../../demo/io/region.ts';
import { startStandIn } from '../../../demo/io/stand-in.ts';
import { eventually } from '../../support/eventually.ts';
import { skipWithoutRedisServer } from '../../support/redis.ts';

const folder = mkdtempSync(join(tmpdir(), 'regionpilot-demo-test-'));
const binary = findRedisServer(process.env['PATH']) ?? '';

const kinds = [
  ['a stand-in', startStandIn, false],
  [
    'a real server',
    () => startRedisServer(binary, folder),
    skipWithoutRedisServer('regions of the demo with a real server'),
  ],
] as const;

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.each(kinds)('a region with %s', (_, startServer, skipped) => {
  describe.skipIf(skipped)('met by ioredis', () => {
    const clients: Redis[] = [];
    let region: Region;

    afterEach(async () => {
      for (const client of clients.splice(0)) client.disconnect();
      await region.close();
    });

    /** A client that tells at once how it fares and tries again soon. */
    async function met(): Promise<Redis> {
      region = await startRegion('eu-west', await startServer());
      const client = new Redis({
        host: region.host,
        port: region.port,
        retryStrategy: () => 20,
        enableOfflineQueue: false,
      });
      client.on('error', () => undefined);
      clients.push(client);
      await eventually(() => expect(client.status).toBe('ready'));
      return client;
    }

    const works = (client: Redis): Promise<void> =>
      eventually(async () => expect(await client.ping()).toBe('PONG'));

    test('speaks with it as with any Redis', async () => {
      const client = await met();
      await client.set('k', 'a\r\nb', 'EX', 100);
      expect(await client.get('k')).toBe('a\r\nb');
      expect(await client.get('nothing')).toBeNull();
      expect(await client.incr('n')).toBe(1);
      expect(await client.del('k', 'n')).toBe(2);
      await expect(client.call('NONSENSE')).rejects.toThrow('unknown command');
    });

    test('killed: connections are refused, and what it held is gone when it is back', async () => {
      const client = await met();
      await client.set('k', 'v');
      await region.inject('refused');
      expect(region.fault()).toBe('refused');
      const errors: string[] = [];
      client.on('error', ({ code }: NodeJS.ErrnoException) => errors.push(String(code)));
      await eventually(() => expect(errors).toContain('ECONNREFUSED'));
      await region.heal();
      await works(client);
      expect(await client.get('k')).toBeNull();
      expect(region.fault()).toBeNull();
    });

    test.each(['frozen', 'blackhole'] as const)(
      '%s: the socket stays open, nothing is answered, and it goes on where it stopped',
      async (fault) => {
        const client = await met();
        await region.inject(fault);
        let answered = false;
        const waiting = client.incr('n').then(() => {
          answered = true;
        });
        const newcomer = new Redis({
          host: region.host,
          port: region.port,
          connectTimeout: 300,
          retryStrategy: () => null,
          lazyConnect: true,
        });
        newcomer.on('error', () => undefined);
        clients.push(newcomer);
        const refused = await Promise.race([
          newcomer.connect().then(
            () => 'ready',
            () => 'failed',
          ),
          new Promise((resolve) => setTimeout(resolve, 500, 'silence')),
        ]);
        expect([answered, refused, client.status]).toEqual([false, 'silence', 'ready']);
        await region.heal();
        await waiting;
        expect(await client.get('n')).toBe('1');
      },
    );

    test('slow: every answer comes a second late and in order', async () => {
      const client = await met();
      await region.inject('slow');
      const beganMs = performance.now();
      const replies = Promise.all([1, 2, 3].map(() => client.incr('n')));
      expect(await replies).toEqual([1, 2, 3]);
      expect(performance.now() - beganMs).toBeGreaterThan(950);
      // Healed with a request still on its way (it is held for 500 ms): the next does not overtake.
      const late = client.set('k', 'late');
      await sleep(100);
      await region.heal();
      expect(await Promise.all([late, client.get('k')])).toEqual(['OK', 'late']);
    });

    test('a blip ends by itself', async () => {
      const client = await met();
      await region.inject('blip');
      expect(await client.ping()).toBe('PONG');
      await eventually(() => expect(region.fault()).toBeNull());
    });

    test('one fault ends where another begins', async () => {
      const client = await met();
      await region.inject('refused');
      await region.inject('frozen');
      await region.heal();
      await works(client);
      await region.inject('blackhole');
      await region.inject('slow');
      expect(region.fault()).toBe('slow');
      await region.heal();
      await works(client);
    });
  });
});
