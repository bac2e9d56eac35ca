// A webhook receiver that believes nobody: signatures are verified by the `standardwebhooks` package
// (v1) and by ed25519 (v1a), and messages are kept once per webhook-id, as the standard asks for.

import { createPublicKey, verify } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { Webhook } from 'standardwebhooks';
import { serveLoopback } from './loopback-server.ts';
import { type Answer, answerWith, type Fault } from './scripted-faults.ts';

export type WebhookReceiverOptions = {
  /** Default: any free port. */
  readonly port?: number;
  /** `whsec_…`; one that fits is enough. Without these and `publicKeys` nothing is verified. */
  readonly secrets?: readonly string[];
  /** `whpk_…` and base64 of 32 bytes. */
  readonly publicKeys?: readonly string[];
  /** What a good request is answered. Default 200 `ok`, which is what Slack says. */
  readonly answer?: Answer;
};

export type ReceivedMessage = {
  /** `webhook-id`, or `request-<n>` without one. */
  readonly id: string;
  readonly body: string;
  readonly firstMs: number;
  readonly lastMs: number;
  /** How often it arrived and took effect; all but the first are repeats. */
  readonly arrivals: number;
};

export type WebhookRequest = {
  readonly atMs: number;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Which scheme vouched for it. */
  readonly signature: 'v1' | 'v1a' | 'bad' | 'unchecked';
  readonly fault: Fault | null;
};

export type WebhookReceiver = {
  readonly url: string;
  readonly port: number;
  readonly fail: (...faults: readonly Fault[]) => void;
  readonly heal: () => void;
  /** By id, in the order of their first arrival. */
  readonly messages: () => readonly ReceivedMessage[];
  /** Every request, oldest first. */
  readonly journal: () => readonly WebhookRequest[];
  readonly close: () => Promise<void>;
};

export async function startWebhookReceiver(
  options: WebhookReceiverOptions = {},
): Promise<WebhookReceiver> {
  const faults: Fault[] = [];
  const journal: WebhookRequest[] = [];
  const messages = new Map<string, ReceivedMessage>();
  const timers = new Set<NodeJS.Timeout>();
  const good = options.answer ?? { status: 200, body: 'ok' };
  const server = await serveLoopback((request, response, body) => {
    const atMs = Date.now();
    const fault = faults.shift() ?? null;
    const headers = texts(request.headers);
    const signature = signatureOf(headers, body, options);
    journal.push({ atMs, path: request.url ?? '', headers, body, signature, fault });
    const id = headers['webhook-id'] ?? `request-${journal.length}`;
    const keep = (): void => {
      if (signature !== 'bad') messages.set(id, arrived(messages.get(id), id, body, Date.now()));
    };
    const answer = signature === 'bad' ? { status: 401, body: 'bad signature' } : good;
    answerWith(fault, request, response, answer, keep, timers);
  }, options);
  return {
    url: server.url,
    port: server.port,
    fail: (...more) => faults.push(...more),
    heal: () => faults.splice(0),
    messages: () => [...messages.values()],
    journal: () => [...journal],
    close: async () => {
      for (const timer of timers) clearTimeout(timer);
      await server.close();
    },
  };
}

function arrived(
  known: ReceivedMessage | undefined,
  id: string,
  body: string,
  atMs: number,
): ReceivedMessage {
  if (known === undefined) return { id, body, firstMs: atMs, lastMs: atMs, arrivals: 1 };
  return { ...known, lastMs: atMs, arrivals: known.arrivals + 1 };
}

function signatureOf(
  headers: Readonly<Record<string, string>>,
  body: string,
  { secrets = [], publicKeys = [] }: WebhookReceiverOptions,
): WebhookRequest['signature'] {
  if (secrets.length + publicKeys.length === 0) return 'unchecked';
  if (secrets.some((secret) => fits(secret, headers, body))) return 'v1';
  return publicKeys.some((key) => fitsAsymmetric(key, headers, body)) ? 'v1a' : 'bad';
}

function fits(secret: string, headers: Readonly<Record<string, string>>, body: string): boolean {
  try {
    new Webhook(secret).verify(body, { ...headers }, { jsonParse: false });
    return true;
  } catch {
    return false;
  }
}

/** As far off as the library lets a v1 be, s. */
const toleranceS = 300;
// SubjectPublicKeyInfo around a raw ed25519 key (RFC 8410, 4).
const spki = Buffer.from('302a300506032b6570032100', 'hex');

function fitsAsymmetric(
  publicKey: string,
  headers: Readonly<Record<string, string>>,
  body: string,
): boolean {
  const { 'webhook-id': id, 'webhook-timestamp': seconds, 'webhook-signature': list } = headers;
  if (!/^\d+$/.test(seconds ?? '')) return false;
  if (Math.abs(Date.now() / 1_000 - Number(seconds)) > toleranceS) return false;
  const raw = Buffer.from(publicKey.replace(/^whpk_/, ''), 'base64');
  const key = createPublicKey({ key: Buffer.concat([spki, raw]), format: 'der', type: 'spki' });
  const content = Buffer.from(`${id}.${seconds}.${body}`);
  const signatures = (list ?? '').split(' ').filter((each) => each.startsWith('v1a,'));
  return signatures.some((each) =>
    verify(null, content, key, Buffer.from(each.slice('v1a,'.length), 'base64')),
  );
}

function texts(headers: IncomingHttpHeaders): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, String(value ?? '')]),
  );
}
