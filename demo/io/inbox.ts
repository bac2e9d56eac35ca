// A PagerDuty and a webhook receiver to play with, on loopback: what arrives is checked, answered and
// handed on. Nothing of it leaves the machine, and nobody is woken.

import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { InboxAddress } from '../inbox/address.ts';
import type { Message, ReceiverName } from '../inbox/message.ts';
import { type Answer, takeChange, takeEvent } from '../inbox/pagerduty.ts';
import { takeWebhook } from '../inbox/webhook.ts';
import { listen, stopListening } from './listen.ts';
import { isSigned, webhookHeaders } from './webhook-signature.ts';

export type InboxServer = InboxAddress & {
  /** Webhooks with a good signature, and the others, which count for nothing. */
  readonly signatures: () => { readonly good: number; readonly bad: number };
  readonly close: () => Promise<void>;
};

const webhookPath = '/hooks/regionpilot';
/** Larger than anything that is meant for us. */
const bodyMost = 1_000_000;
/** Deliveries that are recognised when they come again. */
const idsKept = 1_000;

export async function startInbox(
  onMessage: (receiver: ReceiverName, message: Message) => void,
): Promise<InboxServer> {
  const secret = randomBytes(32);
  const seen = new Set<string>();
  const counts = { good: 0, bad: 0 };
  const webhook = (request: IncomingMessage, body: string): Answer => {
    const headers = webhookHeaders(request);
    if (!isSigned(secret, headers, body)) {
      counts.bad += 1;
      return { status: 401, body: 'bad signature', message: null };
    }
    counts.good += 1;
    const again = seen.has(headers.id);
    remember(seen, headers.id);
    return { status: 204, body: '', message: again ? null : takeWebhook(body) };
  };
  const answer = (request: IncomingMessage, body: string): readonly [ReceiverName, Answer] => {
    if (request.url === '/v2/enqueue') return ['pagerduty', takeEvent(body)];
    if (request.url === '/v2/change/enqueue') return ['pagerduty', takeChange(body)];
    if (request.url === webhookPath) return ['webhook', webhook(request, body)];
    return ['webhook', { status: 404, body: 'no such door', message: null }];
  };
  const server = createServer((request, response) => {
    // A request that was not heard to the end has lost it.
    const { socket } = request;
    void bodyOf(request).then(
      (body) => {
        const [receiver, { status, body: text, message }] = answer(request, body);
        if (message !== null) onMessage(receiver, message);
        reply(response, status, text);
      },
      () => socket.destroy(),
    );
  });
  const port = await listen(server, 0);
  const root = `http://127.0.0.1:${port}`;
  return {
    pagerdutyUrl: root,
    webhookUrl: `${root}${webhookPath}`,
    webhookSecret: `whsec_${secret.toString('base64')}`,
    signatures: () => ({ ...counts }),
    close: async () => {
      const closed = stopListening(server);
      server.closeAllConnections();
      await closed;
    },
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = '';
  request.setEncoding('utf8');
  for await (const chunk of request) {
    body += chunk;
    if (body.length > bodyMost) throw new Error('too large');
  }
  return body;
}

function reply(response: ServerResponse, status: number, body: string): void {
  const type = body.startsWith('{') ? 'application/json' : 'text/plain';
  response.writeHead(status, { 'content-type': type }).end(body);
}

function remember(seen: Set<string>, id: string): void {
  seen.add(id);
  const [oldest] = seen;
  if (seen.size > idsKept && oldest !== undefined) seen.delete(oldest);
}
