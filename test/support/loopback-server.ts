// An HTTP server on loopback that hands over whole bodies and, asked to close, is closed at once.

import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

export type LoopbackServer = {
  readonly url: string;
  readonly port: number;
  readonly close: () => Promise<void>;
};

/** Bodies are the raw bytes as UTF-8 text; one over `maxBytes` is cut off there. */
export async function serveLoopback(
  onRequest: (request: IncomingMessage, response: ServerResponse, body: string) => void,
  options: { readonly port?: number; readonly maxBytes?: number } = {},
): Promise<LoopbackServer> {
  const maxBytes = options.maxBytes ?? 20_000_000;
  const server = createServer((request, response) => {
    response.on('error', () => {});
    bodyOf(request, maxBytes).then(
      (body) => onRequest(request, response, body),
      () => {},
    );
  });
  server.listen(options.port ?? 0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    port: address.port,
    close: async () => {
      const closed = server.listening ? once(server, 'close') : Promise.resolve();
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function bodyOf(request: IncomingMessage, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= maxBytes) chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
