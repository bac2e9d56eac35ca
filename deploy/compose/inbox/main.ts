// The inbox of the compose file: a receiver of signed webhooks that shows what a person on call would
// hold. `GET /` answers the open pages; every message is a line on stdout. A message with a wrong
// signature or an old stamp counts for nothing.

import { readFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { Inbox } from '../../../demo/inbox/inbox.ts';
import { takeWebhook } from '../../../demo/inbox/webhook.ts';
import { isSigned, webhookHeaders } from '../../../demo/io/webhook-signature.ts';

const secretFile = process.env['INBOX_SECRET_FILE'] ?? '/run/secrets/inbox-webhook';
const secretText = readFileSync(secretFile, 'utf8').trim();
const secret = Buffer.from(secretText.replace(/^whsec_/, ''), 'base64');
const bodyMost = 1_000_000;
const inbox = new Inbox();
const counts = { good: 0, bad: 0 };

const server = createServer((request, response) => {
  const answer = (status: number, body: unknown): void => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(status === 204 ? undefined : JSON.stringify(body));
  };
  if (request.method === 'GET') {
    if (request.url === '/healthz') answer(200, counts);
    else answer(200, { pages: inbox.pages, changes: inbox.changes, signatures: counts });
    return;
  }
  bodyOf(request).then(
    (body) => answer(...take(request.headers, body)),
    () => request.socket.destroy(),
  );
}).listen(Number(process.env['PORT'] ?? 8080));

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    server.close();
    server.closeAllConnections();
  });
}

function take(headers: IncomingHttpHeaders, body: string): readonly [number, unknown] {
  if (!isSigned(secret, webhookHeaders({ headers }), body)) {
    counts.bad += 1;
    return [401, { error: 'bad signature' }];
  }
  counts.good += 1;
  const message = takeWebhook(body);
  const mail = message === null ? null : inbox.take('webhook', message, Date.now());
  if (mail !== null) console.log(JSON.stringify({ time: new Date().toISOString(), ...mail }));
  return [204, null];
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
