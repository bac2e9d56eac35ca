import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { startWorld } from '../../../demo/io/world.ts';
import { jsonOf } from '../../support/api-world.ts';
import { eventually } from '../../support/eventually.ts';

test('the page breaks, heals and holds the same world that the keys steer', async () => {
  const world = await startWorld({
    clients: 12,
    brokers: [],
    path: undefined,
    httpPort: 0,
    onHappening: () => undefined,
  });
  const address = world.snapshot().console ?? '';
  const write = (method: string, path: string, body?: object) =>
    fetch(`${address}api/v1/${path}`, {
      method,
      headers: {
        'idempotency-key': randomUUID(),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  const group = async () => jsonOf(await fetch(`${address}api/v1/groups/payments-cache`));
  try {
    await eventually(async () => expect((await group()).convergence?.share).toBe(1));
    const broken = await write('POST', 'demo/regions/eu-west/fault', { fault: 'refused' });
    expect(broken.status).toBe(200);
    expect(world.snapshot().regions.find(({ name }) => name === 'eu-west')?.fault).toBe('refused');
    await eventually(async () => {
      const { regions } = await group();
      expect(regions[0]).toMatchObject({ region: 'eu-west', health: 'down', admit: 0 });
    });
    expect((await write('DELETE', 'demo/regions/eu-west/fault')).status).toBe(200);
    expect(world.snapshot().regions.every(({ fault }) => fault === null)).toBe(true);
    expect((await write('POST', 'demo/regions/eu-west/fault', { fault: 'nuke' })).status).toBe(400);
    expect((await write('DELETE', 'demo/regions/atlantis/fault')).status).toBe(404);
    const order = {
      hold: { kind: 'use', region: 'ap-south' },
      automation: 'enforce',
      overrideRules: [],
      reason: 'for a test',
      durationMs: 60_000,
    };
    expect((await write('PUT', 'groups/payments-cache/order', order)).status).toBe(202);
    await eventually(async () => {
      const { orders, regions } = await group();
      expect(orders).toMatchObject([{ hold: order.hold, author: 'local' }]);
      expect(regions.map(({ admit }: { admit: number }) => admit)).toEqual([0, 0, 10_000]);
    });
    await eventually(async () => {
      const { items } = await jsonOf(await fetch(`${address}api/v1/audit`));
      expect(items[0]).toMatchObject({ actor: 'local', target: 'payments-cache' });
    });
  } finally {
    await world.close();
  }
});
