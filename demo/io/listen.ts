// Loopback ports, taken and given back.

import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** Listens on a loopback port (0: any free one) and answers which. A port we just gave up may be
 * busy for a moment, so it is asked for again for up to a second. */
export async function listen(server: Server, port: number): Promise<number> {
  for (let attempt = 0; ; attempt++) {
    try {
      server.listen(port, '127.0.0.1');
      await once(server, 'listening');
      return portOf(server);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE' || attempt >= 20) throw error;
      await sleep(50);
    }
  }
}

/** Stops taking connections. The caller ends those that are open. */
export async function stopListening(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = once(server, 'close');
  server.close();
  await closed;
}

export async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listen(server, 0);
  await stopListening(server);
  return port;
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}
