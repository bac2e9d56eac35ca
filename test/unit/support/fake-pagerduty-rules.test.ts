// The fake PagerDuty against the rules of the real one, on a clock of its own.

import { describe, expect, test } from 'vitest';
import { handle, newService, type Service } from '../../support/fake-pagerduty.ts';

const key = 'a'.repeat(32);
const other = 'b'.repeat(32);

const trigger = (dedupKey: string, more: object = {}): object => ({
  routing_key: key,
  event_action: 'trigger',
  dedup_key: dedupKey,
  payload: { summary: 'eu-west is down', source: 'payments/eu-west', severity: 'critical' },
  ...more,
});

const verb = (action: string, dedupKey: string, routingKey = key): object => ({
  routing_key: routingKey,
  event_action: action,
  dedup_key: dedupKey,
});

function post(service: Service, event: object | string, atMs = 0, path = '/v2/enqueue') {
  const body = typeof event === 'string' ? event : JSON.stringify(event);
  const answer = handle(service, path, body, atMs);
  return { status: answer.status, body: answer.body === '' ? null : JSON.parse(answer.body) };
}

const only = (service: Service) => [...service.alerts.values()][0];
const effects = (service: Service) => only(service)?.log.map(({ effect }) => effect);

describe('one story per routing key and dedup key', () => {
  test('the first trigger rings, the next is one more line in its log', () => {
    const service = newService();
    expect(post(service, trigger('k1'))).toEqual({
      status: 202,
      body: { status: 'success', message: 'Event processed', dedup_key: 'k1' },
    });
    post(service, trigger('k1'), 10);
    expect(only(service)).toMatchObject({ state: 'open', incidents: 1, pages: 1 });
    expect(effects(service)).toEqual(['rang', 'appended']);
  });

  test('a warning opens an alert and wakes nobody', () => {
    const service = newService();
    post(service, trigger('k1', { payload: { summary: 's', source: 's', severity: 'warning' } }));
    expect(only(service)).toMatchObject({ incidents: 1, pages: 0, severity: 'warning' });
  });

  test('an acknowledged alert stays quiet on new triggers', () => {
    const service = newService();
    post(service, trigger('k1'));
    post(service, verb('acknowledge', 'k1'));
    post(service, trigger('k1'));
    expect(only(service)).toMatchObject({ state: 'acknowledged', pages: 1 });
    expect(effects(service)).toEqual(['rang', 'acknowledged', 'appended']);
  });

  test('after a resolve the same key opens another alert', () => {
    const service = newService();
    post(service, trigger('k1'));
    post(service, verb('resolve', 'k1'));
    expect(only(service)?.state).toBe('resolved');
    post(service, trigger('k1'));
    expect(only(service)).toMatchObject({ state: 'open', incidents: 2, pages: 2 });
  });

  test.each(['acknowledge', 'resolve'])('%s without an open match is taken and dropped', (word) => {
    const service = newService();
    expect(post(service, verb(word, 'k1')).status).toBe(202);
    expect(only(service)).toMatchObject({ state: null, incidents: 0, pages: 0 });
    expect(effects(service)).toEqual(['dropped']);
  });

  test('a second resolve is dropped', () => {
    const service = newService();
    for (const event of [trigger('k1'), verb('resolve', 'k1'), verb('resolve', 'k1')]) {
      post(service, event);
    }
    expect(effects(service)).toEqual(['rang', 'resolved', 'dropped']);
  });

  test('a resolve through another routing key is taken and changes nothing', () => {
    const service = newService();
    post(service, trigger('k1'));
    expect(post(service, verb('resolve', 'k1', other)).status).toBe(202);
    expect([...service.alerts.values()].map(({ state }) => state)).toEqual(['open', null]);
  });

  test('a disabled service says 202 and opens nothing', () => {
    const service = newService();
    service.silent.add(key);
    expect(post(service, trigger('k1')).status).toBe(202);
    expect(only(service)).toMatchObject({ state: null, incidents: 0 });
  });

  test('a trigger without a dedup key is given one', () => {
    const { status, body } = post(newService(), trigger('', { dedup_key: undefined }));
    expect(status).toBe(202);
    expect(body.dedup_key).toMatch(/^[0-9a-f-]{36}$/);
  });
});

describe('what is refused', () => {
  const with_ = (change: object): object => ({ ...trigger('k1'), ...change });
  const paid = (change: object): object => ({
    payload: { summary: 's', source: 's', severity: 'info', ...change },
  });

  test.each<readonly [string, object, string]>([
    ['no routing key', { routing_key: undefined }, "'routing_key' is missing or blank"],
    ['a blank routing key', { routing_key: ' ' }, "'routing_key' is missing or blank"],
    [
      'a short routing key',
      { routing_key: 'a'.repeat(31) },
      "Length of 'routing_key' is incorrect (should be 32 characters)",
    ],
    [
      'a dash in the routing key',
      { routing_key: `${'a'.repeat(31)}-` },
      "'routing_key' cannot contain non-alphanumeric characters.",
    ],
    ['no action', { event_action: undefined }, "'event_action' is missing or blank"],
    [
      'an action it does not know',
      { event_action: 'Trigger' },
      "'event_action' is invalid (must be one of the following: 'trigger', 'acknowledge' or 'resolve')",
    ],
    [
      'a dedup key of 256 characters',
      { dedup_key: 'k'.repeat(256) },
      "'dedup_key' is too long (maximum is 255 characters)",
    ],
    ['no payload', { payload: undefined }, "'payload.summary' is missing or blank"],
    ['a blank summary', paid({ summary: '  ' }), "'payload.summary' is missing or blank"],
    [
      'a summary of 1,025 characters',
      paid({ summary: '\u{1F631}'.repeat(1_025) }),
      'Description is too long (maximum is 1024 characters)',
    ],
    ['no source', paid({ source: '' }), "'payload.source' is missing or blank"],
    ['no severity', paid({ severity: undefined }), "'payload.severity' is missing or blank"],
    [
      'a severity it does not know',
      paid({ severity: 'CRITICAL' }),
      "'payload.severity' is invalid (must be one of the following: 'critical', 'warning', 'error' or 'info')",
    ],
    [
      'a timestamp in milliseconds',
      paid({ timestamp: 1_700_000_000_000 }),
      "'payload.timestamp' is invalid (must be ISO 8601)",
    ],
    [
      'details as a text',
      paid({ custom_details: 'text' }),
      "'payload.custom_details' is invalid (must be an object)",
    ],
    ['a link to nowhere', { links: [{ text: 'x' }] }, "'links.href' is missing or blank"],
    [
      'an image that is not https',
      { images: [{ src: 'http://x/y.png' }] },
      "'images.src' is missing or blank",
    ],
  ])('%s', (_name, change, error) => {
    const service = newService();
    const { status, body } = post(service, with_(change));
    expect(status).toBe(400);
    expect(body).toMatchObject({ status: 'invalid event', message: 'Event object is invalid' });
    expect(body.errors).toContain(error);
    expect(service.alerts.size).toBe(0);
  });

  test('an acknowledge or resolve without a dedup key', () => {
    for (const action of ['acknowledge', 'resolve']) {
      const { status, body } = post(newService(), { routing_key: key, event_action: action });
      expect([status, body.errors]).toEqual([400, ["'dedup_key' is missing or blank"]]);
    }
  });

  test('several mistakes, all named at once', () => {
    const { body } = post(newService(), { routing_key: 'x-y', event_action: 'trigger' });
    expect(body.errors).toHaveLength(5);
  });

  test('the largest that pass: 1,024 characters of four bytes, a dedup key of 255', () => {
    const summary = '\u{1F631}'.repeat(1_024);
    const event = with_({ ...paid({ summary }), dedup_key: 'k'.repeat(255) });
    expect(post(newService(), event).status).toBe(202);
  });

  test('a body over 512,000 bytes, counted in bytes', () => {
    const filled = (bytes: number) => {
      const empty = JSON.stringify(with_(paid({ custom_details: { text: '' } })));
      const text = 'ä'.repeat((bytes - empty.length) / 2) + 'a'.repeat((bytes - empty.length) % 2);
      return with_(paid({ custom_details: { text } }));
    };
    expect(post(newService(), filled(512_000)).status).toBe(202);
    expect(post(newService(), filled(512_001)).status).toBe(400);
  });

  test.each(['', 'not json', '[]', '"text"', 'null'])('a body that is no object: %j', (body) => {
    expect(post(newService(), body)).toMatchObject({
      status: 400,
      body: { errors: ['JSON parse error'] },
    });
  });

  test('a routing key nobody made, where the keys are known', () => {
    const service = newService({ routingKeys: [other] });
    expect(post(service, trigger('k1'))).toMatchObject({
      status: 400,
      body: { errors: ['Invalid routing key'] },
    });
  });

  test('any other path', () => {
    expect(post(newService(), trigger('k1'), 0, '/v1/enqueue').status).toBe(404);
  });
});

describe('changes', () => {
  const change = (more: object = {}, routingKey = key): object => ({
    routing_key: routingKey,
    payload: { summary: 'moved to us-east', source: 'payments', ...more },
  });
  const path = '/v2/change/enqueue';

  test('are kept apart and open nothing', () => {
    const service = newService();
    expect(post(service, change(), 5, path)).toEqual({
      status: 202,
      body: { status: 'success', message: 'Change event processed' },
    });
    expect(service.alerts.size).toBe(0);
    expect(service.changes).toEqual([
      { routingKey: key, summary: 'moved to us-east', source: 'payments', atMs: 5 },
    ]);
  });

  test('need no source, but a summary', () => {
    expect(post(newService(), change({ source: undefined }), 0, path).status).toBe(202);
    expect(post(newService(), change({ summary: '' }), 0, path).status).toBe(400);
  });

  test('are refused from rulesets, whose keys begin with R, while alerts are not', () => {
    const ruleset = `R${'a'.repeat(31)}`;
    expect(post(newService(), change({}, ruleset), 0, path).status).toBe(400);
    expect(post(newService(), trigger('k1', { routing_key: ruleset })).status).toBe(202);
  });
});

describe('120 calls a minute', () => {
  test('the 121st is answered an empty 429 and not ingested', () => {
    const service = newService();
    for (let i = 0; i < 120; i += 1) expect(post(service, trigger(`k${i}`), i).status).toBe(202);
    expect(post(service, trigger('late'), 59_999)).toEqual({ status: 429, body: null });
    expect(service.alerts.size).toBe(120);
  });

  test('the window slides: each call frees its place a minute later', () => {
    const service = newService({ limit: { calls: 2, windowMs: 60_000 } });
    const at = (ms: number) => post(service, trigger('k1'), ms).status;
    expect([at(0), at(30_000), at(59_999), at(60_000), at(60_001), at(90_000)]).toEqual([
      202, 202, 429, 202, 429, 202,
    ]);
  });

  test('each routing key has its own', () => {
    const service = newService({ limit: { calls: 1, windowMs: 60_000 } });
    expect(post(service, trigger('k1')).status).toBe(202);
    expect(post(service, trigger('k1', { routing_key: other })).status).toBe(202);
    expect(post(service, trigger('k1')).status).toBe(429);
  });
});
