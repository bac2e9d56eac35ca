import { PipelineError } from '@regionpilot/protocol';
import { expect, test } from 'vitest';
import { parsePolicy, policyDefaults } from '../../../aggregator/policy.ts';

function mistakesIn(input: unknown): readonly string[] {
  try {
    parsePolicy(input);
  } catch (error) {
    expect(error).toBeInstanceOf(PipelineError);
    const { message, code } = error as PipelineError;
    expect(code).toBe('CONFIG_INVALID');
    return message.replace('Policy: ', '').split('\n');
  }
  return [];
}

test('a policy with ten mistakes reports ten', () => {
  const mistakes = mistakesIn({
    tickMs: 5,
    longWindowMs: '2s',
    shortWindowMs: -1,
    errorRatioDownLong: 1.5,
    stallMs: 0.5,
    quorumClients: 0,
    ramp: [100, 20_000],
    coolDownMs: null,
    automation: 'maybe',
    qourumRatio: 0.3,
  });
  expect(mistakes).toHaveLength(10);
  expect(mistakes).toContain('automation: got "maybe", wanted one of enforce, shadow, off');
  expect(mistakes).toContain('qourumRatio: got 0.3, wanted no such field');
  expect(mistakes).toContain('ramp.1: got 20000, wanted <= 10000');
});

test('values that are fine alone and wrong together are all named', () => {
  expect(
    mistakesIn({
      longWindowMs: 2_050,
      coolDownMaxMs: 30_000,
      confirmTicksHome: 1,
      ramp: [500, 100],
    }),
  ).toEqual([
    'longWindowMs: got 2050, wanted a multiple of tickMs (100)',
    'coolDownMaxMs: got 30000, wanted at least coolDownMs',
    'confirmTicksHome: got 1, wanted at least confirmTicks',
    'ramp: got [500,100], wanted ascending shares',
    'ramp: got [500,100], wanted shares that end at 10000',
  ]);
});

test('no settings are the defaults, and the defaults hold together', () => {
  expect(parsePolicy({})).toEqual(policyDefaults);
});

test('a changed default is a deliberate difference', () => {
  expect(policyDefaults).toEqual({
    tickMs: 100,
    longWindowMs: 2_000,
    shortWindowMs: 500,
    errorRatioDownLong: 0.5,
    errorRatioDownShort: 0.9,
    errorRatioSuspect: 0.1,
    stallMs: 500,
    quorumRatio: 0.25,
    quorumClients: 2,
    quorumDomains: 2,
    confirmTicks: 2,
    confirmTicksHome: 5,
    samplesPerClientMax: 20,
    clientSilentMs: 3_000,
    coverageMin: 0.5,
    quorumRatioBlind: 0.9,
    coolDownMs: 60_000,
    coolDownMaxMs: 1_800_000,
    flapBudgetPerDay: 6,
    healthyForMs: 60_000,
    ramp: [100, 1_000, 5_000, 10_000],
    rampStepMs: 60_000,
    regionCapacity: {},
    lagMaxRecords: 50_000,
    tiltJumpMs: 2_000,
    tiltHoldMs: 5_000,
    heartbeatMs: 1_000,
    automation: 'enforce',
  });
});
