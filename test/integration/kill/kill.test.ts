// Whatever is killed in the middle of a failover, the fleet ends in one agreed epoch.

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { RouteSnapshot } from '@regionpilot/agent';
import { afterEach, describe, expect, inject, test } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { startKafka } from '../../support/kafka.ts';
import { type Process, World } from './world.ts';

const brokers = inject('kafkaBrokers');
let world: World;

afterEach(() => world.stop());

const published = ({ events }: Process): readonly unknown[] =>
  events.filter(({ event }) => event === 'decisionPublished').map(({ reason }) => reason);

describe.skipIf(brokers.length === 0)('in the middle of a failover', () => {
  test('the only aggregator is killed and started again: everybody moves under its new term', async () => {
    world = await World.start(brokers, 'kill-one.');
    const first = await world.aggregator();
    await world.settled(first);
    world.regionDies('eu');
    await first.kill();
    const before = world.versions()[0];
    await world.aggregator();
    const agreed = await world.agreedOn('us');
    expect(agreed.term).toBeGreaterThan(before?.term ?? 0);
  });

  test('one of two aggregators, the one that decides, is killed: the other finishes the move', async () => {
    world = await World.start(brokers, 'kill-two.');
    const both = [await world.aggregator(), await world.aggregator()];
    await eventually(() => expect(both.some((each) => published(each).length > 0)).toBe(true));
    const decider = both.find((each) => published(each).length > 0) as Process;
    await world.settled(decider);
    world.regionDies('eu');
    await decider.kill();
    await world.agreedOn('us');
  });

  test('Kafka is killed and comes back: clients keep their routes, then all move', async () => {
    const kafka = await startKafka();
    try {
      world = await World.start(kafka.brokers, 'kill-kafka.');
      await world.settled(await world.aggregator());
      const before = world.versions();
      await kafka.kill(0);
      world.regionDies('eu');
      expect(world.versions()).toEqual(before);
      await kafka.restart(0);
      await world.agreedOn('us');
    } finally {
      await kafka.stop();
    }
  });

  test('a client’s process is killed and started again: it follows the epoch the others follow', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'regionpilot-kill-'));
    const cacheFile = join(folder, 'decisions.json');
    try {
      world = await World.start(brokers, 'kill-agent.');
      const aggregator = await world.aggregator();
      await world.settled(aggregator);
      const mortal = client('kill-agent.', cacheFile);
      await eventually(() => expect(mortal.routes.at(-1)?.source).toBe('log'));
      world.regionDies('eu');
      await mortal.kill();
      const agreed = await world.agreedOn('us');
      const reborn = client('kill-agent.', cacheFile);
      await eventually(() =>
        expect(reborn.routes.at(-1)).toMatchObject({ region: 'us', version: agreed }),
      );
      await reborn.kill();
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

function client(prefix: string, cacheFile: string) {
  const program = fileURLToPath(new URL('./agent-process.ts', import.meta.url));
  const child: ChildProcess = spawn(
    process.execPath,
    [program, brokers.join(), prefix, cacheFile],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const routes: RouteSnapshot[] = [];
  createInterface({ input: child.stdout as NodeJS.ReadableStream }).on('line', (line) => {
    routes.push(JSON.parse(line) as RouteSnapshot);
  });
  const kill = (): Promise<void> =>
    new Promise((resolve) => {
      child.once('exit', () => resolve());
      child.kill('SIGKILL');
    });
  return { routes, kill };
}
