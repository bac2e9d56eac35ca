import { afterEach, describe, expect, test } from 'vitest';
import type { FaultName } from '../../../demo/fault.ts';
import type { Happening } from '../../../demo/happening.ts';
import { play } from '../../../demo/io/player.ts';
import { startWorld, type World } from '../../../demo/io/world.ts';
import { buildReport, isClean } from '../../../demo/report.ts';
import { brisk } from '../../../demo/script.ts';
import { unsettledBecause } from '../../../demo/snapshot.ts';
import { eventually } from '../../support/eventually.ts';

let world: World;
let happenings: Happening[];

async function smallWorld(): Promise<void> {
  happenings = [];
  world = await startWorld({
    clients: 30,
    brokers: [],
    path: undefined,
    onHappening: (happening) => happenings.push(happening),
  });
}

afterEach(() => world.close());

const settled = (): Promise<void> =>
  eventually(() => expect(unsettledBecause(world.snapshot())).toBeNull());
const what = (): readonly string[] => happenings.map((each) => each.what);

describe('the simulated world', () => {
  test.each(['frozen', 'blackhole'] as const)(
    'a %s region is left by all and all come back, without a failed command',
    async (fault) => {
      await smallWorld();
      const { phase } = await play(world, fault, ['us-east'], brisk).ended;
      expect(phase).toEqual({ kind: 'done' });
      const report = buildReport(world.runLog());
      expect(report).toMatchObject({ fault, clients: 10, moved: 10, returned: 10 });
      expect(isClean(report)).toBe(true);
      expect(what()).toEqual(
        expect.arrayContaining(['FAULT', 'DECIDED', 'MOVED', 'HEALED', 'BACK']),
      );
    },
  );

  test('a blip moves nobody, a slow region is left', async () => {
    await smallWorld();
    await settled();
    const faultOf = (): FaultName | null => world.snapshot().regions[0]?.fault ?? null;
    await world.inject('eu-west', 'blip');
    await eventually(() => expect(faultOf()).toBeNull());
    await settled();
    expect(buildReport(world.runLog())).toMatchObject({ fault: 'blip', clients: 10, moved: 0 });
    await world.inject('eu-west', 'slow');
    await eventually(() => expect(world.snapshot().regions[0]?.users).toBe(0));
    expect(world.snapshot().regions[0]).toMatchObject({ admitted: 0, fault: 'slow' });
  });

  test('with nowhere to go somebody is paged, takes it, and is told when it is over', async () => {
    await smallWorld();
    await settled();
    const names = ['eu-west', 'us-east', 'ap-south'];
    for (const name of names) await world.inject(name, 'refused');
    const inbox = () => world.snapshot().inbox;
    const pageOf = (text: string) => inbox().latest.find(({ title }) => title.includes(text))?.page;
    await eventually(() =>
      expect(pageOf('no region is safe')).toEqual({ severity: 'critical', state: 'open' }),
    );
    await world.acknowledge();
    await eventually(() => expect(inbox().acknowledged).toBe(1));
    for (const name of names) await world.heal(name);
    await eventually(() => expect(inbox().unresolved).toBe(0), 30_000);
    expect(inbox().webhooks).toMatchObject({ bad: 0 });
    const { pages } = buildReport(world.runLog());
    expect(pages.filter(({ title }) => title.includes('no region is safe'))).toMatchObject(
      ['pagerduty', 'webhook'].map((receiver) => ({ receiver, severity: 'critical' })),
    );
    expect(what()).toEqual(expect.arrayContaining(['PAGE', 'ACKED', 'RESOLVED']));
  });

  test('what is on screen is what is there', async () => {
    await smallWorld();
    await settled();
    await eventually(() => expect(world.snapshot().commands.perSecond).toBeGreaterThan(20));
    const { regions, clients, servers, bus } = world.snapshot();
    expect({ clients, servers, bus }).toEqual({
      clients: 30,
      servers: 'stand-in',
      bus: 'embedded',
    });
    expect(regions.map(({ users }) => users)).toEqual([10, 10, 10]);
    expect(regions.every(({ p50Ms, answered }) => p50Ms !== null && answered > 0)).toBe(true);
  });
});
