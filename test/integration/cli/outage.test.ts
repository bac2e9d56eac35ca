// One outage, told by every command: from the topics to the replay, once per bus.

import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Bus } from '@regionpilot/bus';
import { openEmbeddedBus } from '@regionpilot/bus/embedded';
import { openKafkaBus } from '@regionpilot/bus/kafka';
import { problemsOf } from '@regionpilot/protocol';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { statusSchema } from '../../../cli/status/schema.ts';
import { eventually } from '../../support/eventually.ts';
import { Fleet } from './fleet.ts';
import { type Ended, printed, type Running, run, start } from './run.ts';

const brokers = inject('kafkaBrokers');
const folder = mkdtempSync(join(tmpdir(), 'regionpilot-cli-'));
const file = join(folder, 'bus.sqlite');
const prefix = `cli-${process.pid}.`;

type World = { readonly name: string; readonly args: readonly string[]; readonly open: () => Bus };

const worlds: readonly World[] = [
  { name: 'embedded', args: ['--file', file], open: () => openEmbeddedBus({ file }) },
  {
    name: 'kafka',
    args: ['--brokers', brokers.join(',')],
    open: () => openKafkaBus({ kind: 'kafka', brokers, clientId: 'cli-test' }),
  },
];

const strength = ['--replication', '1', '--event-partitions', '2'];

describe.each(worlds.filter(({ name }) => name === 'embedded' || brokers.length > 0))(
  'an outage on the $name bus',
  ({ name, args: where, open }) => {
    const args = [...where, '--prefix', prefix];
    const journal = join(folder, `${name}.jsonl`);
    let bus: Bus;
    let fleet: Fleet;
    let aggregator: Running;
    const command = (...words: readonly string[]): Promise<Ended> => run([...words, ...args]);
    const json = async (...words: readonly string[]) =>
      JSON.parse((await command(...words, '--json')).out);

    beforeAll(async () => {
      const applied = await command('topics', 'apply', ...strength);
      expect(applied).toMatchObject({ code: 0 });
      aggregator = start(['aggregator', '--journal', journal, ...strength, ...args]);
      bus = open();
      fleet = new Fleet(bus, prefix);
      await printed(aggregator, '"event":"started"');
      await eventually(async () => {
        const [group] = (await json('status')).groups;
        expect(group).toMatchObject({ group: 'payments', convergence: { share: 1 }, tilt: null });
        expect(group.regions).toMatchObject([{ health: 'healthy' }, { health: 'healthy' }]);
      }, 60_000);
      fleet.lose('eu');
      await printed(aggregator, '"reason":"regionDown"');
      await printed(aggregator, '"kind":"converged"');
    });

    afterAll(async () => {
      await fleet?.stop();
      await bus?.close();
      await aggregator?.stop();
    });

    test('the topics verify, and their differences from a stronger wish are listed', async () => {
      expect(await command('topics', 'verify', ...strength)).toMatchObject({
        code: 0,
        out: 'all 12 topics are as wanted\n',
      });
      const weak = await command('topics', 'verify', '--replication', '1');
      expect(weak.code).toBe(4);
      expect(weak.out).toContain(`${prefix}events  partitions  2    at least 8`);
    });

    test('status shows who is where, in a shape that is promised', async () => {
      const report = await json('status');
      expect(problemsOf(statusSchema, report)).toEqual([]);
      expect(report.groups).toMatchObject([
        {
          group: 'payments',
          reason: 'regionDown',
          regions: [
            { region: 'eu', health: 'down', now: 'down', admit: 0 },
            { region: 'us', health: 'healthy', now: 'ok', admit: 10_000 },
          ],
          clients: { reporting: 12, known: 12 },
          heartbeat: { stale: false },
          orders: [],
        },
      ]);
      const table = (await command('status')).out;
      expect(table).toMatch(/eu +down +down +0 %/);
      expect(table).toContain('12 reporting of 12 known, 100.0 % follow this epoch');
      expect(table).not.toContain('\u001b');
    });

    test('explain tells the incident from first suspicion to convergence', async () => {
      const { out, code } = await command('explain', 'payments');
      expect(code).toBe(0);
      expect(out).toMatch(/eu went from healthy to suspect/);
      expect(out).toMatch(/decided \(regionDown, epoch 2\)/);
      expect(out).toMatch(/evidence eu: 12 of 12 engaged clients say down/);
      expect(out).toMatch(/all 12 clients follow epoch 2/);
      expect(out).toMatch(/us is judged ok/);
      const { stories } = await json('explain', 'payments', '--at', 'now');
      expect(stories[0].incident).toMatch(/^payments\/\d+$/);
    });

    test('explain of a time before the outage says that nothing was decided', async () => {
      const { out } = await command('explain', 'payments', '--at', '-2h');
      expect(out).toContain('nothing was decided or refused for payments then');
    });

    test('tap shows the decisions from the start and stops at its limit', async () => {
      const tapped = await command(
        'tap',
        'decisions',
        '--group',
        'payments',
        '--from',
        'start',
        '--no-follow',
        '--json',
      );
      const kinds = tapped.out
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).kind);
      expect(kinds).toContain('decision');
      expect(tapped.code).toBe(0);
      const live = await command('tap', 'events', 'partials', '--limit', '5');
      expect(live.out.trim().split('\n')).toHaveLength(5);
      expect(live.out).toMatch(/batch \d+ of checkout-\d+ \(home (eu|us), zone-\d\): 2 rows/);
    });

    test('tap survives a record that nobody can read', async () => {
      const tapping = start(['tap', 'incidents', '--from', '-1m', '--limit', '1000', ...args]);
      await printed(tapping, 'decided');
      const poison = { key: 'payments', value: Buffer.from('\u001b[2Jnot json'), headers: {} };
      await bus.publish(`${prefix}incidents`, [poison]);
      await printed(tapping, 'cannot be read: notJson');
      const { code, out } = await tapping.stop();
      expect(code).toBe(0);
      expect(out).not.toContain('\u001b');
    });

    test('an order nobody may give is refused with the nearest name', async () => {
      const { code, err } = await command(
        'hold',
        'set',
        'payments',
        '--use',
        'uss',
        '--for',
        '5m',
        '--reason',
        'x',
      );
      expect(code).toBe(2);
      expect(err).toBe(
        'regionpilot: There is no region of payments uss (eu, us): did you mean us? [CONFIG_INVALID]\n',
      );
    });

    test('a hold is carried out and shown; the kill switch beside it does not end it; clear does', async () => {
      const hold = [
        'hold',
        'set',
        'payments',
        '--use',
        'us',
        '--for',
        '30m',
        '--reason',
        'upgrade',
      ];
      const held = await command(...hold);
      expect(held).toMatchObject({ code: 0, err: '' });
      expect(held.out).toMatch(/payments: epoch 3: dana holds: use us \(upgrade\)/);

      const kill = [
        'hold',
        'set',
        'payments',
        '--automation',
        'off',
        '--for',
        '10m',
        '--reason',
        'works',
      ];
      const refused = await command(...kill);
      expect(refused.code).toBe(2);
      expect(refused.err).toContain('dana ordered --use us for payments: repeat it to keep it');

      const all = await command(
        'hold',
        'set',
        '*',
        '--automation',
        'off',
        '--for',
        '10m',
        '--reason',
        'works',
      );
      expect(all).toMatchObject({ code: 0 });
      expect(all.out).toContain('payments: in force');
      const { orders } = (await json('status')).groups[0];
      expect(orders).toMatchObject([
        { scope: 'group', hold: { kind: 'use', region: 'us' }, author: 'dana' },
        { scope: 'all', hold: null, automation: 'off' },
      ]);
      expect((await command('status')).out).toMatch(
        /hold use us by dana, (30m|29m \d+s) left: upgrade/,
      );

      expect(await command('hold', 'clear', '*', '--reason', 'done')).toMatchObject({ code: 0 });
      const cleared = await command('hold', 'clear', 'payments', '--reason', 'done');
      expect(cleared).toMatchObject({ code: 0 });
      expect(cleared.out).toMatch(/payments: epoch 4: The hold "use us" ended/);
      expect((await command('hold', 'clear', 'payments', '--reason', 'again')).err).toBe(
        'nothing is ordered for payments\n',
      );
    });

    test('an impossible hold is stored, refused, and the refusal is printed', async () => {
      const avoid = ['hold', 'set', 'payments', '--avoid', 'us', '--for', '1m', '--reason', 'x'];
      const { code, out } = await command(...avoid);
      expect(code).toBe(1);
      expect(out).toContain('payments: refused by neverTheLastRegion');
      await command('hold', 'clear', 'payments', '--reason', 'mistake');
    });

    test('replay off the bus decides the same, byte for byte, and shows another policy', async () => {
      const same = await json('replay', '--from', '-10m');
      expect(same).toMatchObject({ identical: true, difference: null });
      expect(same.recorded.length).toBeGreaterThanOrEqual(3);
      const calm = join(folder, 'calm.yaml');
      writeFileSync(calm, 'quorumClients: 13\n');
      const { otherwise } = await json('replay', '--from', '-10m', '--policy', calm);
      expect(otherwise.map(({ reason }: { reason: string }) => reason)).not.toContain('regionDown');
    });

    test('the aggregator stops cleanly, and its journal replays byte for byte', async () => {
      const { code, err } = await aggregator.stop();
      expect(code).toBe(0);
      expect(err).toContain('"event":"stopped"');
      for (const line of err.trim().split('\n')) expect(JSON.parse(line)).toHaveProperty('event');
      const { code: replayed, out } = await run(['replay', journal]);
      expect(out).toContain('identical byte for byte');
      expect(replayed).toBe(0);
      const calm = join(folder, 'calm.yaml');
      const otherwise = await run(['replay', journal, '--policy', calm]);
      expect(otherwise.code).toBe(0);
      expect(otherwise.out).toMatch(/with the other policy: \d+ decisions instead of \d+/);
      expect(otherwise.out).toMatch(/was +payments +regionDown/);
      expect(otherwise.out).not.toMatch(/would +payments +regionDown/);

      const changed = join(folder, `${name}-changed.jsonl`);
      writeFileSync(
        changed,
        readFileSync(journal, 'utf8').replace('"reason":"regionDown"', '"reason":"rampStep"'),
      );
      const differs = await run(['replay', changed]);
      expect(differs.code).toBe(4);
      expect(differs.out).toMatch(/DIFFERENT: decision 2/);
    });

    test('an order without an aggregator is stored, and says that nobody took it up', async () => {
      const order = ['hold', 'set', 'payments', '--avoid', 'eu', '--for', '1m', '--reason', 'x'];
      const { code, out } = await command(...order);
      expect(code).toBe(1);
      expect(out).toContain('payments: no aggregator took the order up yet; it is stored');
    });
  },
);

test('in shadow an outage is judged and told, and nobody is moved', async () => {
  const shadowFile = join(folder, 'shadow.sqlite');
  const args = ['--file', shadowFile, '--event-partitions', '2'];
  expect(await run(['topics', 'apply', ...args])).toMatchObject({ code: 0 });
  const aggregator = start(['aggregator', '--shadow', ...args]);
  const bus = openEmbeddedBus({ file: shadowFile });
  const fleet = new Fleet(bus, 'regionpilot.');
  try {
    await printed(aggregator, /us went from unknown to healthy/);
    fleet.lose('eu');
    await printed(aggregator, '"kind":"shadowDecided"');
    const { out } = await run(['explain', 'payments', '--file', shadowFile]);
    expect(out).toMatch(/would have decided \(regionDown\)/);
    expect(out).toMatch(/now: epoch 1 /);
  } finally {
    await fleet.stop();
    await bus.close();
    expect(await aggregator.stop()).toMatchObject({ code: 0 });
  }
});
