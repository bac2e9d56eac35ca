import type { AggregatorEvent } from '@regionpilot/aggregator';
import { decisionSpan } from '@regionpilot/protocol';
import { expect, test } from 'vitest';
import { logsFor } from '../../../cli/io/logging.ts';
import type { Session } from '../../../cli/io/session.ts';
import { levelOf, logLine } from '../../../cli/log-line.ts';

const published: AggregatorEvent = {
  event: 'decisionPublished',
  group: 'payments',
  term: 1,
  epoch: 7,
  reason: 'regionDown',
  text: 'eu is down',
  incident: 'payments/10000',
};

function written(event: AggregatorEvent): Readonly<Record<string, unknown>> {
  const lines: string[] = [];
  const session = { noteIsTerminal: false, note: (line: string) => lines.push(line) };
  logsFor<AggregatorEvent>(session as unknown as Session, true, {
    levelOf,
    line: logLine,
  }).service(event);
  expect(lines).toHaveLength(1);
  return JSON.parse(lines[0] ?? '');
}

test('a line about an incident leads to its trace, with the level of the catalogue', () => {
  const { traceId, spanId } = decisionSpan('payments/10000', { term: 1, epoch: 7 });
  expect(written(published)).toMatchObject({
    ...published,
    level: 'info',
    trace_id: traceId,
    span_id: spanId,
  });
});

test('a line about anything else has no trace', () => {
  const line = written({ event: 'snapshotInvalid', key: 'events/0', reason: 'damaged' });
  expect(line).toMatchObject({ level: 'warn', event: 'snapshotInvalid', key: 'events/0' });
  expect(line).not.toHaveProperty('trace_id');
});
