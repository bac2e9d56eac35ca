import { describe, expect, test } from 'vitest';
import { agentDefaults, groupDefaults } from '../../../agent/config-schema.ts';
import { parseAgentConfig, reloadProblems } from '../../../agent/parse-config.ts';
import { relayUrl } from '../../../agent/relay-config.ts';

const around = { hostname: 'pod_7.checkout', pid: 42, busGiven: false };
const bus = { kind: 'embedded', file: 'log.db' };

function problemsOf(input: unknown, surroundings = around): Record<string, string> {
  const parsed = parseAgentConfig(input, surroundings);
  if (parsed.kind === 'ok') return {};
  return Object.fromEntries(parsed.problems.map(({ path, expected }) => [path, expected]));
}

function configOf(input: unknown, surroundings = around) {
  const parsed = parseAgentConfig(input, surroundings);
  if (parsed.kind === 'invalid') throw new Error(JSON.stringify(parsed.problems));
  return parsed.config;
}

describe('what is left unsaid', () => {
  test('has these defaults, and changing one is a deliberate act', () => {
    expect(agentDefaults).toEqual({
      topicPrefix: 'regionpilot.',
      flushMs: 100,
      calmFlushMs: 1_000,
      stallMs: 500,
      decisions: null,
      decisionStaleMs: 5_000,
      ringBytes: 1_048_576,
      cacheFile: null,
      bootstrap: {},
      readyMs: 2_000,
      localBreaker: true,
      breakerAfterMs: 2_000,
    });
    expect(groupDefaults).toEqual({
      whileUndecided: 'hold',
      holdMs: 1_000,
      holdCommands: 10_000,
      holdBytes: 16_777_216,
      holdAfterMs: 200,
      drainMs: 2_000,
      standby: 'warm',
      probe: 'ping',
      probeIntervalMs: 1_000,
    });
  });

  test('names the client after its host and process, in characters a name may have', () => {
    const config = configOf({ bus, groups: { cache: { regions: ['eu', 'us'] } } });
    expect(config.client).toBe('pod_7.checkout/42');
    expect(config.domain).toBe('pod_7.checkout');
    expect(configOf({ bus }, { ...around, hostname: '_ä ö' }).domain).toBe('host');
  });

  test('puts home in the first region of the first group', () => {
    expect(configOf({ bus, groups: { cache: { regions: ['eu', 'us'] } } }).home).toBe('eu');
    expect(configOf({ bus }).home).toBe('default');
  });

  test('an undefined field is one left unsaid', () => {
    const groups = { cache: { regions: ['eu'], holdMs: undefined } };
    const config = configOf({ bus, flushMs: undefined, groups });
    expect(config.flushMs).toBe(100);
    expect(config.groups['cache']?.holdMs).toBe(1_000);
  });

  test('a Kafka client is called like the agent; a handed-in bus needs no config', () => {
    const kafka = { kind: 'kafka', brokers: ['b:9092'] };
    expect(configOf({ client: 'pay-1', bus: kafka }).bus).toMatchObject({ clientId: 'pay-1' });
    expect(problemsOf({})).toEqual({ 'bus.kind': 'kafka or embedded' });
    expect(problemsOf({}, { ...around, busGiven: true })).toEqual({});
  });
});

describe('decisions from a relay', () => {
  const relay = 'https://regionpilot.example:7070';

  test('need no bus; then there is none', () => {
    expect(configOf({ decisions: { relay } })).toMatchObject({ bus: null, decisions: { relay } });
    expect(configOf({ bus, decisions: { relay } }).bus).toMatchObject({ kind: 'embedded' });
    expect(problemsOf({ decisions: null })).toEqual({ 'bus.kind': 'kafka or embedded' });
  });

  test('the address of an API is enough; a longer one is taken as it is', () => {
    expect(relayUrl(relay).href).toBe(`${relay}/api/v1/decisions/stream`);
    expect(relayUrl(`${relay}/proxy/decisions?x=1`).href).toBe(`${relay}/proxy/decisions?x=1`);
  });

  test('a token in the clear, half a certificate and a secret in the address are refused', () => {
    const of = (decisions: object) => problemsOf({ bus, decisions });
    expect(of({ relay: 'http://regionpilot:7070', tokenFile: 't' })).toEqual({
      'decisions.relay': 'https: over http everybody on the way reads the token',
    });
    expect(of({ relay: 'http://127.0.0.1:7070', tokenFile: 't' })).toEqual({});
    expect(of({ relay, certFile: 'c' })).toEqual({
      'decisions.keyFile': 'both or neither of certFile and keyFile',
    });
    expect(of({ relay: 'https://me:secret@host' })).toEqual({
      'decisions.relay': 'no user in it: use tokenFile',
    });
    expect(of({ relay: 'http://host', caFile: 'ca' })).toEqual({
      'decisions.caFile': 'nothing, or an https address',
    });
    expect(of({ relay: 'https://' })).toHaveProperty('decisions.relay');
    expect(Object.keys(of({ relay: 'ftp://host', colour: 'red' })).sort()).toEqual([
      'decisions.colour',
      'decisions.relay',
    ]);
  });
});

describe('a wrong config', () => {
  test('with twelve mistakes reports twelve, relations and names included', () => {
    const found = problemsOf({
      client: 'two words',
      bus: { kind: 'kafka', brokers: ['nowhere'], requestTimeoutMs: 5 },
      flushMs: 2_000,
      stallMs: 'soon',
      ringBytes: 1,
      bootstrap: { http: 'ftp://x' },
      colour: 'blue',
      breakerAfterMs: 300,
      groups: {
        cache: { regions: ['eu', 'eu'], holdAfterMs: 10 },
        'my cache': { regions: ['eu'] },
        empty: { regions: [] },
      },
    });
    expect(Object.keys(found).sort()).toEqual([
      'bootstrap.http',
      'bus.brokers.0',
      'bus.requestTimeoutMs',
      'calmFlushMs',
      'client',
      'colour',
      'groups.cache.holdAfterMs',
      'groups.cache.regions',
      'groups.empty.regions',
      'groups.my cache',
      'ringBytes',
      'stallMs',
    ]);
    expect(found['calmFlushMs']).toBe('at least flushMs (2000)');
  });

  test('names path, value and what was wanted', () => {
    const parsed = parseAgentConfig({ bus, flushMs: 5 }, around);
    expect(parsed).toEqual({
      kind: 'invalid',
      problems: [{ path: 'flushMs', value: '5', expected: expect.stringContaining('20') }],
    });
  });

  test('holding commands back must begin before a stall is reported', () => {
    const groups = { cache: { regions: ['eu'], holdAfterMs: 600 } };
    expect(Object.keys(problemsOf({ bus, groups }))).toEqual(['groups.cache.holdAfterMs']);
  });

  test.each([null, 7, 'text', [], undefined])('%j is no config and no exception', (input) => {
    expect(Object.keys(problemsOf(input)).length).toBeGreaterThan(0);
  });

  test('a config that would poison a prototype is only wrong', () => {
    const input = JSON.parse('{"bus":{"kind":"embedded","file":"x"},"groups":{"__proto__":{}}}');
    expect(Object.keys(problemsOf(input))).toContain('groups.__proto__');
  });
});

describe('a right config', () => {
  test('is frozen all through and shares nothing with what the caller wrote', () => {
    const input = { bus, groups: { cache: { regions: ['eu', 'us'] } } };
    const config = configOf(input);
    input.groups.cache.regions.push('asia');
    expect(config.groups['cache']?.regions).toEqual(['eu', 'us']);
    expect(Object.isFrozen(config.groups['cache']?.regions)).toBe(true);
  });

  test('a running agent keeps its name, home, domain, bus and topics', () => {
    const running = configOf({ bus, client: 'a', home: 'eu', domain: 'd' });
    const other = configOf({
      bus: { kind: 'embedded', file: 'other.db' },
      client: 'b',
      home: 'us',
      domain: 'e',
      topicPrefix: 'test.',
      flushMs: 50,
    });
    expect(reloadProblems(running, other).map(({ path }) => path)).toEqual([
      'client',
      'home',
      'domain',
      'bus',
      'topicPrefix',
    ]);
    const { home } = running;
    expect(reloadProblems(running, configOf({ ...running, home, flushMs: 50 }))).toEqual([]);
  });
});
