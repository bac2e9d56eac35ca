// Followers of the live stream, all in one process: bare sockets that look for the number of each
// update and note when it came, so that what is measured is the API and not its readers.

import { connect, type Socket } from 'node:net';

export type FollowersPlan = { readonly port: number; readonly followers: number };
/** Number of the update and moment of its arrival (monotonic ms), one after the other. */
export type Arrivals = Float64Array;

/** Goes before the number of an update, in its text. */
export const updateMark = 'bench-update-';
const mark = Buffer.from(`"${updateMark}`);
const connectAtOnce = 50;

let sockets: Socket[] = [];
let arrivals: number[] = [];

process.on('message', (message: { readonly plan?: FollowersPlan; readonly order?: string }) => {
  if (message.plan !== undefined)
    void follow(message.plan).then(() => process.send?.({ ready: true }));
  if (message.order === 'collect') {
    process.send?.({ arrivals: Float64Array.from(arrivals) });
    arrivals = [];
  }
  if (message.order === 'leave') {
    for (const socket of sockets) socket.destroy();
    sockets = [];
    process.send?.({ left: true });
  }
});
process.once('disconnect', () => process.exit(0));

/** Resolves when every one has its snapshot. */
async function follow({ port, followers }: FollowersPlan): Promise<void> {
  for (let i = 0; i < followers; i += connectAtOnce) {
    const some = Math.min(connectAtOnce, followers - i);
    await Promise.all(Array.from({ length: some }, () => opened(port)));
  }
}

function opened(port: number): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const socket = connect(port, '127.0.0.1');
  sockets.push(socket);
  let rest: Buffer = Buffer.alloc(0);
  socket.on('error', reject);
  socket.on('data', (chunk: Buffer) => {
    resolve();
    rest = noted(rest.length === 0 ? chunk : Buffer.concat([rest, chunk]));
  });
  socket.write('GET /api/v1/live HTTP/1.1\r\nhost: localhost\r\naccept: text/event-stream\r\n\r\n');
  return promise;
}

/** What may be the beginning of an update. */
function noted(bytes: Buffer): Buffer {
  let from = 0;
  for (;;) {
    const at = bytes.indexOf(mark, from);
    if (at < 0) return bytes.subarray(Math.max(from, bytes.length - mark.length));
    const end = bytes.indexOf('"', at + mark.length);
    if (end < 0) return bytes.subarray(at);
    const number = Number(bytes.toString('latin1', at + mark.length, end));
    arrivals.push(number, Number(process.hrtime.bigint()) / 1e6);
    from = end;
  }
}
