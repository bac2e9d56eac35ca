import { policyDefaults } from '@regionpilot/aggregator';
import { describe, expect, test } from 'vitest';
import { parseConfigFile, parsePolicyFile } from '../../../cli/config/parse.ts';
import { settingsFrom } from '../../../cli/config/settings.ts';

const kafka = parseConfigFile(
  'k.yaml',
  `
bus:
  kind: kafka
  brokers: [config:9092]
  tls: { caFile: ca.pem }
  sasl: { mechanism: plain, username: u, passwordFile: secret }
topics: { prefix: config., replication: 1 }
policy: { quorumClients: 5 }
groups: { payments: { regions: [us, eu], policy: { coolDownMs: 90000 } } }
`,
);

describe('one rule for every value', () => {
  test('the command line goes before the environment, that before the file', () => {
    const env = { REGIONPILOT_KAFKA_BROKERS: 'env:9092', REGIONPILOT_PREFIX: 'env.' };
    expect(settingsFrom({ brokers: 'flag:1,flag:2' }, env, kafka).bus).toMatchObject({
      brokers: ['flag:1', 'flag:2'],
      tls: { caFile: 'ca.pem' },
    });
    expect(settingsFrom({}, env, kafka)).toMatchObject({
      bus: { brokers: ['env:9092'] },
      topics: { prefix: 'env.' },
    });
    expect(settingsFrom({}, {}, kafka)).toMatchObject({
      bus: { brokers: ['config:9092'] },
      topics: { prefix: 'config.', replication: 1, minInsyncReplicas: 1 },
      aggregator: { topicPrefix: 'config.' },
    });
  });

  test('--file means the embedded bus, whatever the environment says', () => {
    const env = { REGIONPILOT_KAFKA_BROKERS: 'env:9092' };
    expect(settingsFrom({ file: 'x' }, env, kafka).bus).toEqual({ kind: 'embedded', file: 'x' });
    expect(settingsFrom({ bus: 'embedded' }, { REGIONPILOT_BUS_FILE: 'y' }, {}).bus).toEqual({
      kind: 'embedded',
      file: 'y',
    });
  });

  test('a group lays its policy over the one for all', () => {
    const { groups, policy } = settingsFrom({}, {}, kafka).aggregator;
    expect(policy).toEqual({ ...policyDefaults, quorumClients: 5 });
    expect(groups['payments']).toEqual({
      regions: ['us', 'eu'],
      policy: { ...policyDefaults, quorumClients: 5, coolDownMs: 90_000 },
    });
  });

  test('SASL by environment names a file, and all three parts are wanted', () => {
    const env = {
      REGIONPILOT_KAFKA_SASL_MECHANISM: 'scram-sha-512',
      REGIONPILOT_KAFKA_SASL_USERNAME: 'u',
      REGIONPILOT_KAFKA_SASL_PASSWORD_FILE: '/run/secrets/kafka',
    };
    expect(settingsFrom({ brokers: 'a:1' }, env, {}).bus).toMatchObject({
      sasl: { mechanism: 'scram-sha-512', username: 'u', passwordFile: '/run/secrets/kafka' },
    });
    expect(() => settingsFrom({ brokers: 'a:1', saslUsername: 'u' }, {}, {})).toThrow(/all three/);
  });

  test.each([
    [
      'more confirming copies than copies',
      { file: 'x', replication: 2, minInsync: 3 },
      /minInsyncReplicas: got 3, wanted at most the replication \(2\)/,
    ],
    ['a prefix with a space', { file: 'x', prefix: 'my topics' }, /topics\.prefix/],
    ['a port beyond 65535', { brokers: 'a:70000' }, /wanted host:port/],
    ['kafka without brokers', { bus: 'kafka' as const }, /Kafka wants --brokers/],
    ['embedded without a file', { bus: 'embedded' as const }, /wants --file/],
  ])('%s is refused', (_what, flags, message) => {
    expect(() => settingsFrom(flags, {}, {})).toThrow(message);
  });
});

describe('a config file', () => {
  test('an empty one is fine', () => {
    expect(parseConfigFile('x', '')).toEqual({});
  });

  test('a password in the file is refused, a file name is wanted', () => {
    const text =
      'bus: {kind: kafka, brokers: [a:1], sasl: {mechanism: plain, username: u, password: p}}';
    expect(() => parseConfigFile('x', text)).toThrow(
      /bus\.sasl\.password: got \*\*\*, wanted no such field \(did you mean passwordFile\?\)/,
    );
  });

  test('relations between values are checked too', () => {
    expect(() => parseConfigFile('x', 'policy: { coolDownMs: 1000 }')).toThrow(
      /policy\.coolDownMs: got 1000, wanted at least longWindowMs/,
    );
  });

  test('what all groups must share is checked here too, under its path', () => {
    expect(() => parseConfigFile('x', 'groups: { a: { policy: { stallMs: 900 } } }')).toThrow(
      /^x has 1 problem\ngroups\.a\.policy\.stallMs: got 900/,
    );
  });

  test('a wrong policy is reported once, not again under every group', () => {
    const text = 'policy: { tickMs: 1 }\ngroups: { a: { policy: { stallMs: 1 } }, b: {} }';
    expect(() => parseConfigFile('x', text)).toThrow(/^x has 2 problems\n/);
  });

  test.each(['[1, 2]', 'just words', '7'])('%s is no config', (text) => {
    expect(() => parseConfigFile('x', text)).toThrow(/x has 1 problem\n/);
    expect(() => parsePolicyFile('x', text)).toThrow(/x has 1 problem\n/);
  });

  test('a policy stands alone or is the section of a config', () => {
    const wanted = { ...policyDefaults, stallMs: 900 };
    expect(parsePolicyFile('x', '{"stallMs": 900}')).toEqual(wanted);
    expect(parsePolicyFile('x', 'policy: { stallMs: 900 }')).toEqual(wanted);
  });
});
