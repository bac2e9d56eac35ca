import type { Rejection } from '@regionpilot/protocol';
import type { BusRecord, OutgoingRecord } from './port.ts';

/**
 * What could not be read, for the `deadletter` topic: the bytes as they came, with where they came
 * from and why nobody could use them in the headers. Then reading goes on.
 */
export function deadLetter(record: BusRecord, rejection: Rejection, text: string): OutgoingRecord {
  return {
    key: record.key.slice(0, 200),
    value: record.value,
    headers: {
      ...record.headers,
      rp_origin_topic: record.topic,
      rp_origin_partition: String(record.partition),
      rp_origin_offset: String(record.offset),
      rp_rejection: rejection,
      rp_reason: text.slice(0, 500),
    },
  };
}
