// What a person orders, and what keeps a slip of the hand from moving ten thousand clients.

import { describe, expect, test } from 'vitest';
import {
  consequence,
  durations,
  endsOrder,
  missing,
  type OrderDraft,
  orderRequest,
  whyNot,
} from '../../../console/src/model/orders.ts';
import { silencePreview } from '../../../console/src/model/silence.ts';
import { alert, group } from './build.ts';

const draft: OrderDraft = {
  kind: 'avoid',
  region: 'eu-west',
  automation: 'enforce',
  reason: 'INC-7, cable cut',
  durationMs: 1_800_000,
  typed: 'payments-cache',
};

const shadowed = group({
  orders: [
    {
      scope: 'group',
      hold: { kind: 'avoid', region: 'us-east' },
      automation: 'shadow',
      overrideRules: ['coolDown'],
      author: 'mira',
      reason: 'test',
      atMs: 0,
      expiresMs: 9,
    },
  ],
});

test('a complete hold is sent as it was written', () => {
  expect(missing(draft, 'payments-cache')).toEqual([]);
  expect(orderRequest(draft, group())).toEqual({
    hold: { kind: 'avoid', region: 'eu-west' },
    automation: 'enforce',
    overrideRules: [],
    reason: 'INC-7, cable cut',
    durationMs: 1_800_000,
  });
});

describe('guards', () => {
  test.each([
    ['no reason', { reason: '   ' }, /reason/],
    ['no region', { region: '' }, /region/],
    ['the wrong name', { typed: 'payments' }, /Type payments-cache/],
  ])('%s: it is not sent', (_, part, says) => {
    expect(missing({ ...draft, ...part }, 'payments-cache').join(' ')).toMatch(says);
  });

  test('the kill switch wants the name, shadow does not', () => {
    const mode = { ...draft, kind: 'automation', typed: '' } as const;
    expect(missing({ ...mode, automation: 'off' }, 'payments-cache')).toHaveLength(1);
    expect(missing({ ...mode, automation: 'shadow' }, 'payments-cache')).toEqual([]);
    expect(consequence({ ...mode, automation: 'off' }, 'payments-cache')).toMatch(/Kill switch/);
  });
});

test('changing automation keeps the hold that is in force, and says that it replaces', () => {
  const request = orderRequest({ ...draft, kind: 'automation', automation: 'off' }, shadowed);
  expect(request).toMatchObject({
    hold: { kind: 'avoid', region: 'us-east' },
    automation: 'off',
    overrideRules: ['coolDown'],
    replace: true,
  });
});

test('back to enforcing ends the order, unless a hold is to be kept', () => {
  const back: OrderDraft = { ...draft, kind: 'automation', automation: 'enforce' };
  expect(endsOrder(back, group())).toBe(true);
  expect(endsOrder(back, shadowed)).toBe(false);
});

test('a scope that is too weak is told why', () => {
  const session = { actor: 'ida', scope: 'operator' } as Parameters<typeof whyNot>[0];
  expect(whyNot(session, 'operator')).toBeNull();
  expect(whyNot(session, 'failover')).toBe('This needs the scope “failover”; ida has “operator”.');
  expect(whyNot(null, 'viewer')).toMatch(/Not signed in/);
});

test('every duration is one the API takes', () => {
  for (const { ms } of durations) {
    expect(ms).toBeGreaterThanOrEqual(10_000);
    expect(ms).toBeLessThanOrEqual(604_800_000);
  }
});

describe('what a silence would mute', () => {
  const alerts = [
    alert(),
    alert({ fingerprint: 'f2', labels: { alertname: 'lag' }, severity: 'ticket' }),
  ];
  const muted = (label: string, op: '=' | '!=' | '=~' | '!~', value: string) => {
    const preview = silencePreview([{ label, op, value }], alerts);
    return preview.kind === 'mutes' ? preview.alerts.map((a) => a.fingerprint) : preview.kind;
  };

  test('matchers see the labels and the severity; a missing label is the empty text', () => {
    expect(muted('alertname', '=', 'lag')).toEqual(['f2']);
    expect(muted('severity', '=', 'page')).toEqual(['f1']);
    expect(muted('group', '=', '')).toEqual(['f2']);
    expect(muted('group', '!=', '')).toEqual(['f1']);
  });

  test('an expression must match the whole value', () => {
    expect(muted('alertname', '=~', 'region')).toEqual([]);
    expect(muted('alertname', '=~', 'region.*')).toEqual(['f1']);
    expect(muted('alertname', '!~', 'region.*')).toEqual(['f2']);
  });

  test('what this browser cannot read is said, not guessed', () => {
    expect(muted('alertname', '=~', '(?i)[')).toBe('unreadable');
  });
});
