import { describe, expect, test } from 'vitest';
import { actionsOf } from '../../../demo/keys.ts';
import { demoOptions } from '../../../demo/options.ts';
import { demoPolicy, topicOptions } from '../../../demo/settings.ts';

describe('what the demo can be told', () => {
  test('nothing: 200 clients, a refused connection, the embedded log', () => {
    expect(demoOptions({}, undefined)).toEqual({
      script: false,
      json: false,
      fault: 'refused',
      clients: 200,
      standIn: false,
      brokers: [],
      telemetryPort: null,
      otlpEndpoint: null,
      httpPort: 7_400,
    });
  });

  test('brokers come from the environment, spaces allowed', () => {
    expect(demoOptions({}, 'one:9092, two:9092').brokers).toEqual(['one:9092', 'two:9092']);
  });

  test('a collector is an address of http', () => {
    const endpoint = 'http://127.0.0.1:4318';
    expect(demoOptions({ 'otlp-endpoint': endpoint }, undefined).otlpEndpoint).toBe(endpoint);
  });

  test.each([
    [{ script: 'party' }, undefined, '--script: got party, wanted outage'],
    [{ json: true }, undefined, '--json wants --script outage'],
    [{ fault: 'slow' }, undefined, '--fault: got slow, wanted refused, frozen, blackhole'],
    [{ clients: 'many' }, undefined, '--clients: got many, wanted a whole number from 3 to 2000'],
    [{ clients: '2' }, undefined, '--clients: got 2'],
    [
      { 'telemetry-port': '70000' },
      undefined,
      '--telemetry-port: got 70000, wanted a whole number',
    ],
    [
      { 'otlp-endpoint': 'localhost:4318' },
      undefined,
      '--otlp-endpoint: got localhost:4318, wanted',
    ],
    [{}, 'localhost', 'REGIONPILOT_KAFKA_BROKERS: got localhost, wanted host:port'],
  ])('%j with brokers %j is refused in one line', (flags, brokers, message) => {
    expect(() => demoOptions(flags, brokers)).toThrow(message);
  });

  test('copies of topics: as many as brokers, at most three', () => {
    const copies = [0, 1, 2, 3, 5].map((brokers) => {
      const { replication, minInsyncReplicas } = topicOptions(brokers);
      return [replication, minInsyncReplicas];
    });
    expect(copies).toEqual([
      [1, 1],
      [1, 1],
      [2, 2],
      [3, 2],
      [3, 2],
    ]);
  });

  test('only the way back is shortened', () => {
    expect(demoPolicy).toEqual({
      healthyForMs: 2_000,
      coolDownMs: 3_000,
      coolDownMaxMs: 3_000,
      flapBudgetPerDay: 1_000,
      rampStepMs: 900,
    });
  });
});

describe('keys', () => {
  test('each does one thing, several may arrive at once, capitals too', () => {
    expect(actionsOf('2K')).toEqual([
      { kind: 'choose', region: 1 },
      { kind: 'break', fault: 'refused' },
    ]);
    expect(actionsOf('\u0003')).toEqual([{ kind: 'quit' }]);
  });

  test('arrow keys and strangers do nothing', () => {
    expect(actionsOf('\u001b[B')).toEqual([]);
    expect(actionsOf('xyz__proto__'.replaceAll('o', ''))).toEqual([]);
  });
});
