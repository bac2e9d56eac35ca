// Pub/sub on a connection of its own, as if it were one for life. What is wanted is remembered; when
// commands move, the new region is subscribed first and only then takes over in one assignment, so
// messages come from one region at a time: never twice, at the price of what is published in between.

import { Command, type Redis } from 'ioredis';
import type { GroupConfig } from '../../config.ts';
import type { Lane, LaneListener } from './lane.ts';
import type { LaneFactory } from './lanes.ts';

const kinds = ['subscribe', 'psubscribe', 'ssubscribe'] as const;
type Kind = (typeof kinds)[number];

const messageEvents = [
  'message',
  'messageBuffer',
  'pmessage',
  'pmessageBuffer',
  'smessage',
  'smessageBuffer',
] as const;

export type SubscriptionsOptions = {
  readonly lanes: LaneFactory;
  readonly settings: () => GroupConfig;
  readonly region: () => string;
  readonly listens: (event: string) => boolean;
  readonly deliver: (event: string, parts: readonly unknown[]) => void;
};

type Channel = string | Buffer;

export class Subscriptions {
  readonly #options: SubscriptionsOptions;
  readonly #wanted: Readonly<Record<Kind, Map<string, Channel>>> = {
    subscribe: new Map(),
    psubscribe: new Map(),
    ssubscribe: new Map(),
  };
  /** Callers still waiting for their answer. */
  readonly #pending = new Set<Command>();
  /** Commands of ours under way, with the caller's command that each stands for, if any. */
  readonly #attempts = new Map<Command, Command | null>();
  #current: Lane | null = null;
  #next: Lane | null = null;

  constructor(options: SubscriptionsOptions) {
    this.#options = options;
  }

  /** SUBSCRIBE and its kin; the caller's promise settles once, wherever it is first answered. */
  submit(command: Command): void {
    this.#remember(command);
    this.#pending.add(command);
    this.#current ??= this.#open();
    this.#ask(command, this.#current);
  }

  /** Commands go elsewhere now. */
  moved(): void {
    if (this.#current === null) return;
    this.#next?.close();
    const next = this.#open();
    this.#next = next;
    this.#subscribeAll(next)
      .then(() => this.#takeOver(next))
      .catch(() => {});
  }

  close(): readonly Command[] {
    this.#current?.close();
    this.#next?.close();
    this.#current = null;
    this.#next = null;
    return [...this.#pending];
  }

  tick(nowMs: number): void {
    const pace = { ...this.#options.settings(), probe: 'ping' } as const;
    this.#current?.tick(nowMs, pace);
    this.#next?.tick(nowMs, pace);
  }

  // The connection closed and will be made again. ioredis then subscribes what was subscribed; what
  // was still being asked is ours to ask again.
  readonly #listener: LaneListener = {
    changed: () => {},
    error: () => {},
    orphaned: (lane, { sent, unsent }) => {
      process.nextTick(() => {
        for (const command of [...sent, ...unsent]) this.#askAgain(command, lane);
      });
    },
  };

  #askAgain(attempt: Command, lane: Lane): void {
    const command = this.#attempts.get(attempt);
    if (command === null) lane.client.sendCommand(attempt as never);
    if (command === null || command === undefined) return;
    this.#attempts.delete(attempt);
    if (this.#pending.has(command)) this.#ask(command, lane);
  }

  #open(): Lane {
    const lane = this.#options.lanes.create(this.#options.region(), this.#listener);
    Object.assign(lane.client.options, { autoResubscribe: true });
    for (const event of messageEvents) this.#forward(lane, event);
    return lane;
  }

  #forward(lane: Lane, event: string): void {
    (lane.client as Redis).on(event, (...parts: unknown[]) => {
      if (this.#current === lane && this.#options.listens(event))
        this.#options.deliver(event, parts);
    });
  }

  #takeOver(next: Lane): void {
    if (this.#next !== next) {
      next.close();
      return;
    }
    const old = this.#current;
    this.#next = null;
    this.#current = next;
    old?.close();
    for (const command of this.#pending) this.#ask(command, next);
  }

  /** A fresh command each time: ioredis counts the answers of one across connections. */
  #ask(command: Command, lane: Lane): void {
    const attempt = new Command(command.name, [...command.args] as never[]);
    this.#attempts.set(attempt, command);
    attempt.promise.then(
      (count) => {
        this.#attempts.delete(attempt);
        this.#settle(command, () => command.resolve(count));
      },
      (error) => {
        this.#attempts.delete(attempt);
        if (lane === this.#current && lane.client.status !== 'end') {
          this.#settle(command, () => command.reject(error));
        }
      },
    );
    lane.client.sendCommand(attempt as never);
  }

  #settle(command: Command, how: () => void): void {
    if (this.#pending.delete(command)) how();
  }

  async #subscribeAll(lane: Lane): Promise<void> {
    const all = kinds.flatMap((kind) =>
      // One by one: the shards of a Cluster may not be named together.
      [...this.#wanted[kind].values()].map((channel) => new Command(kind, [channel])),
    );
    for (const command of all) {
      this.#attempts.set(command, null);
      lane.client.sendCommand(command as never);
    }
    try {
      await Promise.all(all.map((command) => command.promise));
    } finally {
      for (const command of all) this.#attempts.delete(command);
    }
  }

  #remember(command: Command): void {
    const name = command.name.toLowerCase();
    const channels = command.args.flat() as Channel[];
    const kind = kinds.find((one) => one === name);
    if (kind !== undefined) {
      for (const channel of channels) this.#wanted[kind].set(String(channel), channel);
      return;
    }
    const left = this.#wanted[name.replace('un', '') as Kind];
    if (channels.length === 0) left?.clear();
    for (const channel of channels) left?.delete(String(channel));
  }
}
