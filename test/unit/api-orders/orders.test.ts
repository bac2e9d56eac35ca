// What people may order, what it would do, and that it happens once.

import type { AuditRecord, Decision, Override } from '@regionpilot/protocol';
import { describe, expect, test } from 'vitest';
import { audited } from '../../../api/orders/audited.ts';
import { idempotencyMs, idempotent } from '../../../api/orders/idempotency.ts';
import type { KnownOrders } from '../../../api/orders/in-force.ts';
import { judgeOrder } from '../../../api/orders/order.ts';
import { previewOrder } from '../../../api/orders/preview.ts';
import type { ApiRequest, Route } from '../../../api/route.ts';

const ten = Date.UTC(2026, 10, 21, 10);

const decision: Decision = {
  v: 1,
  group: 'payments',
  term: 1,
  epoch: 4,
  owner: 'a',
  atMs: ten,
  reason: 'initial',
  text: '',
  regions: ['eu', 'us'],
  admit: { eu: 10_000, us: 10_000 },
  homes: {},
  noSafeTarget: false,
  health: { eu: 'healthy', us: 'suspect' },
  evidence: [],
  incident: null,
};
const held: Override = {
  v: 1,
  group: 'payments',
  atMs: ten,
  author: 'bob',
  reason: 'upgrade',
  expiresMs: ten + 60_000,
  hold: { kind: 'avoid', region: 'us' },
  automation: 'enforce',
  overrideRules: [],
};
const known = (...overrides: readonly Override[]): KnownOrders => ({
  decisions: new Map([['payments', decision]]),
  overrides: new Map(overrides.map((each) => [each.group, each])),
});
const wanted = {
  hold: { kind: 'use', region: 'eu' },
  automation: 'enforce',
  overrideRules: [],
  reason: ' INC-1 ',
  durationMs: 60_000,
} as const;

describe('judging an order', () => {
  test('a sound one is signed by who gave it, and ends by itself', () => {
    expect(judgeOrder('payments', wanted, 'ann', known(), ten)).toEqual({
      kind: 'order',
      order: { ...held, author: 'ann', reason: 'INC-1', hold: wanted.hold },
    });
  });

  test('everything wrong with it is told at once', () => {
    const broken = {
      ...wanted,
      hold: { kind: 'use', region: 'mars' },
      overrideRules: ['coolDown', 'gravity'],
      reason: '  ',
    } as const;
    const judged = judgeOrder('payments', broken, 'ann', known(), ten);
    expect(judged.kind === 'invalid' && judged.errors.map(({ pointer }) => pointer)).toEqual([
      '/reason',
      '/hold/region',
      '/overrideRules/1',
    ]);
  });

  test('an order of nothing is none, and an unknown group brings the nearest one', () => {
    expect(judgeOrder('payments', { ...wanted, hold: null }, 'ann', known(), ten).kind).toBe(
      'invalid',
    );
    expect(judgeOrder('paiments', wanted, 'ann', known(), ten)).toEqual({
      kind: 'unknownGroup',
      hint: 'did you mean payments?',
    });
  });

  test('what another operator ordered does not end without a word', () => {
    const off = { ...wanted, hold: null, automation: 'off' } as const;
    const judged = judgeOrder('payments', off, 'ann', known(held), ten);
    expect(judged).toMatchObject({ kind: 'conflict' });
    expect(judged.kind === 'conflict' && judged.text).toContain('bob ordered "avoid us"');
    expect(judgeOrder('payments', { ...off, replace: true }, 'ann', known(held), ten).kind).toBe(
      'order',
    );
    expect(judgeOrder('payments', off, 'ann', known(held), ten + 60_000).kind).toBe('order');
  });

  test('a hold for all groups may name any region any of them has', () => {
    expect(judgeOrder('*', wanted, 'ann', known(), ten).kind).toBe('order');
  });
});

describe('the preview', () => {
  const clients = [
    { client: 'a', home: 'eu' },
    { client: 'b', home: 'us' },
    { client: 'c', home: 'us' },
  ];

  test('counts whom the order would move', () => {
    expect(previewOrder(decision, wanted, clients)).toMatchObject({
      routesChange: true,
      moving: 2,
      reporting: 3,
      warnings: [],
    });
  });

  test('warns of a region that is not healthy, and of one that must not be left', () => {
    const toUs = { ...wanted, hold: { kind: 'use', region: 'us' } } as const;
    expect(previewOrder(decision, toUs, clients).warnings).toEqual(['us is suspect.']);
    const last = { ...decision, admit: { eu: 10_000, us: 0 } };
    const avoid = { ...wanted, hold: { kind: 'avoid', region: 'eu' } } as const;
    expect(previewOrder(last, avoid, clients).warnings[0]).toContain('will be refused');
  });

  test('the kill switch moves nobody, and says what it means', () => {
    const off = { ...wanted, hold: null, automation: 'off' } as const;
    const preview = previewOrder(decision, off, clients);
    expect(preview.moving).toBe(0);
    expect(preview.warnings).toEqual(['Nothing is left automatically while this is in force.']);
  });
});

const request = (body: unknown, key?: string, nowMs = ten, actor = 'ann'): ApiRequest => ({
  params: {},
  query: {},
  body,
  headers: key === undefined ? {} : { 'idempotency-key': key },
  identity: { actor, scope: 'operator', auth: 'token', expiresMs: null },
  requestId: 'r-1',
  nowMs,
});

describe('an Idempotency-Key', () => {
  let calls = 0;
  const routes = (handle: Route['handle']): Route => {
    calls = 0;
    const route: Route = {
      method: 'POST',
      path: '/w',
      scope: 'operator',
      tag: 't',
      summary: '',
      response: {},
      write: true,
      handle: (each) => {
        calls++;
        return handle(each);
      },
    };
    return idempotent([route])[0] as Route;
  };

  test('the same request twice happens once and is answered twice', async () => {
    const { handle } = routes(() => ({ body: { n: calls } }));
    const first = await handle(request({ a: 1 }, 'key-00001'));
    const second = await handle(request({ a: 1 }, 'key-00001'));
    expect(calls).toBe(1);
    expect(second.body).toEqual(first.body);
    expect(second.headers).toEqual({ 'idempotency-replayed': 'true' });
  });

  test('another request under the same key is refused; another person has keys of their own', async () => {
    const { handle } = routes(() => ({ body: calls }));
    await handle(request({ a: 1 }, 'key-00001'));
    await expect(handle(request({ a: 2 }, 'key-00001'))).rejects.toMatchObject({
      slug: 'idempotency-key-reused',
    });
    expect((await handle(request({ a: 2 }, 'key-00001', ten, 'bob'))).body).toBe(2);
  });

  test('while the first is under way the second is told to wait', async () => {
    const gate = Promise.withResolvers<{ body: string }>();
    const { handle } = routes(() => gate.promise);
    const first = handle(request({}, 'key-00001'));
    await expect(handle(request({}, 'key-00001'))).rejects.toMatchObject({
      slug: 'idempotency-in-flight',
    });
    gate.resolve({ body: 'done' });
    expect(await first).toEqual({ body: 'done' });
  });

  test('a write that failed may be tried again with its key', async () => {
    const { handle } = routes(() => {
      if (calls === 1) throw new Error('the log is away');
      return { body: 'done' };
    });
    await expect(handle(request({}, 'key-00001'))).rejects.toThrow('away');
    expect((await handle(request({}, 'key-00001'))).body).toBe('done');
  });

  test('none, a short one or one with control characters is refused', async () => {
    const { handle } = routes(() => ({ body: null }));
    for (const key of [undefined, 'short', 'with space', `\u001b[31m-----`, 'x'.repeat(129)]) {
      await expect(handle(request({}, key))).rejects.toMatchObject({
        slug: 'idempotency-key-missing',
      });
    }
    expect(calls).toBe(0);
  });

  test('keys are forgotten after a day, and ten thousand are kept at most', async () => {
    const { handle } = routes(() => ({ body: null }));
    await handle(request({}, 'key-00001'));
    await handle(request({}, 'key-00001', ten + idempotencyMs));
    expect(calls).toBe(2);
    for (let n = 0; n < 10_000; n++)
      await handle(request({}, `flooding-${n}`, ten + idempotencyMs));
    await handle(request({}, 'key-00001', ten + idempotencyMs));
    expect(calls).toBe(10_003);
  });
});

describe('the audit', () => {
  const deed = { action: 'order.set', target: 'payments', reason: 'why', before: null, after: 1 };

  test('is written before the deed, so that no deed is without it', async () => {
    const log: string[] = [];
    const audit = async ({ action }: AuditRecord) => void log.push(action);
    await audited({ audit }, request({}), deed, async () => void log.push('done'));
    expect(log).toEqual(['order.set', 'done']);
  });

  test('without an audit nothing is done', async () => {
    let done = false;
    const audit = async () => Promise.reject(new Error('no log'));
    const write = async () => {
      done = true;
    };
    await expect(audited({ audit }, request({}), deed, write)).rejects.toMatchObject({
      slug: 'log-unreachable',
    });
    expect(done).toBe(false);
  });

  test('a deed that failed is told in a second record', async () => {
    const log: AuditRecord[] = [];
    const audit = async (record: AuditRecord) => void log.push(record);
    const write = async () => Promise.reject(new Error('timeout'));
    await expect(audited({ audit }, request({}), deed, write)).rejects.toThrow('event log');
    expect(log.map(({ action, actor }) => `${actor} ${action}`)).toEqual([
      'ann order.set',
      'ann order.set.failed',
    ]);
  });
});
