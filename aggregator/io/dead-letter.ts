/** What could not be read goes here with where it came from and why; then reading goes on. */
import type { BusRecord, OutgoingRecord } from '@regionpilot/bus';
import type { Rejection } from '@regionpilot/protocol';

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
