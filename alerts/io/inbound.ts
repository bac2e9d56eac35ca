/**
 * Hears what people do with our pages in PagerDuty. Its answers are chosen by what PagerDuty makes of
 * them: it comes again after a 5xx, and drops the webhook after a 4xx, where three in a row silence
 * the subscription for a day. So a 4xx is for those who are not PagerDuty, and all that is genuine
 * but of no use (other people's incidents, repeats, replays) is a 202.
 */
import { type Ack, PipelineError } from '@regionpilot/protocol';
import fastify, { type FastifyInstance } from 'fastify';
import { readPagerDutyWebhook } from '../inbound/pagerduty.ts';
import { freshnessOf, rememberEvent, type SeenEvents } from '../inbound/replay-guard.ts';
import { isSigned } from './inbound-signature.ts';

export type InboundEvent =
  /** `taken`: stored · `meaningless`: nothing to us · `seen`, `tooOld`: a repeat or a replay. */
  | {
      readonly event: 'webhookHeard';
      readonly type: string;
      readonly outcome: 'taken' | 'meaningless' | 'seen' | 'tooOld';
      readonly ack: Ack | null;
    }
  | { readonly event: 'webhookRefused'; readonly status: 400 | 401; readonly reason: string }
  /** PagerDuty will come again. */
  | { readonly event: 'ackNotStored'; readonly dedupKey: string; readonly reason: string };

export type InboundOptions = {
  /** Address to listen on. Default `127.0.0.1`; in front of another belongs a proxy with TLS. */
  readonly host?: string;
  /** 0: any free one. */
  readonly port: number;
  /** Of the webhook subscriptions, several while one is being rotated. At least one. */
  readonly secrets: readonly string[];
  /** Resolves when the word is kept for good; a rejection makes PagerDuty come again. */
  readonly onAck: (ack: Ack) => Promise<void>;
  readonly log?: (event: InboundEvent) => void;
  /** Default `Date.now`. */
  readonly clock?: () => number;
};

export type Inbound = {
  readonly port: number;
  /** Lets requests under way finish. */
  readonly close: () => Promise<void>;
};

/** PagerDuty's own largest; it drops what is larger. */
const maxBodyBytes = 262_144;
/** PagerDuty waits for 5 s. */
const storeWithinMs = 4_000;

/**
 * Serves `POST /v1/webhooks/pagerduty` and `GET /-/healthy`.
 * @throws {PipelineError} PORT_IN_USE when somebody else listens there; CONFIG_INVALID without a
 * secret or for an address that is not ours.
 */
export async function startInbound(options: InboundOptions): Promise<Inbound> {
  const { host = '127.0.0.1', port, secrets } = options;
  if (secrets.length === 0 || secrets.includes('')) {
    throw new PipelineError(
      'CONFIG_INVALID',
      'Inbound PagerDuty webhooks need the secret of their subscription: unsigned, anybody could acknowledge our pages.',
      { retriable: false },
    );
  }
  const server = fastify({
    bodyLimit: maxBodyBytes,
    requestTimeout: 10_000,
    forceCloseConnections: 'idle',
  });
  // A signature is over the bytes as they came.
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) =>
    done(null, body),
  );
  const answer = createAnswer(options);
  server.get('/-/healthy', async () => 'ok\n');
  server.post('/v1/webhooks/pagerduty', async (request, reply) => {
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const header = request.headers['x-pagerduty-signature'];
    const { status, text } = await answer(body, String(header ?? ''));
    return reply.code(status).type('text/plain').send(`${text}\n`);
  });
  return { port: await listen(server, host, port), close: () => server.close() };
}

type Answer = { readonly status: number; readonly text: string };

function createAnswer(options: InboundOptions) {
  const { secrets, onAck, log = () => {}, clock = Date.now } = options;
  const seen: SeenEvents = new Set();
  const refuse = (status: 400 | 401, reason: string): Answer => {
    log({ event: 'webhookRefused', status, reason });
    return { status, text: reason };
  };
  return async (bytes: Buffer, header: string): Promise<Answer> => {
    if (!isSigned(bytes, header, secrets)) {
      return refuse(401, 'no signature in X-PagerDuty-Signature fits');
    }
    const nowMs = clock();
    const webhook = readPagerDutyWebhook(bytes.toString('utf8'), nowMs);
    if (webhook.kind === 'garbage') return refuse(400, webhook.problem);
    const { type, ack, id } = webhook;
    const freshness = freshnessOf(seen, webhook, nowMs);
    if (freshness !== 'fresh' || ack === null) {
      const outcome = freshness === 'fresh' ? 'meaningless' : freshness;
      log({ event: 'webhookHeard', type, outcome, ack });
      return { status: 202, text: outcome };
    }
    try {
      await within(storeWithinMs, onAck(ack));
    } catch (error) {
      log({ event: 'ackNotStored', dedupKey: ack.dedupKey, reason: reasonOf(error) });
      return { status: 503, text: 'not stored, come again' };
    }
    rememberEvent(seen, id);
    log({ event: 'webhookHeard', type, outcome: 'taken', ack });
    return { status: 200, text: 'taken' };
  };
}

/** What comes later may still be stored; hearing it again then changes nothing. */
async function within(ms: number, work: Promise<void>): Promise<void> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`not stored within ${ms} ms`)), ms);
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

async function listen(server: FastifyInstance, host: string, port: number): Promise<number> {
  try {
    await server.listen({ host, port });
  } catch (cause) {
    throw cannotListen(host, port, cause);
  }
  const address = server.server.address();
  return typeof address === 'object' && address !== null ? address.port : port;
}

function cannotListen(host: string, port: number, cause: unknown): PipelineError {
  const isBusy = (cause as NodeJS.ErrnoException).code === 'EADDRINUSE';
  return new PipelineError(
    isBusy ? 'PORT_IN_USE' : 'CONFIG_INVALID',
    `Inbound webhooks cannot listen on ${host}:${port}: ${reasonOf(cause)}`,
    { retriable: false, host, port, cause },
  );
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
