// A wire that can be cut in every way a network can: in front of one server, on loopback.

import { once } from 'node:events';
import { createConnection, createServer, type Socket } from 'node:net';

export type TcpProxy = {
  readonly host: string;
  readonly port: number;
  /** Packets vanish both ways: sockets stay open, new ones connect, nothing arrives. */
  readonly blackhole: () => void;
  /** The wires of a black hole stay dead; new connections work again. */
  readonly forget: () => void;
  /** Every open connection is reset; new ones still work. */
  readonly reset: () => void;
  /** Every open connection is reset and new ones are refused. */
  readonly refuse: () => Promise<void>;
  /** Every chunk arrives this much later. */
  readonly delay: (ms: number) => void;
  /** Back to normal; what a black hole swallowed stays lost, as those connections do. */
  readonly heal: () => Promise<void>;
  /** Connections open now. */
  readonly connections: () => number;
  readonly close: () => Promise<void>;
};

type Wire = { readonly client: Socket; readonly server: Socket };

export async function startTcpProxy(options: {
  readonly target: number;
  readonly port?: number;
}): Promise<TcpProxy> {
  const wires = new Set<Wire>();
  /** Wires that swallow everything for ever. */
  const dead = new Set<Socket>();
  let dropping = false;
  let delayMs = 0;
  const forward = (from: Socket, to: Socket): void => {
    from.on('data', (chunk) => {
      if (dropping || dead.has(from)) return;
      if (delayMs === 0) to.write(chunk);
      else setTimeout(() => dropping || to.destroyed || to.write(chunk), delayMs);
    });
    from.on('error', () => {});
    from.on('close', () => {
      if (!dropping) to.destroy();
    });
  };
  const accept = (client: Socket): void => {
    const server = createConnection({ port: options.target, host: '127.0.0.1' });
    const wire = { client, server };
    wires.add(wire);
    client.setNoDelay(true);
    server.setNoDelay(true);
    forward(client, server);
    forward(server, client);
    client.once('close', () => wires.delete(wire));
  };
  const cut = (): void => {
    for (const { client, server } of wires) {
      client.resetAndDestroy();
      server.destroy();
    }
    wires.clear();
  };
  let listener = createServer(accept);
  const listen = async (port: number): Promise<number> => {
    listener.listen(port, '127.0.0.1');
    await once(listener, 'listening');
    const address = listener.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    return address.port;
  };
  const port = await listen(options.port ?? 0);
  return {
    host: '127.0.0.1',
    port,
    blackhole: () => {
      dropping = true;
    },
    forget: () => {
      for (const { client, server } of wires) dead.add(client).add(server);
      dropping = false;
    },
    reset: cut,
    refuse: async () => {
      const closed = listener.listening ? once(listener, 'close') : Promise.resolve();
      listener.close();
      cut();
      await closed;
    },
    delay: (ms) => {
      delayMs = ms;
    },
    heal: async () => {
      if (dropping) cut();
      dropping = false;
      delayMs = 0;
      if (listener.listening) return;
      listener = createServer(accept);
      await listen(port);
    },
    connections: () => wires.size,
    close: async () => {
      const closed = listener.listening ? once(listener, 'close') : Promise.resolve();
      listener.close();
      cut();
      await closed;
    },
  };
}
