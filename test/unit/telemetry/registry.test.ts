import { describe, expect, test } from 'vitest';
import { Registry } from '../../../telemetry/registry.ts';
import { type Sample, sample } from '../../../telemetry/sample.ts';

const flood = (count: number): readonly Sample[] =>
  Array.from({ length: count }, (_, i) =>
    sample('regionpilot.convergence', { group: `g${String(i).padStart(5, '0')}` }, 1),
  );

function seriesOf(registry: Registry, samples: readonly Sample[], name: string) {
  return registry.gather(samples).find((family) => family.name === name)?.series ?? [];
}

describe('a flood of labels', () => {
  test('costs a metric what is over its limit, and the same series stay each time', () => {
    const registry = new Registry();
    const kept = seriesOf(registry, flood(2_100), 'regionpilot.convergence');
    expect(kept).toHaveLength(2_000);
    expect(kept.at(-1)?.labelValues).toEqual(['g01999']);
    const again = seriesOf(registry, [...flood(2_100)].reverse(), 'regionpilot.convergence');
    expect(again).toEqual(kept);
  });

  test('is counted over all collections, and leaves other metrics whole', () => {
    const registry = new Registry();
    const other = sample('regionpilot.pipeline.rows', { partition: '0' }, 5);
    registry.gather([...flood(2_003), other]);
    const families = registry.gather([...flood(2_001), other]);
    const named = (name: string) => families.find((family) => family.name === name)?.series;
    expect(named('regionpilot.telemetry.series_dropped')).toEqual([
      { labelValues: ['regionpilot_convergence_ratio'], value: 4 },
    ]);
    expect(named('regionpilot.pipeline.rows')).toEqual([{ labelValues: ['0'], value: 5 }]);
  });

  test('of two samples of one series the first counts', () => {
    const at = { group: 'g' };
    const samples = [
      sample('regionpilot.tilt', { ...at, reason: 'lag' }, 1),
      sample('regionpilot.tilt', { ...at, reason: 'lag' }, 0),
    ];
    expect(seriesOf(new Registry(), samples, 'regionpilot.tilt')).toEqual([
      { labelValues: ['g', 'lag'], value: 1 },
    ]);
  });
});

describe('what came past the compiler', () => {
  const refused = (given: object): (() => unknown) => {
    return () => new Registry().gather([given as Sample]);
  };

  test('an unknown metric is refused by name', () => {
    expect(refused({ metric: 'regionpilot.nonsense', labels: {}, value: 1 })).toThrow(
      'No metric regionpilot.nonsense in the catalogue',
    );
    expect(refused({ metric: 'constructor', labels: {}, value: 1 })).toThrow(
      'No metric constructor',
    );
  });

  test('a wrong label is refused with the right ones', () => {
    const labels = { group: 'g', client: 'c-1' };
    expect(refused({ metric: 'regionpilot.convergence', labels, value: 1 })).toThrow(
      'regionpilot.convergence got labels [client, group], wanted [group]',
    );
  });

  test('a histogram is not a number, and a gauge no list', () => {
    const at = { group: 'g', region: 'r' };
    expect(refused({ metric: 'regionpilot.command.duration', labels: at, value: 1 })).toThrow(
      'is a histogram',
    );
    expect(refused({ metric: 'process.uptime', labels: {}, value: [1] })).toThrow('is a gauge');
  });

  test('and the compiler lets neither by', () => {
    const wrong = [
      // @ts-expect-error no such metric
      () => sample('regionpilot.nonsense', {}, 1),
      // @ts-expect-error no such label
      () => sample('regionpilot.convergence', { client: 'c-1' }, 1),
      // @ts-expect-error no number is a distribution
      () => sample('regionpilot.command.duration', { group: 'g', region: 'r' }, 1),
    ];
    for (const make of wrong) expect(() => new Registry().gather([make()])).toThrow();
  });
});
