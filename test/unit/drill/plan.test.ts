import { parsePolicy, policyDefaults } from '@regionpilot/aggregator';
import { describe, expect, test } from 'vitest';
import { drillPolicy, parseTargets, spreadClients } from '../../../cli/drill/plan.ts';
import { quantile } from '../../../cli/drill/quantile.ts';

describe('who takes part', () => {
  test('every process has clients of every zone, and one client is alone', () => {
    const workers = spreadClients({ clients: 202, processes: 4 });
    expect(workers.map((clients) => clients.length)).toEqual([51, 51, 50, 50]);
    for (const clients of workers) {
      expect(new Set(clients.map(({ domain }) => domain)).size).toBe(4);
    }
    expect(workers.flat().filter(({ alone }) => alone)).toHaveLength(1);
    expect(new Set(workers.flat().map(({ client }) => client)).size).toBe(202);
  });

  test('there are never more processes than clients', () => {
    expect(spreadClients({ clients: 2, processes: 4 })).toHaveLength(2);
  });

  test('targets are region=host:port, two at least, each region once', () => {
    expect(parseTargets('eu=10.0.0.1:6379, us=redis.us:6380')).toEqual([
      { region: 'eu', host: '10.0.0.1', port: 6_379 },
      { region: 'us', host: 'redis.us', port: 6_380 },
    ]);
    for (const wrong of [
      'eu=a:1',
      'eu=a:1,eu=b:2',
      'eu=a,us=b:2',
      'eu=a:0,us=b:2',
      'a:1,b:2',
      '',
    ]) {
      expect(parseTargets(wrong)).toBeNull();
    }
  });
});

test('a drill changes nothing of how a fault is detected', () => {
  const { healthyForMs, coolDownMs, coolDownMaxMs, ramp, rampStepMs, flapBudgetPerDay, ...rest } =
    parsePolicy(drillPolicy);
  expect(policyDefaults).toMatchObject(rest);
});

test('a quantile is a value that was measured', () => {
  expect(quantile([], 0.99)).toBeNull();
  expect(quantile([3, 1, 2], 0.5)).toBe(2);
  expect(quantile([5], 0.99)).toBe(5);
  expect(
    quantile(
      Array.from({ length: 200 }, (_, i) => i + 1),
      0.99,
    ),
  ).toBe(198);
});
