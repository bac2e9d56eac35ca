import type { Decision } from '@regionpilot/protocol';
import type { RegionSnapshot, WorldSnapshot } from '../../../demo/snapshot.ts';
import { decision } from '../../support/decisions.ts';

export function decisionOf(fields: Partial<Decision>): Decision {
  return decision({
    group: 'payments-cache',
    owner: 'one',
    atMs: 0,
    text: 'eu is down for all clients',
    ...fields,
  });
}

export function regionOf(fields: Partial<RegionSnapshot>): RegionSnapshot {
  return {
    name: 'eu-west',
    health: 'healthy',
    admitted: 10_000,
    users: 67,
    home: 67,
    fault: null,
    answered: 1_000,
    failed: 0,
    p50Ms: 0.4,
    p99Ms: 3.2,
    ...fields,
  };
}

export function worldOf(fields: Partial<WorldSnapshot> = {}): WorldSnapshot {
  return {
    nowMs: 65_000,
    bus: 'embedded',
    where: '/tmp/bus.sqlite',
    servers: 'redis-server',
    clients: 200,
    regions: [
      regionOf({}),
      regionOf({ name: 'us-east' }),
      regionOf({ name: 'ap-south', users: 66, home: 66 }),
    ],
    version: [1, 1],
    noSafeTarget: false,
    tilt: [],
    commands: {
      sent: 12_345,
      failed: 0,
      ambiguous: 1,
      waiting: 0,
      perSecond: 1_046,
      longestMs: 480,
    },
    inbox: {
      open: 0,
      acknowledged: 0,
      resolved: 0,
      changes: 0,
      unresolved: 0,
      latest: [],
      webhooks: { good: 0, bad: 0 },
    },
    alerting: true,
    console: null,
    ...fields,
  };
}
