// What both adapters do to a record before it may go: give it a partition, weigh it.

import { PipelineError, partitionOf } from '@regionpilot/protocol';
import type { OutgoingRecord } from './port.ts';

const utf8 = new TextEncoder();

/**
 * The partition a record goes to.
 * @throws {PipelineError} RECORD_INVALID when it names one that is not there.
 */
export function partitionFor(record: OutgoingRecord, partitions: number): number {
  const { partition } = record;
  if (partition === undefined) return partitionOf(record.key, partitions);
  if (Number.isInteger(partition) && partition >= 0 && partition < partitions) return partition;
  const message = `Record for partition ${partition}, wanted 0..${partitions - 1}`;
  throw new PipelineError('RECORD_INVALID', message, { partition, partitions, retriable: false });
}

/** Bytes of key, value and headers: what counts against a topic's largest record. */
export function recordBytes({ key, value, headers }: OutgoingRecord): number {
  let bytes = utf8.encode(key).length + (value?.length ?? 0);
  for (const name in headers) bytes += name.length + (headers[name] ?? '').length;
  return bytes;
}

/** `limit` and `bytes` where the log tells them. */
export function tooLarge(topic: string, bytes?: number, limit?: number): PipelineError {
  const numbers = bytes === undefined ? '' : `: got ${bytes} bytes, wanted at most ${limit}`;
  const message = `Record too large for topic ${topic}${numbers}`;
  return new PipelineError('RECORD_TOO_LARGE', message, { topic, bytes, limit, retriable: false });
}

export function topicMissing(topic: string): PipelineError {
  const message = `No topic ${topic}: create it with "regionpilot topics apply"`;
  return new PipelineError('TOPIC_MISSING', message, { topic, retriable: false });
}

export function busClosed(): PipelineError {
  return new PipelineError('BUS_CLOSED', 'The bus is closed', { retriable: false });
}
