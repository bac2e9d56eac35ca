// The compose file on a real engine: it comes up from nothing, a region's container is killed, clients
// move and somebody is told, the region comes back, and nothing is left behind.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { jsonOf } from '../../support/api-world.ts';
import { eventually } from '../../support/eventually.ts';
import { type ContainerStack, containerStack, startTimes } from '../../support/stack-containers.ts';
import { skipWithoutEngine, stackImages } from '../../support/stack-engine.ts';

const group = 'payments-cache';
const regions = ['eu-west', 'us-east', 'ap-south'] as const;
const project = `regionpilot-test-${process.pid}`;
const perRegion = 20;
/** Twelve containers start on a machine that others may use too. */
const withinMs = 90_000;

describe.skipIf(skipWithoutEngine('the compose file'))('the compose file', () => {
  let stack: ContainerStack;
  beforeAll(async () => {
    stack = await containerStack(project, await stackImages());
    const { startedMs, readyMs } = await startTimes(stack, withinMs);
    console.log(`compose up: started after ${startedMs} ms, ready to decide after ${readyMs} ms`);
  }, 400_000);
  afterAll(async () => stack?.down());

  /** Counters that clients of a home raised in a region's server. */
  const visitors = async (region: string): Promise<ReadonlySet<string>> => {
    const words = ['redis-cli', '--scan', '--pattern', 'visits:*'];
    const keys = await stack.exec(`redis-${region}`, ...words);
    return new Set(keys.match(/(?<=^visits:)[^/]+/gm));
  };
  const groupAtApi = async () => jsonOf(await stack.api(`/api/v1/groups/${group}`));
  const movesOf = async (home: string): Promise<readonly { from: string; to: string }[]> =>
    (await stack.compose('logs', '--no-log-prefix', `clients-${home}`))
      .split('\n')
      .filter((line) => line.includes('"clientMoved"'))
      // Some versions of Compose begin a line with a control sequence.
      .map((line) => JSON.parse(line.slice(line.indexOf('{'))));

  test('every container that stays is healthy in its own eyes, the one-shots ended well', async () => {
    await eventually(async () => {
      const states = await stack.compose('ps', '--all', '--format', '{{.Service}} {{.Status}}');
      const lines = states.trim().split('\n');
      expect(lines).toHaveLength(14);
      for (const line of lines) expect(line).toMatch(/\(healthy\)$|^(topics|tokens) Exited \(0\)/);
    }, withinMs);
  });

  test('the console is at its port, the API for who has the token of the one-shot', async () => {
    const page = await stack.api('/', '');
    expect(await page.text()).toContain('<title>RegionPilot');
    expect((await stack.api('/api/v1/groups', '')).status).toBe(401);
    const { features, grafanaUrl } = await jsonOf(await stack.api('/api/v1/session'));
    expect({ features, grafanaUrl }).toMatchObject({
      features: { demo: false },
      grafanaUrl: 'http://localhost:3000',
    });
    await eventually(async () => expect((await groupAtApi()).group).toBe(group), withinMs);
  });

  test('started again, the one-shot shows the token that still holds', async () => {
    const again = await stack.compose('run', '--rm', '--no-deps', 'tokens');
    expect(again).toContain('The token of an earlier start still holds.');
    const [token = ''] = /rp_admin_\S+/.exec(again) ?? [];
    expect((await stack.api('/api/v1/session', token)).status).toBe(200);
  });

  test('clients work in their home region and nowhere else', async () => {
    await eventually(async () => {
      for (const region of regions) expect([...(await visitors(region))]).toEqual([region]);
      const [group] = (await stack.status()).groups;
      expect(group?.clients.reporting).toBe(perRegion * regions.length);
      expect(group?.convergence.share).toBe(1);
    }, withinMs);
  });

  test('a region’s container is killed: its clients move, nobody else does, the inbox is told', async () => {
    await stack.compose('kill', 'redis-eu-west');
    await eventually(async () => {
      const [group] = (await stack.status()).groups;
      expect(group?.reason).toBe('regionDown');
      expect(group?.regions.find(({ region }) => region === 'eu-west')?.admit).toBe(0);
      expect(group?.convergence.share).toBe(1);
    }, withinMs);
    const moves = await movesOf('eu-west');
    expect(moves).toHaveLength(perRegion);
    for (const move of moves) expect(move).toMatchObject({ from: 'eu-west', to: 'us-east' });
    expect(await movesOf('us-east')).toEqual([]);
    expect(await movesOf('ap-south')).toEqual([]);
    await eventually(async () => {
      const [said] = (await stack.status()).groups;
      expect(await groupAtApi()).toMatchObject({
        ...{ term: said?.term, epoch: said?.epoch, reason: 'regionDown', text: said?.text },
        regions: said?.regions.map(({ region, health, admit }) => ({ region, health, admit })),
      });
      expect([...(await visitors('us-east'))].sort()).toEqual(['eu-west', 'us-east']);
      const titles = (await stack.inbox()).pages.map(({ title }) => title);
      expect(titles.join('\n')).toContain('eu-west is down');
    }, withinMs);
  });

  test('it is started again: its clients come home', async () => {
    await stack.compose('start', 'redis-eu-west');
    await eventually(async () => {
      const moves = await movesOf('eu-west');
      expect(moves.filter(({ to }) => to === 'eu-west')).toHaveLength(perRegion);
    }, withinMs);
  });

  test('taken down, it leaves no container, volume or network', async () => {
    await stack.down();
    for (const what of ['container', 'volume', 'network'] as const) {
      expect(await stack.remains(what), what).toEqual([]);
    }
  });
});
