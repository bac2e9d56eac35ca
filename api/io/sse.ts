/**
 * Server-sent events on one connection: headers, frames, a heartbeat, and an end for who does not
 * read. What is sent to many is made into a frame once and written as the same bytes to each.
 */
import type { FastifyReply } from 'fastify';

export type SseOptions = {
  /** Time between comments that prove the line is alive, ms. */
  readonly heartbeatMs: number;
  /** Bytes that may wait for a slow reader; beyond them the connection is cut. */
  readonly maxBufferedBytes: number;
  /** A stream does not outlive the access it was opened with, ms since 1970; null: that has no end. */
  readonly expiresMs: number | null;
  /** Called once, whoever ended it. */
  readonly onClose: () => void;
};

export type SseStream = {
  /** `data` is one line; JSON is. False: the reader is gone or was cut for being too slow. */
  readonly send: (id: string, event: string, data: string | Buffer) => boolean;
  /** The same with a frame that `sseFrame` made. */
  readonly sendFrame: (frame: Buffer) => boolean;
  /** Bytes written and not yet taken by the reader's connection. */
  readonly bufferedBytes: () => number;
  /** Calls back once when nothing waits any more. */
  readonly onDrained: (drained: () => void) => void;
  readonly close: () => void;
  /** Ends it at once, whatever still waits to be written. */
  readonly cut: () => void;
};

/** How long a browser waits before it comes back, ms. */
const retryMs = 1_000;
const comment = Buffer.from(': \n\n');

export function sseFrame(id: string, event: string, data: string | Buffer): Buffer {
  const head = Buffer.from(`id: ${id}\nevent: ${event}\ndata: `);
  const body = typeof data === 'string' ? Buffer.from(data) : data;
  return Buffer.concat([head, body, Buffer.from('\n\n')]);
}

/** Takes the reply over; headers set on it so far are sent along. */
export function openSse(reply: FastifyReply, options: SseOptions): SseStream {
  const { heartbeatMs, maxBufferedBytes, expiresMs, onClose } = options;
  reply.hijack();
  const { raw } = reply;
  raw.socket?.setNoDelay(true);
  raw.socket?.setTimeout(0);
  raw.writeHead(200, {
    ...Object.fromEntries(Object.entries(reply.getHeaders()).filter(([, value]) => value != null)),
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    // Proxies that collect answers would hold back every event.
    'x-accel-buffering': 'no',
  });
  let open = true;
  const end = (): void => {
    if (!open) return;
    open = false;
    clearInterval(heartbeat);
    clearTimeout(expiry);
    onClose();
  };
  const cut = (): void => {
    raw.destroy();
    end();
  };
  const write = (frame: Buffer): boolean => {
    if (!open) return false;
    if (raw.writableLength + frame.length > maxBufferedBytes) {
      cut();
      return false;
    }
    raw.write(frame);
    return true;
  };
  const close = (): void => {
    raw.end();
    end();
  };
  const heartbeat = setInterval(() => write(comment), heartbeatMs);
  const expiry = expiresMs === null ? undefined : setTimeout(close, timerMs(expiresMs));
  raw.on('close', end);
  raw.on('error', end);
  write(Buffer.from(`retry: ${retryMs}\n\n`));
  return {
    send: (id, event, data) => write(sseFrame(id, event, data)),
    sendFrame: write,
    bufferedBytes: () => raw.writableLength,
    onDrained: (drained) => {
      if (raw.writableNeedDrain) raw.once('drain', drained);
      else setImmediate(drained);
    },
    close,
    cut,
  };
}

/** From now until then, as far as a timer reaches. */
function timerMs(untilMs: number): number {
  return Math.min(Math.max(0, untilMs - Date.now()), 2 ** 31 - 1);
}
