import { parseAggregatorConfig, policyDefaults, settingsOf } from '@regionpilot/aggregator';
import { describe, expect, test } from 'vitest';

describe('the aggregator’s config', () => {
  test('says nothing, gets every default', () => {
    expect(parseAggregatorConfig({})).toEqual({
      instance: 'aggregator',
      topicPrefix: 'regionpilot.',
      consumerGroup: 'regionpilot-aggregator',
      policy: policyDefaults,
      groups: {},
      snapshotMs: 3_000,
    });
  });

  test('reports every problem at once, with path, value and what was wanted', () => {
    const wrong = {
      instance: 'two words',
      snapshotMs: 3,
      policy: { tickMs: 5, quorumRatio: 2, colour: 'red' },
      groups: { payments: { regions: ['eu', ''], policy: { ramp: [10_000, 100] } } },
    };
    expect(() => parseAggregatorConfig(wrong)).toThrow(
      /policy\.colour(.|\n)*policy\.tickMs(.|\n)*policy\.quorumRatio(.|\n)*instance(.|\n)*regions\.1(.|\n)*snapshotMs/,
    );
  });

  test('a group may have its own policy, except for what is counted once for all groups', () => {
    const config = parseAggregatorConfig({
      policy: { coolDownMs: 30_000 },
      groups: { payments: { regions: ['eu', 'us'], policy: { quorumClients: 5 } } },
    });
    expect(settingsOf(config, 'payments').policy).toMatchObject({
      coolDownMs: 30_000,
      quorumClients: 5,
    });
    expect(settingsOf(config, 'other').policy.quorumClients).toBe(2);
    expect(() =>
      parseAggregatorConfig({ groups: { payments: { policy: { stallMs: 900 } } } }),
    ).toThrow('groups.payments.policy.stallMs: got 900, wanted 500, as for all groups');
  });

  test('a group named like something every object has is only a name', () => {
    expect(settingsOf(parseAggregatorConfig({}), 'constructor').policy).toEqual(policyDefaults);
  });

  test('settings that contradict each other are named', () => {
    expect(() => parseAggregatorConfig({ policy: { shortWindowMs: 550 } })).toThrow(
      'policy.shortWindowMs: got 550, wanted a multiple of tickMs (100)',
    );
  });
});
