// The network between the clients and one region: a TCP proxy on loopback that can refuse, swallow
// and delay. A black hole stops reading instead of throwing bytes away, because that is what TCP
// does: what was swallowed arrives late, when the hole closes.

import { createConnection, createServer, type Socket } from 'node:net';
import { listen, stopListening } from './listen.ts';

export type Wire = {
  readonly host: string;
  readonly port: number;
  /** Resets every connection and refuses new ones. */
  readonly refuse: () => Promise<void>;
  /** Nothing arrives any more, in either direction. */
  readonly swallow: () => void;
  /** Every chunk arrives this much later, in each direction. */
  readonly delay: (ms: number) => void;
  readonly heal: () => Promise<void>;
  readonly close: () => Promise<void>;
};

type Pair = { readonly client: Socket; readonly server: Socket };

export async function startWire(target: number): Promise<Wire> {
  const pairs = new Set<Pair>();
  let swallowing = false;
  let delayMs = 0;
  const forward = (from: Socket, to: Socket): void => {
    // Chunks leave in the order they came, also while the delay changes.
    const late: Buffer[] = [];
    const send = (chunk: Buffer | undefined): void => {
      if (chunk !== undefined && !to.destroyed) to.write(chunk);
    };
    from.on('data', (chunk: Buffer) => {
      if (delayMs === 0 && late.length === 0) return send(chunk);
      late.push(chunk);
      setTimeout(() => send(late.shift()), delayMs);
    });
    from.on('error', () => undefined);
    from.on('close', () => to.destroy());
  };
  const listener = createServer({ noDelay: true }, (client) => {
    const server = createConnection({ port: target, host: '127.0.0.1', noDelay: true });
    const pair = { client, server };
    pairs.add(pair);
    forward(client, server);
    forward(server, client);
    client.once('close', () => pairs.delete(pair));
    if (swallowing) pause(pair);
  });
  const port = await listen(listener, 0);
  const refuse = async (): Promise<void> => {
    const closed = stopListening(listener);
    for (const { client } of pairs) client.resetAndDestroy();
    await closed;
  };
  return {
    host: '127.0.0.1',
    port,
    refuse,
    swallow: () => {
      swallowing = true;
      for (const pair of pairs) pause(pair);
    },
    delay: (ms) => {
      delayMs = ms;
    },
    heal: async () => {
      delayMs = 0;
      swallowing = false;
      for (const { client, server } of pairs) {
        client.resume();
        server.resume();
      }
      if (!listener.listening) await listen(listener, port);
    },
    close: refuse,
  };
}

function pause({ client, server }: Pair): void {
  client.pause();
  server.pause();
}
