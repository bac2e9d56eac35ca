import {
  mergePolicy,
  parseAggregatorConfig,
  policyDefaults,
  policyInForce,
  policySettings,
  takeOrder,
} from '@regionpilot/aggregator';
import type { PolicyOrder } from '@regionpilot/protocol';
import { describe, expect, test } from 'vitest';
import { LivePolicies } from '../../../aggregator/live-policies.ts';

const ten = Date.UTC(2026, 10, 21, 10);
const config = parseAggregatorConfig({
  policy: { quorumRatio: 0.3 },
  groups: { payments: { policy: { coolDownMs: 30_000 } } },
});

const order = (group: string, settings: PolicyOrder['settings'], version = 1): PolicyOrder => ({
  v: 1,
  group,
  atMs: ten,
  author: 'dana',
  reason: 'a calmer week',
  settings,
  version,
});

describe('one order over a policy', () => {
  test('what it names changes, all else stays', () => {
    expect(
      mergePolicy(policyDefaults, order('payments', { quorumRatio: 0.4, ramp: [10_000] })),
    ).toEqual({
      kind: 'ok',
      policy: { ...policyDefaults, quorumRatio: 0.4, ramp: [10_000] },
    });
    expect(mergePolicy(policyDefaults, null)).toEqual({ kind: 'ok', policy: policyDefaults });
  });

  test('what folders count by, timers of the process and unknown names are refused, all at once', () => {
    const merged = mergePolicy(
      policyDefaults,
      order('payments', { stallMs: 900, heartbeatMs: 500, colour: 'red', toString: 1 }),
    );
    expect(merged).toMatchObject({
      kind: 'invalid',
      problems: [
        { path: 'stallMs', value: '900', expected: expect.stringContaining('config file') },
        { path: 'heartbeatMs' },
        { path: 'colour', value: '"red"', expected: 'a setting of the policy' },
        { path: 'toString', expected: 'a setting of the policy' },
      ],
    });
  });

  test('ranges and relations hold as in a config file', () => {
    const problems = (settings: PolicyOrder['settings']) => {
      const merged = mergePolicy(policyDefaults, order('payments', settings));
      return merged.kind === 'ok' ? [] : merged.problems.map(({ path }) => path);
    };
    expect(problems({ quorumRatio: 2, automation: 'maybe' })).toEqual([
      'quorumRatio',
      'automation',
    ]);
    expect(problems({ coolDownMs: 120_000, coolDownMaxMs: 60_000 })).toEqual(['coolDownMaxMs']);
    expect(problems({ ramp: [10_000, 100] })).toEqual(['ramp', 'ramp']);
    expect(problems({ regionCapacity: { eu: 4_000 } })).toEqual([]);
  });
});

describe('orders to all and to one', () => {
  test('the group`s own order lies over that to all, and both over the config', () => {
    const orders = new Map([
      ['*', order('*', { quorumClients: 5, coolDownMs: 90_000 })],
      ['payments', order('payments', { quorumClients: 7 })],
    ]);
    expect(policyInForce(config, orders, 'payments')).toMatchObject({
      quorumRatio: 0.3,
      quorumClients: 7,
      coolDownMs: 90_000,
    });
    expect(policyInForce(config, orders, 'ledger')).toMatchObject({
      quorumClients: 5,
      coolDownMs: 90_000,
    });
  });

  test('an order to all that would not fit one group is refused, and says which', () => {
    const own = new Map([['ledger', order('ledger', { coolDownMs: 1_000_000 })]]);
    expect(takeOrder(config, own, '*', order('*', { coolDownMaxMs: 600_000 }))).toMatchObject({
      kind: 'refused',
      problems: [{ path: 'ledger: coolDownMaxMs', value: '600000' }],
    });
  });
});

describe('the policies of a process', () => {
  test('orders that need one another are judged together at the start, whatever their order in the log', () => {
    const policies = new LivePolicies(config);
    expect(policies.hear('ledger', order('ledger', { coolDownMs: 3_600_000 }))).toEqual([]);
    expect(policies.hear('*', order('*', { coolDownMaxMs: 7_200_000 }))).toEqual([]);
    expect(policies.of('ledger').coolDownMs).toBe(60_000);
    expect(policies.caughtUp().map(({ problems }) => problems)).toEqual([[], []]);
    expect(policies.of('ledger')).toMatchObject({
      coolDownMs: 3_600_000,
      coolDownMaxMs: 7_200_000,
    });
  });

  test('a refused order leaves the one before it in force; taking it back ends that too', () => {
    const policies = new LivePolicies(config);
    policies.caughtUp();
    policies.hear('payments', order('payments', { quorumClients: 4 }));
    const [refused] = policies.hear('payments', order('payments', { quorumClients: 0 }, 2));
    expect(refused?.problems).toHaveLength(1);
    expect(policies.of('payments').quorumClients).toBe(4);
    policies.hear('payments', null);
    expect(policies.of('payments').quorumClients).toBe(2);
  });
});

test('every setting has its meaning, range and default, and says whether it is live', () => {
  expect(policySettings.map(({ name }) => name)).toEqual(Object.keys(policyDefaults));
  for (const { name, meaning, range } of policySettings) {
    expect(meaning.length, name).toBeGreaterThan(10);
    expect(range, name).not.toContain('undefined');
  }
  expect(policySettings.filter(({ live }) => !live).map(({ name }) => name)).toEqual([
    'tickMs',
    'longWindowMs',
    'shortWindowMs',
    'errorRatioDownLong',
    'errorRatioDownShort',
    'errorRatioSuspect',
    'stallMs',
    'samplesPerClientMax',
    'clientSilentMs',
    'tiltJumpMs',
    'heartbeatMs',
  ]);
  expect(policySettings.find(({ name }) => name === 'ramp')).toMatchObject({
    range: 'list of 1..10000',
    unit: 'parts of 10,000',
  });
  expect(policySettings.find(({ name }) => name === 'regionCapacity')?.range).toBe(
    '0..1000000000 per region',
  );
  expect(policySettings.find(({ name }) => name === 'automation')?.range).toBe(
    'enforce | shadow | off',
  );
});
