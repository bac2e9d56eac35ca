/** Short conversations with a server: connect, say something, read until it is enough, hang up. */
import { connect as connectTcp, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';

export type Address = {
  readonly host: string;
  readonly port: number;
  /** Encrypt, with these options. */
  readonly tls?: ConnectionOptions;
};

/**
 * @param enough Answers null until the bytes so far are a whole answer.
 * @throws {Error} in words for a person when nothing listens, or nothing whole comes in time.
 */
export function converse<Value>(
  address: Address,
  say: Uint8Array | string,
  enough: (heard: Buffer) => Value | null,
  timeoutMs: number,
): Promise<Value> {
  return new Promise((resolve, reject) => {
    const socket = open(address, () => socket.write(say));
    const chunks: Buffer[] = [];
    const end = (settle: () => void): void => {
      socket.destroy();
      settle();
    };
    socket.setTimeout(timeoutMs, () => end(() => reject(new Error(silence(timeoutMs)))));
    const deadline = setTimeout(() => end(() => reject(new Error(silence(timeoutMs)))), timeoutMs);
    socket.on('close', () => {
      clearTimeout(deadline);
      reject(new Error('the connection was closed without an answer'));
    });
    socket.on('error', (error) => end(() => reject(new Error(wordsFor(error), { cause: error }))));
    socket.on('data', (data: Buffer) => {
      chunks.push(data);
      const answer = enough(Buffer.concat(chunks));
      if (answer !== null) end(() => resolve(answer));
    });
  });
}

function open({ host, port, tls }: Address, onConnect: () => void): Socket {
  return tls === undefined
    ? connectTcp({ host, port }, onConnect)
    : connectTls({ host, port, ...tls }, onConnect);
}

function silence(timeoutMs: number): string {
  return `no answer within ${timeoutMs / 1_000}s`;
}

function wordsFor(error: NodeJS.ErrnoException): string {
  switch (error.code) {
    case 'ECONNREFUSED':
      return 'the connection is refused: nothing listens there';
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'the name is not known';
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return 'there is no way to it';
    default:
      return error.message;
  }
}
