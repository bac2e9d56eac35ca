// The inbox of the compose file: a receiver of signed webhooks that shows what a person on call would
// hold. `GET /` answers the open pages; every message is a line on stdout. A message with a wrong
// signature or an old stamp counts for nothing.

import { createHmac, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { Inbox } from '../../../demo/inbox/inbox.ts';
import { isFresh, signedContent, takeWebhook } from '../../../demo/inbox/webhook.ts';

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
  if (!isSigned(headers, body)) {
    counts.bad += 1;
    return [401, { error: 'bad signature' }];
  }
  counts.good += 1;
  const message = takeWebhook(body);
  const mail = message === null ? null : inbox.take('webhook', message, Date.now());
  if (mail !== null) console.log(JSON.stringify({ time: new Date().toISOString(), ...mail }));
  return [204, null];
}

function isSigned(headers: IncomingHttpHeaders, body: string): boolean {
  const text = (name: string): string => headers[name]?.toString() ?? '';
  const seen = {
    id: text('webhook-id'),
    timestamp: text('webhook-timestamp'),
    signatures: text('webhook-signature').split(' '),
  };
  if (!isFresh(seen, Date.now())) return false;
  const hmac = createHmac('sha256', secret).update(signedContent(seen, body)).digest('base64');
  return seen.signatures.some((signature) => isSame(signature, `v1,${hmac}`));
}

/** In a time that tells nothing about where they differ. */
function isSame(got: string, expected: string): boolean {
  const [a, b] = [Buffer.from(got), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
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
