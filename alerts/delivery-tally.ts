// Counts notices, attempts and how they ended, by receiver, since this process began.

import {
  type AlertingReading,
  bucketOf,
  createHistogram,
  type Delivery,
  type Histogram,
  type NoticeReason,
  type Sent,
} from '@regionpilot/protocol';
import type { AlertingEvent } from './log.ts';

export type DeliveryCounts = Pick<
  AlertingReading,
  'notices' | 'attempts' | 'ended' | 'latency' | 'heartbeats' | 'deadLetters'
>;

export class DeliveryTally {
  readonly #notices = new Map<string, readonly [string, string, number]>();
  readonly #attempts = new Map<string, readonly [string, string, number]>();
  readonly #ended = new Map<string, readonly [string, string, number]>();
  readonly #latency = new Map<string, Histogram>();
  readonly #heartbeats = new Map<string, number>();
  readonly #rejected = new Map<string, number>();

  decided(receiver: string, reason: NoticeReason): void {
    count(this.#notices, receiver, reason);
  }

  attempted({ receiver, result, action, latencyMs, startedMs, tookMs }: Delivery): void {
    count(this.#attempts, receiver, result);
    if (result === 'accepted' && action === 'heartbeat') {
      this.#heartbeats.set(receiver, startedMs + tookMs);
    }
    if (latencyMs === null) return;
    const histogram = this.#latency.get(receiver) ?? createHistogram();
    const bucket = bucketOf(latencyMs * 1_000);
    histogram[bucket] = (histogram[bucket] ?? 0) + 1;
    this.#latency.set(receiver, histogram);
  }

  ended({ receiver, outcome }: Pick<Sent, 'receiver' | 'outcome'>): void {
    count(this.#ended, receiver, outcome);
  }

  /** @param prefix Of topic names; left out, so that deployments compare. */
  heard(event: AlertingEvent, prefix: string): void {
    if (event.event !== 'recordRejected') return;
    const topic = event.topic.startsWith(prefix) ? event.topic.slice(prefix.length) : event.topic;
    this.#rejected.set(topic, (this.#rejected.get(topic) ?? 0) + 1);
  }

  read(): DeliveryCounts {
    return {
      notices: [...this.#notices.values()],
      attempts: [...this.#attempts.values()],
      ended: [...this.#ended.values()],
      latency: [...this.#latency],
      heartbeats: Object.fromEntries(this.#heartbeats),
      deadLetters: Object.fromEntries(this.#rejected),
    };
  }
}

function count(
  counts: Map<string, readonly [string, string, number]>,
  receiver: string,
  what: string,
): void {
  const key = `${receiver}\n${what}`;
  counts.set(key, [receiver, what, (counts.get(key)?.[2] ?? 0) + 1]);
}
