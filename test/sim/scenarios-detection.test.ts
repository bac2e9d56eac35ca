import { describe, expect, test } from 'vitest';
import { fleet, World } from '../support/sim/world.ts';

const regions = ['eu', 'us', 'ap'];

describe('detection', () => {
  test('01 the active region refuses connections: one decision, every client moves within a second', () => {
    const world = new World({ seed: 1, regions, clients: fleet(20, ['eu']) }).start().run(10_000);
    world.become('eu', { kind: 'refused' });
    world.run(11_000);
    expect(world.checks.obeyed.map(({ reason }) => reason)).toEqual(['initial', 'regionDown']);
    for (const client of world.clients) expect(client.route.region).not.toBe('eu');
  });
});
