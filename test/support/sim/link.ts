// One connection of one client to one region, behaving as a Redis connection does under each kind of
// fault, and telling the production recorder about it.

import type { ConnectionHandle, ConnectionOptions } from '../../../agent/connection.ts';
import type { Condition } from './region.ts';
import type { Rng } from './rng.ts';

const commandTimeoutMs = 5_000;
const connectTimeoutMs = 2_000;

type Link =
  | { readonly kind: 'ready'; waitingSinceMs: number }
  | { readonly kind: 'connecting'; readonly untilMs: number }
  | { readonly kind: 'closed'; readonly retryMs: number; readonly attempts: number };

export class SimLink {
  readonly #handle: ConnectionHandle;
  readonly #rng: Rng;
  #link: Link;

  constructor(
    open: (options: ConnectionOptions) => ConnectionHandle,
    group: string,
    region: string,
    nowMs: number,
    rng: Rng,
  ) {
    this.#rng = rng;
    this.#link = { kind: 'closed', retryMs: nowMs, attempts: 0 };
    const waitingSinceMs = (): number =>
      this.#link.kind === 'ready' ? this.#link.waitingSinceMs : 0;
    this.#handle = open({ group, region, target: `${region}:6379`, probe: { waitingSinceMs } });
  }

  close(): void {
    this.#handle.close();
  }

  /** `commands` were sent since the last look. */
  tick(nowMs: number, commands: number, condition: Condition): void {
    switch (this.#link.kind) {
      case 'ready':
        return this.#use(this.#link, nowMs, commands, condition);
      case 'connecting':
        return this.#await(this.#link.untilMs, nowMs, condition);
      case 'closed':
        return this.#retry(this.#link, nowMs, condition);
    }
  }

  #use(
    link: Extract<Link, { kind: 'ready' }>,
    nowMs: number,
    commands: number,
    condition: Condition,
  ): void {
    switch (condition.kind) {
      case 'refused':
        this.#handle.changed('closed', 'reset');
        this.#link = { kind: 'closed', retryMs: nowMs + 20, attempts: 0 };
        return;
      case 'frozen':
      case 'blackhole':
        return this.#hang(link, nowMs, commands);
      case 'healthy':
      case 'slow':
        link.waitingSinceMs = 0;
        return this.#answer(commands, condition.kind === 'slow' ? condition.latencyMs : 1);
      case 'errors': {
        link.waitingSinceMs = 0;
        let failed = 0;
        for (let i = 0; i < commands; i++) if (this.#rng.chance(condition.share)) failed++;
        this.#handle.failed(condition.errorClass, failed);
        return this.#answer(commands - failed, 1);
      }
    }
  }

  #hang(link: Extract<Link, { kind: 'ready' }>, nowMs: number, commands: number): void {
    if (link.waitingSinceMs === 0) {
      if (commands > 0) link.waitingSinceMs = Math.max(nowMs, 1);
    } else if (nowMs - link.waitingSinceMs >= commandTimeoutMs) {
      this.#handle.failed('timeout', Math.max(1, commands));
      this.#handle.changed('closed', 'timeout');
      this.#link = { kind: 'closed', retryMs: nowMs + 50, attempts: 0 };
    }
  }

  #answer(count: number, latencyMs: number): void {
    for (let i = 0; i < count; i++) this.#handle.answered(latencyMs * 1_000);
  }

  #await(untilMs: number, nowMs: number, condition: Condition): void {
    if (canConnect(condition)) return this.#ready();
    if (nowMs < untilMs && condition.kind !== 'refused') return;
    this.#handle.changed('closed', condition.kind === 'refused' ? 'refused' : 'timeout');
    this.#link = { kind: 'closed', retryMs: nowMs + 100, attempts: 1 };
  }

  #retry(link: Extract<Link, { kind: 'closed' }>, nowMs: number, condition: Condition): void {
    if (nowMs < link.retryMs) return;
    if (canConnect(condition)) return this.#ready();
    if (condition.kind !== 'refused') {
      this.#handle.changed('connecting');
      this.#link = { kind: 'connecting', untilMs: nowMs + connectTimeoutMs };
      return;
    }
    this.#handle.changed('reconnecting', 'refused');
    const attempts = link.attempts + 1;
    const backOffMs = Math.min(1_000, 50 * 2 ** attempts) * (0.5 + this.#rng.next() / 2);
    this.#link = { kind: 'closed', retryMs: nowMs + backOffMs, attempts };
  }

  #ready(): void {
    this.#handle.changed('ready');
    this.#link = { kind: 'ready', waitingSinceMs: 0 };
  }
}

function canConnect({ kind }: Condition): boolean {
  return kind === 'healthy' || kind === 'slow' || kind === 'errors';
}
