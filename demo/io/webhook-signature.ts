/** Whether a webhook was signed with our secret, and lately: as Standard Webhooks 1.0 asks. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { isFresh, signedContent, type WebhookHeaders } from '../inbox/webhook.ts';

export function webhookHeaders({ headers }: Pick<IncomingMessage, 'headers'>): WebhookHeaders {
  const text = (name: string): string => headers[name]?.toString() ?? '';
  return {
    id: text('webhook-id'),
    timestamp: text('webhook-timestamp'),
    signatures: text('webhook-signature').split(' '),
  };
}

export function isSigned(secret: Buffer, headers: WebhookHeaders, body: string): boolean {
  if (!isFresh(headers, Date.now())) return false;
  const hmac = createHmac('sha256', secret).update(signedContent(headers, body)).digest('base64');
  return headers.signatures.some((signature) => isSame(signature, `v1,${hmac}`));
}

/** In a time that tells nothing about where they differ. */
function isSame(got: string, wanted: string): boolean {
  const [a, b] = [Buffer.from(got), Buffer.from(wanted)];
  return a.length === b.length && timingSafeEqual(a, b);
}
