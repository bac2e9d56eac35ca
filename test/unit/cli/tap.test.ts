import type { BusRecord } from '@regionpilot/bus';
import { encodeBatch, encodeRecord, topicNames } from '@regionpilot/protocol';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readIncident } from '../../../cli/incident.ts';
import { logLine } from '../../../cli/log-line.ts';
import { describe as describeRecord, tapLine } from '../../../cli/tap/describe.ts';
import { plain } from '../../../cli/text.ts';
import { batchOf } from '../../support/batches.ts';
import { holdRecord, partialOf } from '../../support/owner.ts';

const ten = Date.UTC(2026, 10, 21, 10);

const record = (value: Uint8Array | null, extra: Partial<BusRecord> = {}): BusRecord => ({
  topic: 'x',
  partition: 0,
  offset: 12,
  key: 'payments',
  value,
  headers: {},
  appendedMs: ten,
  ...extra,
});

const line = (topic: (typeof topicNames)[number], of: BusRecord): string =>
  tapLine(topic, of, describeRecord(topic, of));

describe('one line per record', () => {
  test('a batch is summed up', () => {
    const batch = batchOf({
      client: 'checkout-7',
      seq: 3,
      sentMs: ten,
      rows: [
        { region: 'eu', ok: 20, error: [0, 4] },
        { region: 'us', ok: 5 },
      ],
    });
    expect(line('events', record(encodeBatch(batch), { key: 'checkout-7' }))).toBe(
      '2026-11-21T10:00:00.000Z events/0@12 checkout-7  batch 3 of checkout-7 (home eu, zone-a): 2 rows, 25 answered; failures: refused 4',
    );
  });

  test('a partial names who votes', () => {
    const partial = partialOf({ eu: { clients: 4, sees: { eu: { down: 3 }, us: {} } } }, ten);
    expect(line('partials', record(encodeRecord(partial)))).toContain(
      'of events/0: 4 clients, eu from eu 3/4 down, lag 0',
    );
  });

  test('an order and its end', () => {
    const order = holdRecord({ kind: 'avoid', region: 'eu' }, ten, { atMs: ten - 60_000 });
    expect(line('overrides', record(encodeRecord(order)))).toContain(
      'avoid eu, automation enforce until 2026-11-21T10:00:00.000Z by dana: maintenance',
    );
    expect(line('overrides', record(encodeRecord({ ...order, atMs: ten })))).toContain(
      'cleared by dana',
    );
    expect(line('overrides', record(null))).toContain('forgotten');
  });

  test('a dead letter says where it came from', () => {
    const headers = {
      rp_origin_topic: 'regionpilot.events',
      rp_origin_partition: '3',
      rp_origin_offset: '9',
      rp_reason: 'notJson',
    };
    expect(line('deadletter', record(Uint8Array.of(1, 2), { headers }))).toContain(
      'from regionpilot.events/3@9, 2 bytes: notJson',
    );
  });

  test('an incident of a kind from the future is still a line', () => {
    const future = {
      v: 1,
      group: 'payments',
      incident: null,
      atMs: ten,
      owner: 'a',
      term: 1,
      event: { kind: 'healed' },
    };
    const bytes = new TextEncoder().encode(JSON.stringify(future));
    expect(line('incidents', record(bytes))).toContain('healed: a kind this version does not know');
    expect(readIncident(bytes)).toBeNull();
  });

  test('any bytes under any key in any topic are one harmless line', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.json().map((text) => new TextEncoder().encode(text)),
      fc
        .object()
        .map((value) => new TextEncoder().encode(JSON.stringify({ ...value, v: 1, kind: 'x' }))),
    );
    fc.assert(
      fc.property(
        bytes,
        fc.string({ unit: 'binary' }),
        fc.constantFrom(...topicNames),
        (value, key, topic) => {
          const text = line(topic, record(value, { key }));
          // biome-ignore lint/suspicious/noControlCharactersInRegex: that none is left is the point.
          expect(text).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
        },
      ),
      { numRuns: 200 },
    );
  });
});

test('a log line for a terminal is short', () => {
  const event = {
    event: 'decisionPublished',
    group: 'payments',
    term: 1,
    epoch: 7,
    reason: 'regionDown',
    text: 'eu is down',
    incident: 'payments/1',
  } as const;
  expect(logLine(event, ten, plain)).toBe(
    '10:00:00.000 decisionPublished payments epoch 7 (regionDown): eu is down',
  );
});
