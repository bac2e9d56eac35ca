import { once } from 'node:events';
import { createConnection, createServer } from 'node:net';

/**
 * A port nobody listens on, outside the range from which the kernel gives ports to connections:
 * while a killed server's port is free, a reconnecting client must not get that very port as its own
 * and talk to itself.
 */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    if (await isFree(port)) return port;
  }
  throw new Error('no free port from 20000 to 31999');
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    server.close();
    await once(server, 'close');
    return true;
  } catch {
    return false;
  }
}

/** Does a Redis answer there? */
export function answersPing(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ host, port });
    const settle = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(500, () => settle(false));
    socket.once('error', () => settle(false));
    socket.once('close', () => settle(false));
    socket.once('data', (data) => settle(!String(data).startsWith('-LOADING')));
    socket.once('connect', () => socket.write('PING\r\n'));
  });
}
