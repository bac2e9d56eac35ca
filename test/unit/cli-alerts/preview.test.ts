import type { Delivery } from '@regionpilot/protocol';
import { describe, expect, test } from 'vitest';
import { foldAlerts } from '../../../alerts/topic-view.ts';
import {
  countHidden,
  createHiding,
  type Preview,
  previewLines,
  previewOf,
} from '../../../cli/alerts/preview.ts';
import { matchersOf } from '../../../cli/alerts/silencing.ts';
import { plain } from '../../../cli/text.ts';
import { alertAt, deliveryOf, noticeOf } from '../../support/alerts-records.ts';

const ten = Date.UTC(2026, 10, 21, 10);
const payments = { alertname: 'regionDown', group: 'payments' };
const cards = { alertname: 'noSafeTarget', group: 'cards' };
const page = alertAt(ten - 60_000, payments);
const other = alertAt(ten - 60_000, cards);

const preview = (deliveries: readonly Delivery[], ...matchers: readonly string[]): Preview => {
  const entries = [page, other].map((alert) => ({
    partition: 0,
    key: alert.fingerprint,
    record: { v: 1, kind: 'alert', term: 1, alert } as const,
  }));
  const parsed = matchersOf(matchers);
  const hiding = createHiding(parsed);
  for (const delivery of deliveries) countHidden(hiding, delivery);
  return previewOf(parsed, foldAlerts(entries), hiding, ten);
};

const told = deliveryOf(noticeOf('oncall', [page]));

describe('what a silence would have hidden', () => {
  test('the attempts of one notice are one notice, each receiver its own', () => {
    const again = { ...told, attempt: 2 };
    const chat = { ...told, receiver: 'chat' };
    expect(preview([told, again, chat], 'group=payments').lastDay).toEqual({
      notices: 2,
      pages: 2,
      partly: 0,
      alerts: { regionDown: 2 },
    });
  });

  test('a repeat is a notice more, a resolve is hidden too but is no page', () => {
    const repeat = { ...told, seq: 2, reason: 'repeat' } as const;
    const resolve = { ...told, seq: 3, action: 'resolve', reason: 'allResolved' } as const;
    expect(preview([told, repeat, resolve], 'group=payments').lastDay).toMatchObject({
      notices: 3,
      pages: 2,
    });
  });

  test('a notice that also speaks of something else would only have said less', () => {
    const both = deliveryOf(noticeOf('oncall', [page, other]));
    expect(preview([both], 'group=payments').lastDay).toEqual({
      notices: 0,
      pages: 0,
      partly: 1,
      alerts: {},
    });
    expect(preview([both], 'group=~"payments|cards"').lastDay).toMatchObject({
      notices: 1,
      partly: 0,
      alerts: { noSafeTarget: 1, regionDown: 1 },
    });
  });

  test('heartbeats, probes, tests and changes are hidden by no silence', () => {
    const actions = ['heartbeat', 'probe', 'test', 'change'] as const;
    expect(
      preview(
        actions.map((action) => ({ ...told, action })),
        'group=payments',
      ).lastDay.notices,
    ).toBe(0);
  });

  test('severity is a label like others: as it was then', () => {
    const ticket = {
      ...told,
      severity: 'ticket',
      alerts: [{ labels: payments, severity: 'ticket' }],
    } as const;
    expect(preview([ticket], 'severity=page', 'group=payments').lastDay.notices).toBe(0);
    expect(preview([ticket], 'severity=ticket').lastDay).toMatchObject({ notices: 1, pages: 0 });
  });

  test('what it mutes now is what fires now', () => {
    expect(preview([], 'group=payments').now).toMatchObject({
      pages: 1,
      alerts: [{ fingerprint: page.fingerprint, what: 'regionDown group=payments' }],
    });
    expect(preview([], 'group=loans').now).toEqual({ pages: 0, alerts: [] });
  });

  test('in words', () => {
    expect(previewLines(preview([told], 'group=payments'), plain)).toEqual([
      'mutes now: 1 alert, 1 page among them',
      `  ${page.fingerprint.slice(0, 8)}  page  regionDown group=payments`,
      'would have hidden in the last 24 h: 1 notice, 1 page among them (regionDown 1)',
    ]);
    expect(previewLines(preview([], 'group=loans'), plain)).toEqual([
      'mutes nothing that fires now',
      'would have hidden nothing in the last 24 h',
    ]);
  });
});
