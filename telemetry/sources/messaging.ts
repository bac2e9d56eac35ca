// What a part exchanges with the event log, by the conventions' names. Operations are Kafka's: `send`
// and `poll`; the embedded log is a system of its own.

import type { LogReading } from '@regionpilot/protocol';
import { distribution, type Sample, sample } from '../sample.ts';

const systems: Readonly<Record<LogReading['kind'], string>> = {
  kafka: 'kafka',
  embedded: 'regionpilot',
};

export function messagingSamples(part: string, log: LogReading): Sample[] {
  const common = { part, 'messaging.system': systems[log.kind] };
  const writes = log.writes.flatMap(({ topic, error, records, latency }) => {
    const at = {
      ...common,
      'messaging.operation.name': 'send',
      'messaging.destination.name': topic,
      'error.type': error ?? '',
    };
    return [
      sample('messaging.client.sent.messages', at, records),
      distribution('messaging.client.operation.duration', at, latency),
    ];
  });
  const reads = log.reads.map(({ topic, group, records }) => {
    const at = {
      ...common,
      'messaging.operation.name': 'poll',
      'messaging.destination.name': topic,
      'messaging.consumer.group.name': group ?? '',
    };
    return sample('messaging.client.consumed.messages', at, records);
  });
  return [...writes, ...reads];
}
