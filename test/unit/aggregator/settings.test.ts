import { expect, test } from 'vitest';
import { parseAggregatorConfig } from '../../../aggregator/config.ts';
import { changedSettings } from '../../../aggregator/settings.ts';
import { changedAlerting } from '../../../alerts/changed-settings.ts';
import { alertingConfig } from '../../../alerts/config/parse.ts';

test('what nobody set is no setting that differs', () => {
  expect(changedSettings(parseAggregatorConfig({}))).toEqual([]);
  expect(changedAlerting(alertingConfig({}))).toEqual([]);
});

test('of a group only what differs from all groups', () => {
  const config = parseAggregatorConfig({
    policy: { quorumRatio: 0.5 },
    groups: { sessions: { regions: ['eu', 'us'], policy: { flapBudgetPerDay: 2 } } },
    snapshotMs: 5_000,
  });
  expect(changedSettings(config)).toEqual([
    ['*', 'quorumRatio', '0.5'],
    ['*', 'snapshotMs', '5000'],
    ['sessions', 'flapBudgetPerDay', '2'],
    ['sessions', 'regions', 'eu us'],
  ]);
});

test('a shipped rule that is off, and one that was changed', () => {
  const rules = { flapBudgetSpent: { off: true }, regionDown: { for: '3s' } };
  expect(changedAlerting(alertingConfig({ startDelay: '1s', rules }))).toEqual([
    ['*', 'startDelayMs', '1000'],
    ['*', 'rules.flapBudgetSpent', 'off'],
    ['*', 'rules.regionDown', 'changed'],
  ]);
});
