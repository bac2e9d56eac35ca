// Records on both sides of the wire. Bytes from the log are untrusted: whatever a key or header
// holds, the answer is text.

import type { BusRecord, OutgoingRecord } from '../port.ts';

/** A record as kafkajs decodes it. */
export type WireRecord = {
  readonly offset: string;
  readonly timestamp: string;
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly headers?: Readonly<Record<string, WireHeader | readonly WireHeader[] | undefined>>;
  readonly isControlRecord?: boolean;
  /** Set by the record batch mend: stands for a whole batch that could not be decoded. */
  readonly poison?: { readonly reason: string; readonly firstOffset: string };
};

type WireHeader = Uint8Array | string | null;

const utf8 = new TextDecoder();

export function fromWire(topic: string, partition: number, record: WireRecord): BusRecord {
  return {
    topic,
    partition,
    offset: Number(record.offset),
    key: record.key === null ? '' : utf8.decode(record.key),
    value: record.value,
    headers: headersOf(record),
    appendedMs: Number(record.timestamp),
  };
}

/** Control records and placeholders of undecodable batches carry nothing for anybody. */
export function isContent(record: WireRecord): boolean {
  return record.isControlRecord !== true && record.poison === undefined;
}

function headersOf({ headers = {} }: WireRecord): Readonly<Record<string, string>> {
  const entries: [string, string][] = [];
  for (const [name, value] of Object.entries(headers)) {
    const last = Array.isArray(value) ? value.at(-1) : value;
    if (last !== null && last !== undefined) {
      entries.push([name, typeof last === 'string' ? last : utf8.decode(last as Uint8Array)]);
    }
  }
  return Object.fromEntries(entries);
}

/** Enough to be worth a compressor: below it the codec costs more than it saves. A decision stays below,
 * and is opened by every follower of the fleet. */
export const compressFromBytes = 4_096;

export function payloadBytes(records: readonly OutgoingRecord[]): number {
  return records.reduce((sum, { value }) => sum + (value?.length ?? 0), 0);
}
