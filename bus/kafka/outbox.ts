// Which waiting calls travel together. One request at a time keeps the order without the library's
// idempotence (which was measured to lose records); what queues up meanwhile goes out as one.

import type { OutgoingRecord } from '../port.ts';

export type Call = {
  readonly topic: string;
  readonly records: readonly OutgoingRecord[];
};

/** One record batch must stay below the topic's largest message; this leaves room everywhere. */
const parcelBytes = 512 * 1024;
const parcelRecords = 500;

/** How many calls from the front of the queue fit into one request: at least one. */
export function parcelLength(calls: readonly Call[], bytesOf: (call: Call) => number): number {
  const topic = calls[0]?.topic;
  let bytes = 0;
  let records = 0;
  for (const [i, call] of calls.entries()) {
    bytes += bytesOf(call);
    records += call.records.length;
    const fits = call.topic === topic && bytes <= parcelBytes && records <= parcelRecords;
    if (i > 0 && !fits) return i;
  }
  return calls.length;
}

/** A call too large for one request, in pieces that are not; order kept. */
export function pieces(
  records: readonly OutgoingRecord[],
  bytesOf: (record: OutgoingRecord) => number,
): readonly (readonly OutgoingRecord[])[] {
  const all: OutgoingRecord[][] = [];
  let piece: OutgoingRecord[] = [];
  let bytes = 0;
  for (const record of records) {
    const more = bytesOf(record);
    if (piece.length > 0 && (bytes + more > parcelBytes || piece.length >= parcelRecords)) {
      all.push(piece);
      piece = [];
      bytes = 0;
    }
    piece.push(record);
    bytes += more;
  }
  return piece.length === 0 ? all : [...all, piece];
}
