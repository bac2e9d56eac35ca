// A stand-in for a Redis server, for machines that have none: a real TCP server in this process.
// It dies, freezes and thaws like the real thing, as far as a client can tell.

import { createServer, type Socket } from 'node:net';
import { execute, type Keyspace } from '../regions/keyspace.ts';
import { parseRequests } from '../regions/resp.ts';
import { listen, stopListening } from './listen.ts';
import type { Server } from './server.ts';

export async function startStandIn(): Promise<Server> {
  const sockets = new Set<Socket>();
  const keys: Keyspace = new Map();
  let frozen = false;
  const listener = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    serve(socket, keys);
    if (frozen) socket.pause();
  });
  const port = await listen(listener, 0);
  const thaw = (): void => {
    frozen = false;
    for (const socket of sockets) socket.resume();
  };
  const kill = async (): Promise<void> => {
    keys.clear();
    frozen = false;
    const closed = stopListening(listener);
    for (const socket of sockets) socket.resetAndDestroy();
    await closed;
  };
  return {
    kind: 'stand-in',
    port,
    kill,
    revive: async () => {
      if (!listener.listening) await listen(listener, port);
    },
    freeze: () => {
      frozen = true;
      for (const socket of sockets) socket.pause();
    },
    thaw,
    close: kill,
  };
}

function serve(socket: Socket, keys: Keyspace): void {
  const session = { resp3: false };
  let rest = '';
  socket.setEncoding('latin1');
  socket.on('error', () => undefined);
  socket.on('data', (chunk: string) => {
    try {
      const parsed = parseRequests(rest + chunk);
      rest = parsed.rest;
      const nowMs = Date.now();
      const replies = parsed.requests.map((request) => execute(keys, session, request, nowMs));
      if (replies.length > 0) socket.write(replies.join(''), 'latin1');
    } catch {
      // Not RESP: Redis hangs up too.
      socket.destroy();
    }
  });
}
