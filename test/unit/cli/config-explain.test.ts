import { parsePolicy, policyDefaults } from '@regionpilot/aggregator';
import { problemsOf } from '@regionpilot/protocol';
import { describe, expect, test } from 'vitest';
import { settingsCatalogue } from '../../../cli/config/catalogue.ts';
import {
  diffLines,
  diffReport,
  fileDifferences,
  runningDifferences,
} from '../../../cli/config/differences.ts';
import {
  explainedLines,
  explainReport,
  onlyKey,
  type Sources,
} from '../../../cli/config/explained.ts';
import { parseConfigFile } from '../../../cli/config/parse.ts';
import { underContext } from '../../../cli/context/contexts.ts';
import { schemaOf } from '../../../cli/schemas.ts';
import { plain } from '../../../cli/text.ts';

const says = parseConfigFile(
  'pilot.yaml',
  `
bus: { kind: kafka, brokers: [config:9092], clientId: checkout }
topics: { prefix: config., replication: 2 }
policy: { stallMs: 900 }
groups: { payments: { policy: { coolDownMs: 90000 } } }
api: { tokensFile: tokens.json, oidc: { issuer: 'https://id.example', audience: pilot, scopes: { sre: failover } } }
`,
);

function sources(given: Partial<Sources> = {}): Sources {
  const context = { brokers: 'context:9092', prefix: 'context.' };
  return {
    flags: { prefix: 'flag.' },
    env: { REGIONPILOT_KAFKA_BROKERS: 'env:9092' },
    context: { name: 'staging', says: underContext(context, {}) },
    file: { name: 'pilot.yaml', says },
    merged: underContext(context, says),
    ...given,
  };
}

const row = (key: string, given?: Partial<Sources>) =>
  explainReport(sources(given)).settings.find((each) => each.key === key);

describe('config explain', () => {
  test('says who set what: flags before environment before context before file before default', () => {
    expect(row('topics.prefix')).toMatchObject({
      value: 'flag.',
      origin: 'flag',
      from: '--prefix',
    });
    expect(row('bus.brokers')).toMatchObject({ value: ['env:9092'], origin: 'env' });
    expect(row('bus.brokers', { env: {} })).toMatchObject({
      value: ['context:9092'],
      origin: 'context',
      from: 'staging',
    });
    expect(row('topics.replication')).toMatchObject({ value: 2, origin: 'file', default: 3 });
    expect(row('policy.tickMs')).toMatchObject({ value: 100, origin: 'default', from: null });
    expect(row('bus.kind', { env: {}, flags: { file: 'x' } })).toMatchObject({
      value: 'embedded',
      origin: 'flag',
    });
  });

  test('shows what a group differs in, and who may use the API', () => {
    expect(row('groups.payments.policy.coolDownMs')).toMatchObject({
      value: 90_000,
      default: 60_000,
    });
    expect(row('api.oidc.issuer')).toMatchObject({ value: 'https://id.example', origin: 'file' });
    expect(row('api.oidc.scopes')?.value).toEqual({ sre: 'failover' });
  });

  test('works without any bus', () => {
    const none = { flags: {}, env: {}, context: null, file: null, merged: {} };
    expect(row('bus.kind', none)).toMatchObject({ value: null, origin: 'default' });
  });

  test('one setting is told in full, an unknown one is guessed', async () => {
    const one = onlyKey(explainReport(sources()), 'policy.stallMs');
    await expect(explainedLines(one, plain).join('\n')).toMatchFileSnapshot(
      'golden/config-explain.txt',
    );
    expect(() => onlyKey(explainReport(sources()), 'stallMs')).toThrow(
      /did you mean policy\.stallMs/,
    );
    expect(() => onlyKey(explainReport(sources()), 'policy.stalMs')).toThrow(
      /did you mean policy\.stallMs/,
    );
  });

  test('keeps its promised shape', () => {
    expect(problemsOf(schemaOf('config explain') ?? {}, explainReport(sources()))).toEqual([]);
  });
});

describe('the catalogue of settings', () => {
  test('the ranges it states are the ranges that are checked', () => {
    for (const { key, range } of settingsCatalogue) {
      const [, low, high] = /^integer from (\d+) to (\d+)$/.exec(range) ?? [];
      if (!key.startsWith('policy.') || low === undefined) continue;
      const name = key.slice('policy.'.length);
      expect(() => parsePolicy({ [name]: Number(low) - 1 }), key).toThrow(name);
      expect(() => parsePolicy({ [name]: Number(high) + 1 }), key).toThrow(name);
    }
    expect(settingsCatalogue.filter(({ key }) => key.startsWith('policy.'))).toHaveLength(
      Object.keys(policyDefaults).length,
    );
  });

  test('the variables it names are those that are read', () => {
    const env = Object.fromEntries(
      settingsCatalogue.flatMap((each) => (each.env === null ? [] : [[each.env, 'x']])),
    );
    expect(Object.keys(env).sort()).toEqual([
      'REGIONPILOT_BUS_FILE',
      'REGIONPILOT_KAFKA_BROKERS',
      'REGIONPILOT_KAFKA_SASL_MECHANISM',
      'REGIONPILOT_KAFKA_SASL_PASSWORD_FILE',
      'REGIONPILOT_KAFKA_SASL_USERNAME',
      'REGIONPILOT_KAFKA_TLS',
      'REGIONPILOT_KAFKA_TLS_CA_FILE',
      'REGIONPILOT_PREFIX',
    ]);
  });
});

describe('config diff', () => {
  const parse = (text: string) => parseConfigFile('x', text);

  test('notation, order and defaults that are said are no differences', () => {
    const a = parse('policy: { tickMs: 100, quorumClients: 5 }\ntopics: { replication: 3 }');
    const b = parse('{"topics": {}, "policy": {"quorumClients": 5}}');
    expect(fileDifferences(a, b)).toEqual([]);
  });

  test('a policy for all that changes is said once, not again for each group', () => {
    const a = parse(
      'policy: { coolDownMs: 60000 }\ngroups: { a: { regions: [eu] }, b: { policy: { coolDownMs: 70000 } } }',
    );
    const b = parse(
      'policy: { coolDownMs: 80000 }\ngroups: { a: { regions: [us] }, b: { policy: { coolDownMs: 70000 } } }',
    );
    const differences = fileDifferences(a, b);
    expect(differences).toEqual([
      { key: 'groups.a.regions', a: ['eu'], b: ['us'] },
      { key: 'policy.coolDownMs', a: 60_000, b: 80_000 },
    ]);
    expect(diffLines(diffReport('a.yaml', 'b.yaml', differences))[2]).toMatch(
      /^policy\.coolDownMs +60000 +80000$/,
    );
  });

  test('against what runs: only where a decider decided by something else', () => {
    const running = new Map([['payments', { ...policyDefaults, stallMs: 700 }]]);
    expect(runningDifferences(parse(''), running)).toEqual([
      { key: 'groups.payments.policy.stallMs', a: 500, b: 700 },
    ]);
    expect(
      runningDifferences(parse('groups: {payments: {}}\npolicy: { stallMs: 700 }'), running),
    ).toEqual([]);
  });
});
