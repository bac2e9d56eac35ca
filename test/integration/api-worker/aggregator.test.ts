// The API beside an aggregator, in the real command: it answers, it may crash as often as it likes
// without a decision being late or lost, and it ends with the process.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Bus } from '@regionpilot/bus';
import { openEmbeddedBus } from '@regionpilot/bus/embedded';
import { openKafkaBus } from '@regionpilot/bus/kafka';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { GroupState } from '../../../api/contract/groups.ts';
import { eventually } from '../../support/eventually.ts';
import { Fleet } from '../cli/fleet.ts';
import { printed, type Running, run, start } from '../cli/run.ts';

const brokers = inject('kafkaBrokers');
const folder = mkdtempSync(join(tmpdir(), 'regionpilot-api-worker-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const prefix = `api-worker-${process.pid}.`;
const strength = ['--replication', '1', '--event-partitions', '2'];
const breaking = fileURLToPath(new URL('./breaking-threads.ts', import.meta.url));
const env = { NODE_OPTIONS: `--import ${breaking}` };
/** Pauses between two starts of the API double: a few of them may have to pass. */
const withinMs = 60_000;

type World = { readonly name: string; readonly args: readonly string[]; readonly open: () => Bus };

const file = join(folder, 'bus.sqlite');
const embedded: World = {
  name: 'embedded',
  args: ['--file', file],
  open: () => openEmbeddedBus({ file }),
};
const kafka: World = {
  name: 'kafka',
  args: ['--brokers', brokers.join(',')],
  open: () => openKafkaBus({ kind: 'kafka', brokers, clientId: 'api-worker-test' }),
};

const served = (aggregator: Running): string =>
  /"event":"apiStarted".*?"url":"([^"]+)"/.exec(aggregator.err())?.[1] ?? '';
const count = (aggregator: Running, event: string): number =>
  aggregator.err().split(`"event":"${event}"`).length - 1;

async function groupAt(url: string): Promise<GroupState> {
  const answer = await fetch(`${url}/api/v1/groups/payments`);
  expect(answer.status).toBe(200);
  return (await answer.json()) as GroupState;
}

describe.each(brokers.length === 0 ? [embedded] : [embedded, kafka])(
  'an aggregator on the $name bus with the API beside it',
  ({ args: where, open }) => {
    const args = [...where, '--prefix', prefix, ...strength];
    let aggregator: Running;
    let bus: Bus;
    let fleet: Fleet;
    let url = '';

    beforeAll(async () => {
      expect(await run(['topics', 'apply', ...args])).toMatchObject({ code: 0 });
      aggregator = start(['aggregator', '--api-port', '0', ...args], env);
      bus = open();
      fleet = new Fleet(bus, prefix);
      await printed(aggregator, '"event":"apiStarted"');
      url = served(aggregator);
    });

    afterAll(async () => {
      await fleet?.stop();
      await bus?.close();
      await aggregator?.stop();
    });

    test('the console is there, and the API knows the fleet', async () => {
      const page = await fetch(url);
      expect(page.headers.get('content-type')).toContain('text/html');
      expect(await page.text()).toContain('<title>RegionPilot');
      await eventually(async () => {
        expect(await groupAt(url)).toMatchObject({
          clients: { reporting: 12 },
          convergence: { share: 1 },
          regions: [{ health: 'healthy' }, { health: 'healthy' }],
        });
      }, withinMs);
      expect((await fetch(`${url}/readyz`)).status).toBe(200);
    });

    test('its thread crashes again and again; a region that dies meanwhile is left all the same', async () => {
      aggregator.process.kill('SIGUSR2');
      await printed(aggregator, '"event":"apiCrashed"');
      await expect(fetch(url)).rejects.toThrow();
      fleet.lose('eu');
      await printed(aggregator, '"reason":"regionDown"');
      await printed(aggregator, '"kind":"converged"');
      await eventually(() => expect(count(aggregator, 'apiCrashed')).toBeGreaterThan(1), withinMs);
      await expect(fetch(url)).rejects.toThrow();
      expect(count(aggregator, 'apiStarted')).toBe(1);
    });

    test('the API comes back at its address by itself, and knows what was decided without it', async () => {
      aggregator.process.kill('SIGUSR2');
      await eventually(() => expect(count(aggregator, 'apiStarted')).toBe(2), withinMs);
      await eventually(async () => {
        expect(await groupAt(url)).toMatchObject({
          reason: 'regionDown',
          convergence: { share: 1 },
          regions: [
            { region: 'eu', admit: 0 },
            { region: 'us', admit: 10_000 },
          ],
        });
      }, withinMs);
    });

    test('told to end, both end: nothing is left open and nothing complains', async () => {
      const { code, err } = await aggregator.stop();
      expect(code).toBe(0);
      expect(err).toContain('"event":"apiStopped"');
      expect(err).not.toMatch(/stopped by a bug|Unhandled/);
      await expect(fetch(url)).rejects.toThrow();
    });
  },
);

describe('beside an aggregator', () => {
  const other = join(folder, 'other.sqlite');
  const args = ['--file', other, '--prefix', prefix, ...strength];

  beforeAll(async () => {
    expect(await run(['topics', 'apply', ...args])).toMatchObject({ code: 0 });
  });

  test('an API that waits to be started again does not keep the process', async () => {
    const aggregator = start(['aggregator', '--api-port', '0', ...args], env);
    await printed(aggregator, '"event":"apiStarted"');
    aggregator.process.kill('SIGUSR2');
    await printed(aggregator, '"event":"apiCrashed"');
    expect((await aggregator.stop()).code).toBe(0);
    expect(count(aggregator, 'stopped')).toBe(1);
  });

  test('a port that is taken is said, and nothing runs without what was asked for', async () => {
    const first = start(['api', '--api-port', '0', ...args.slice(0, 4)]);
    await printed(first, '"event":"apiStarted"');
    const { port } = new URL(served(first));
    const { code, err } = await run(['aggregator', '--api-port', port, ...args]);
    expect(code).not.toBe(0);
    expect(err).toContain(`Port ${port} of 127.0.0.1 is taken`);
    expect((await first.stop()).code).toBe(0);
  });
});
