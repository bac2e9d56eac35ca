// A webhook receiver that only notes when the first byte of each message came, and what it was about.

import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Message = {
  /** When the request's head was there, ms since 1970 with fractions. */
  readonly atMs: number;
  readonly body: string;
};

export type WebhookClock = {
  readonly url: string;
  /** In the order of arrival. */
  readonly messages: readonly Message[];
  /** When the first message about a group came; null: none yet. */
  readonly seen: (group: string) => number | null;
  readonly close: () => Promise<void>;
};

export async function startWebhookClock(): Promise<WebhookClock> {
  const messages: Message[] = [];
  const first = new Map<string, number>();
  const server: Server = createServer((request, response) => {
    const atMs = performance.timeOrigin + performance.now();
    void textOf(request).then((body) => {
      response.writeHead(200).end('ok');
      messages.push({ atMs, body });
      const group = groupOf(JSON.parse(body));
      if (group !== undefined && !first.has(group)) first.set(group, atMs);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    messages,
    seen: (group) => first.get(group) ?? null,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function textOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString('utf8');
}

type Labelled = { readonly groupLabels?: Readonly<Record<string, string>> };

/** Of a Standard Webhooks body or of Alertmanager's. */
function groupOf(body: Labelled & { readonly data?: Labelled }): string | undefined {
  return (body.data ?? body).groupLabels?.['group'];
}
