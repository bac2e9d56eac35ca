// Two kinds of batch stop a kafkajs reader for good: one that compaction emptied (it decodes to
// nothing, so the position never moves: #1072), and one that cannot be decoded, for example in a
// codec nobody registered (it crashes the consumer: KafkaJSNotImplemented). Both are turned into one
// record at the batch's last offset: a control record, which readers step over in silence, or a
// record marked `poison`, which our adapter logs and steps over.

import assert from 'node:assert';

export type Poison = { readonly reason: string; readonly firstOffset: string };

type Decoder = { readonly buffer: Buffer; offset: number };
type Batch = { records: unknown[] };
type DecodeBatch = (decoder: Decoder) => Promise<Batch>;

const decoderPath = 'kafkajs/src/protocol/recordBatch/v0/decoder';
const messagesPath = 'kafkajs/src/protocol/requests/fetch/v4/decodeMessages';
// FirstOffset int64, Length int32, LeaderEpoch int32, Magic int8, CRC int32, Attributes int16, …
const lastOffsetDeltaAt = 23;

/** True when the mend is in effect; false when the decoder was in use before we came. */
export function mendRecordBatch(require: NodeJS.Require): boolean {
  const decode = require(decoderPath) as DecodeBatch;
  assert(typeof decode === 'function', 'kafkajs changed shape');
  const cached = require.cache[require.resolve(decoderPath)];
  assert(cached !== undefined, 'kafkajs changed shape');
  if (cached.exports === mended) return true;
  if (require.cache[require.resolve(messagesPath)] !== undefined) return false;
  original = decode;
  cached.exports = mended;
  selfCheck();
  return true;
}

let original: DecodeBatch | undefined;

async function mended(decoder: Decoder): Promise<Batch> {
  assert(original !== undefined);
  const { buffer, offset } = decoder;
  try {
    const batch = await original(decoder);
    if (batch.records.length === 0) batch.records.push(placeholder(buffer, offset, null));
    return batch;
  } catch (error) {
    if ((error as Error).name === 'KafkaJSPartialMessageError') throw error;
    const reason = `${(error as Error).name}: ${(error as Error).message}`;
    return { records: [placeholder(buffer, offset, reason)] };
  }
}

function placeholder(buffer: Buffer, at: number, reason: string | null): object {
  const firstOffset = buffer.readBigInt64BE(at);
  const lastOffset = firstOffset + BigInt(buffer.readInt32BE(at + lastOffsetDeltaAt));
  return {
    offset: lastOffset.toString(),
    timestamp: '0',
    key: null,
    value: null,
    headers: {},
    isControlRecord: reason === null,
    batchContext: {},
    ...(reason === null ? {} : { poison: { reason, firstOffset: firstOffset.toString() } }),
  };
}

/** Header fields are where this file believes they are. */
function selfCheck(): void {
  const batch = Buffer.alloc(61);
  batch.writeBigInt64BE(40n, 0);
  batch.writeInt32BE(2, lastOffsetDeltaAt);
  const record = placeholder(batch, 0, null) as { offset: string };
  assert(record.offset === '42', 'the record batch mend of kafkajs has no effect');
}
