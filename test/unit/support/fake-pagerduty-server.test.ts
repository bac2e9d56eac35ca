// The fake PagerDuty on its socket: faults come in the order given, and the journal says what each did.

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import {
  emptyTooMany,
  type FakePagerDuty,
  type Fault,
  startFakePagerDuty,
  tooMany,
} from '../../support/fake-pagerduty.ts';

const key = 'a'.repeat(32);

let pagerduty: FakePagerDuty;
let nowMs = 1_000;
beforeEach(async () => {
  nowMs = 1_000;
  pagerduty = await startFakePagerDuty({ clock: () => nowMs });
});
afterEach(() => pagerduty.close());

const trigger = (dedupKey: string): string =>
  JSON.stringify({
    routing_key: key,
    event_action: 'trigger',
    dedup_key: dedupKey,
    payload: { summary: 's', source: 's', severity: 'critical' },
  });

const post = (dedupKey = 'k1', withinMs = 10_000): Promise<Response> =>
  fetch(`${pagerduty.url}/v2/enqueue`, {
    method: 'POST',
    body: trigger(dedupKey),
    headers: { 'content-type': 'application/json' },
    redirect: 'manual',
    signal: AbortSignal.timeout(withinMs),
  });

const last = () => pagerduty.journal().at(-1);

test('an event is journalled with its time, its body and what it did', async () => {
  const response = await post();
  expect(response.status).toBe(202);
  expect(await response.json()).toEqual({
    status: 'success',
    message: 'Event processed',
    dedup_key: 'k1',
  });
  expect(last()).toMatchObject({
    atMs: 1_000,
    path: '/v2/enqueue',
    body: trigger('k1'),
    status: 202,
    fault: null,
    effectMs: 1_000,
    effect: 'rang',
  });
  expect(pagerduty.alerts()).toMatchObject([{ dedupKey: 'k1', state: 'open', pages: 1 }]);
});

test('a person acknowledges in PagerDuty: the next trigger rings nobody', async () => {
  await post();
  expect(pagerduty.press('acknowledge', 'k1', 'Ada')).toBe(1);
  await post();
  expect(pagerduty.alerts()[0]?.log.map(({ effect, by }) => [effect, by])).toEqual([
    ['rang', null],
    ['acknowledged', 'Ada'],
    ['appended', null],
  ]);
  expect(pagerduty.press('acknowledge', 'unknown', 'Ada')).toBe(0);
});

test('faults are played in order, one per request, and then it is well again', async () => {
  pagerduty.fail({ kind: 'status', status: 503 }, emptyTooMany, tooMany('7'));
  const [first, second, third, fourth] = [await post(), await post(), await post(), await post()];
  expect([first, second, third, fourth].map(({ status }) => status)).toEqual([503, 429, 429, 202]);
  expect(await second.text()).toBe('');
  expect(second.headers.get('retry-after')).toBeNull();
  expect(third.headers.get('retry-after')).toBe('7');
  expect(pagerduty.alerts()[0]?.log).toHaveLength(1);
});

describe('faults without effect', () => {
  test.each<readonly [string, Fault]>([
    ['a reset', { kind: 'reset' }],
    ['silence', { kind: 'silence' }],
  ])('%s', async (_name, fault) => {
    pagerduty.fail(fault);
    await expect(post('k1', 200)).rejects.toThrow();
    expect(last()).toMatchObject({ fault, effectMs: null });
    expect(pagerduty.alerts()).toEqual([]);
  });

  test('a redirect points elsewhere', async () => {
    pagerduty.fail({ kind: 'redirect', to: 'http://127.0.0.1:9/' });
    const response = await post();
    expect([response.status, response.headers.get('location')]).toEqual([
      307,
      'http://127.0.0.1:9/',
    ]);
    expect(pagerduty.alerts()).toEqual([]);
  });
});

describe('faults that took effect all the same', () => {
  test('accepted, then silence', async () => {
    pagerduty.fail({ kind: 'acceptedThenSilence' });
    await expect(post('k1', 200)).rejects.toThrow();
    expect(pagerduty.alerts()).toMatchObject([{ state: 'open', pages: 1 }]);
  });

  test('accepted late: the socket is dead before anything happened', async () => {
    pagerduty.fail({ kind: 'acceptedLate', afterMs: 100 });
    await expect(post()).rejects.toThrow();
    expect(pagerduty.alerts()).toEqual([]);
    nowMs = 9_000;
    await eventually(() => expect(last()).toMatchObject({ atMs: 1_000, effectMs: 9_000 }));
    expect(pagerduty.alerts()).toMatchObject([{ state: 'open' }]);
  });

  test('a body that drips', async () => {
    pagerduty.fail({ kind: 'slowBody', overMs: 200 });
    const startedMs = performance.now();
    const response = await post();
    expect(await response.json()).toMatchObject({ dedup_key: 'k1' });
    expect(performance.now() - startedMs).toBeGreaterThan(150);
  });

  test('a body of garbage', async () => {
    pagerduty.fail({ kind: 'garbageBody' });
    const response = await post();
    expect(response.status).toBe(202);
    await expect(response.json()).rejects.toThrow();
    expect(pagerduty.alerts()).toHaveLength(1);
  });

  test('a body of ten million bytes', async () => {
    pagerduty.fail({ kind: 'hugeBody', bytes: 10_000_000 });
    const response = await post();
    expect((await response.text()).length).toBe(10_000_000);
    expect(pagerduty.alerts()).toHaveLength(1);
  });
});

test('a refused event has no effect, whatever the fault', async () => {
  pagerduty.fail({ kind: 'acceptedThenSilence' });
  const refused = fetch(`${pagerduty.url}/v2/enqueue`, {
    method: 'POST',
    body: '{}',
    signal: AbortSignal.timeout(200),
  });
  await expect(refused).rejects.toThrow();
  expect(last()).toMatchObject({ status: 400, effectMs: null });
});

test('closing ends what still waits for an answer', async () => {
  pagerduty.fail({ kind: 'silence' });
  const waiting = expect(post()).rejects.toThrow();
  await eventually(() => expect(pagerduty.journal()).toHaveLength(1));
  await pagerduty.close();
  await waiting;
});
