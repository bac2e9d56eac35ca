// The floor: one socket, one partition, one Fetch after another, and of each answer only the offsets
// are read. No library can follow a Kafka topic for less.

import { connect, type Socket } from 'node:net';

const fetchKey = 1;
/** The oldest version that Kafka 4 answers. */
const fetchVersion = 4;
const maxWaitMs = 1_500;
const maxBytes = 1_048_576;

export type RawFollower = { readonly close: () => void };

/** Follows partition 0 of `topic` from `offset`; hears the offset of each batch's last record. */
export function followRaw(
  broker: string,
  topic: string,
  offset: number,
  hear: (offset: number) => void,
): RawFollower {
  const [host, port] = broker.split(':');
  let next = offset;
  let pending: Buffer = Buffer.alloc(0);
  const socket: Socket = connect({ host: host ?? '', port: Number(port) }, () => ask());
  socket.setNoDelay(true);
  const ask = (): void => {
    socket.write(fetchRequest(topic, next));
  };
  socket.on('data', (chunk: Buffer) => {
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
    while (pending.length >= 4 && pending.length >= 4 + pending.readInt32BE(0)) {
      const end = 4 + pending.readInt32BE(0);
      for (const last of lastOffsets(pending.subarray(4, end))) {
        if (last < next) continue;
        next = last + 1;
        hear(last);
      }
      pending = pending.subarray(end);
      ask();
    }
  });
  socket.on('error', () => {});
  return { close: () => socket.destroy() };
}

function fetchRequest(topic: string, offset: number): Buffer {
  const name = Buffer.from(topic);
  const request = Buffer.alloc(4 + 10 + 17 + 4 + 2 + name.length + 4 + 16);
  let at = request.writeInt32BE(request.length - 4, 0);
  at = request.writeInt16BE(fetchKey, at);
  at = request.writeInt16BE(fetchVersion, at);
  at = request.writeInt32BE(0, at); // correlation: one request at a time needs none
  at = request.writeInt16BE(-1, at); // no client id
  at = request.writeInt32BE(-1, at); // a consumer, not a replica
  at = request.writeInt32BE(maxWaitMs, at);
  at = request.writeInt32BE(1, at); // answer as soon as there is a byte
  at = request.writeInt32BE(maxBytes, at);
  at = request.writeInt8(0, at); // uncommitted records too: there are no transactions
  at = request.writeInt32BE(1, at);
  at = request.writeInt16BE(name.length, at);
  at += name.copy(request, at);
  at = request.writeInt32BE(1, at);
  at = request.writeInt32BE(0, at);
  at = request.writeBigInt64BE(BigInt(offset), at);
  request.writeInt32BE(maxBytes, at);
  return request;
}

/** Offset of the last record of each batch in an answer about one partition. */
function* lastOffsets(answer: Buffer): Generator<number> {
  let at = 4 + 4 + 4; // correlation, throttling, one topic
  at += 2 + answer.readInt16BE(at) + 4 + 4; // its name, one partition, its number
  const error = answer.readInt16BE(at);
  if (error !== 0) throw new Error(`Fetch failed with code ${error}`);
  at += 2 + 8 + 8; // error, high watermark, last stable offset
  at += 4 + 16 * Math.max(answer.readInt32BE(at), 0); // aborted transactions
  const end = at + 4 + Math.max(answer.readInt32BE(at), 0);
  at += 4;
  while (at + 27 <= end) {
    const length = answer.readInt32BE(at + 8);
    yield Number(answer.readBigInt64BE(at)) + answer.readInt32BE(at + 23);
    at += 12 + length;
  }
}
