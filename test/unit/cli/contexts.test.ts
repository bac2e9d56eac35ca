import { describe, expect, test } from 'vitest';
import { parseConfigFile } from '../../../cli/config/parse.ts';
import { settingsFrom } from '../../../cli/config/settings.ts';
import {
  checkedContext,
  contextInForce,
  contextsPath,
  contextsText,
  parseContexts,
  underContext,
} from '../../../cli/context/contexts.ts';
import { contextLines, contextsReport } from '../../../cli/context/lines.ts';
import { plain } from '../../../cli/text.ts';

const contexts = {
  current: 'staging',
  contexts: { staging: { brokers: 'staging:9092', prefix: 's.' }, laptop: { file: '/tmp/bus' } },
};

describe('contexts', () => {
  test('--context goes before the variable, that before the one in use', () => {
    const name = (flag?: string, env = {}) => contextInForce(contexts, flag, env)?.name;
    expect(name('laptop', { REGIONPILOT_CONTEXT: 'staging' })).toBe('laptop');
    expect(name(undefined, { REGIONPILOT_CONTEXT: 'laptop' })).toBe('laptop');
    expect(name(undefined, { REGIONPILOT_CONTEXT: '' })).toBe('staging');
    expect(contextInForce({ ...contexts, current: null }, undefined, {})).toBeNull();
    expect(() => name('stagin')).toThrow(/did you mean staging/);
  });

  test('flags go before the environment, that before the context, that before its config file', () => {
    const file = parseConfigFile(
      'x',
      'bus: { kind: kafka, brokers: [file:1], clientId: checkout }\ntopics: { prefix: f., replication: 1 }',
    );
    const merged = underContext(contexts.contexts.staging, file);
    expect(settingsFrom({}, {}, merged)).toMatchObject({
      bus: { brokers: ['staging:9092'], clientId: 'checkout' },
      topics: { prefix: 's.', replication: 1 },
    });
    const env = { REGIONPILOT_KAFKA_BROKERS: 'env:1', REGIONPILOT_PREFIX: 'e.' };
    expect(settingsFrom({ prefix: 'flag.' }, env, merged)).toMatchObject({
      bus: { brokers: ['env:1'] },
      topics: { prefix: 'flag.' },
    });
    expect(settingsFrom({ file: 'b' }, {}, merged).bus).toEqual({ kind: 'embedded', file: 'b' });
  });

  test('what is written is read again', () => {
    expect(parseContexts('c.yaml', contextsText(contexts))).toEqual(contexts);
    expect(parseContexts('c.yaml', '')).toEqual({ current: null, contexts: {} });
  });

  test.each([
    ['a password in an address', 'contexts: { a: { apiUrl: "https://u:p@host" } }', /apiUrl/],
    ['a password', 'contexts: { a: { saslPassword: p } }', /saslPassword/],
    ['a current one that is not there', 'current: b\ncontexts: {}', /current: got "b"/],
    ['no YAML', '{', /is no YAML/],
    ['a name that is none', 'contexts: { "a b": {} }', /a b/],
  ])('%s is refused', (_what, text, message) => {
    expect(() => parseContexts('c.yaml', text)).toThrow(message);
  });

  test('a context must name a bus or a config file, and not two buses', () => {
    expect(() => checkedContext('a', { prefix: 'x.' })).toThrow(/No bus named/);
    expect(() => checkedContext('a', { brokers: 'h:1', file: 'f' })).toThrow(/both/);
    expect(checkedContext('a', { config: '/etc/pilot.yaml' })).toEqual({
      config: '/etc/pilot.yaml',
    });
  });

  test('live where the user keeps settings', () => {
    expect(contextsPath({ XDG_CONFIG_HOME: '/x', HOME: '/h' })).toBe(
      '/x/regionpilot/contexts.yaml',
    );
    expect(contextsPath({ HOME: '/h' })).toBe('/h/.config/regionpilot/contexts.yaml');
    expect(contextsPath({})).toBeNull();
  });

  test('are listed like this', async () => {
    const text = contextLines(contextsReport('c.yaml', contexts), plain).join('\n');
    await expect(text).toMatchFileSnapshot('golden/contexts.txt');
  });
});
