// A wire that can be cut in the middle of a conversation: between a client and a broker that
// advertises the proxy's address.

import { connect, createServer, type Socket } from 'node:net';

export type KafkaProxy = {
  readonly port: number;
  readonly forwardTo: (address: string) => void;
  /** The next acknowledgement of a produce request is lost, and its connection with it. */
  readonly loseNextAcknowledgement: () => void;
  readonly lost: () => number;
  readonly close: () => Promise<void>;
};

const produceApi = 0;

export async function startProxy(): Promise<KafkaProxy> {
  let target = '';
  let armed = false;
  let lost = 0;
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const [host, port] = target.split(':');
    const broker = connect(Number(port), host);
    let swallow = false;
    for (const socket of [client, broker]) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        sockets.delete(socket);
        client.destroy();
        broker.destroy();
      });
    }
    client.on('data', (data) => {
      if (armed && data.length > 6 && data.readInt16BE(4) === produceApi) {
        armed = false;
        swallow = true;
      }
      broker.write(data);
    });
    broker.on('data', (data) => {
      if (!swallow) return client.write(data);
      lost++;
      return client.destroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    forwardTo: (to) => {
      target = to;
    },
    loseNextAcknowledgement: () => {
      armed = true;
    },
    lost: () => lost,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
