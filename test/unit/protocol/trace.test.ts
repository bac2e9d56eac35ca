import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  attemptSpan,
  decisionSpan,
  incidentSpan,
  isTraceparent,
  spanRefIn,
  traceparentOf,
} from '../../../protocol/index.ts';

const incident = 'payments/1763740800000';
const attempt = { receiver: 'hook', dedupKey: 'k', seq: 1, attempt: 1, startedMs: 5 };

describe('the trace of an incident', () => {
  test('has the same ids in every process and every release', () => {
    expect(incidentSpan(incident)).toEqual({
      traceId: '8366935380242e183d484e4df88fa7b2',
      spanId: '27e6c8f18f7bfaa2',
    });
  });

  test('holds its decisions and attempts, each under an id of its own', () => {
    const spans = [
      incidentSpan(incident),
      decisionSpan(incident, { term: 1, epoch: 2 }),
      decisionSpan(incident, { term: 1, epoch: 3 }),
      decisionSpan(incident, { term: 2, epoch: 3 }),
      attemptSpan(incident, attempt),
      attemptSpan(incident, { ...attempt, attempt: 2 }),
      attemptSpan(incident, { ...attempt, startedMs: 6 }),
      attemptSpan(incident, { ...attempt, receiver: 'pager' }),
    ];
    expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(1);
    expect(new Set(spans.map(({ spanId }) => spanId)).size).toBe(spans.length);
  });

  test('is another one for another incident, also of the next millisecond', () => {
    const ids = Array.from({ length: 50_000 }, (_, i) => incidentSpan(`g/${i}`).traceId);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('travels in a valid traceparent, whatever the group is called', () => {
    fc.assert(
      fc.property(fc.string(), (id) => {
        const header = traceparentOf(incidentSpan(id));
        expect(isTraceparent(header)).toBe(true);
        expect(spanRefIn(header)).toEqual(incidentSpan(id));
      }),
    );
  });

  test('is not read out of what is no traceparent', () => {
    const zeros = `00-${'0'.repeat(32)}-${'1'.repeat(16)}-01`;
    for (const header of [undefined, null, '', 'nonsense', zeros, 7]) {
      expect(spanRefIn(header)).toBeNull();
    }
  });
});
