// Blocking commands wait on a connection of their own, because everything sent behind them waits
// too, and a silence that is meant cannot be told from one that is not. When a healthy region is
// left, its waiting commands are woken (CLIENT UNBLOCK): the answer then proves whether anything was
// consumed, and what waited in vain waits anew in the next region. When a region is lost, a pop may
// have taken an element that never arrived: that is for the caller to know.

import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Command, type Redis } from 'ioredis';
import type { GroupConfig } from '../../config.ts';
import { internalsOf } from './internals.ts';
import type { Lane, LaneListener, Taken } from './lane.ts';
import type { LaneFactory } from './lanes.ts';
import { Leg } from './leg.ts';
import { isStandIn } from './take.ts';

export type BlockingOptions = {
  readonly lanes: LaneFactory;
  readonly settings: () => GroupConfig;
  /** Decides about commands whose connection is gone. */
  readonly orphaned: (lane: Lane, taken: Taken) => void;
  /** Sends commands that waited in vain to where commands go now. */
  readonly again: (commands: readonly Command[]) => void;
};

const wakeEveryMs = 5;

export class BlockingLanes {
  readonly #options: BlockingOptions;
  /** By this the server's list of connections names ours: an address would be a proxy's. */
  readonly #name = `regionpilot-waits-${randomUUID()}`;
  #lane: Lane | null = null;
  #closed = false;

  constructor(options: BlockingOptions) {
    this.#options = options;
  }

  send(command: Command, region: string): void {
    if (this.#lane?.region !== region)
      this.#lane = this.#options.lanes.create(region, this.#listener, this.#name);
    this.#lane.send(command);
  }

  tick(nowMs: number): void {
    this.#lane?.tick(nowMs, this.#options.settings());
  }

  busy(): boolean {
    return this.#lane?.busy() ?? false;
  }

  /** Commands go elsewhere now. `from` is the ordinary lane to the region that was left. */
  moved(from: Lane, wasUsable: boolean): void {
    const lane = this.#lane;
    this.#lane = null;
    if (lane === null) return;
    if (wasUsable && lane.usable && lane.direct !== null && lane.busy()) {
      this.#wake(lane, lane.direct, from).catch(() => this.#giveUp(lane));
    } else {
      this.#giveUp(lane);
    }
  }

  close(): readonly Command[] {
    this.#closed = true;
    const lane = this.#lane;
    this.#lane = null;
    if (lane === null) return [];
    const { sent, unsent } = lane.take();
    lane.close();
    return [...sent, ...unsent];
  }

  readonly #listener: LaneListener = {
    changed: () => {},
    error: () => {},
    orphaned: (lane, taken) => this.#options.orphaned(lane, taken),
  };

  async #wake(lane: Lane, client: Redis, from: Lane): Promise<void> {
    const vain: Command[] = [];
    watchForNothing(client, (command) => vain.push(command));
    const deadline = performance.now() + this.#options.settings().drainMs;
    const id = await idOf(this.#name, from);
    while (id !== null && lane.busy() && performance.now() < deadline && !this.#closed) {
      await from.ask(new Command('client', ['UNBLOCK', id]));
      await sleep(wakeEveryMs);
    }
    this.#giveUp(lane);
    this.#options.again(vain);
  }

  #giveUp(lane: Lane): void {
    this.#options.orphaned(lane, lane.take());
    lane.close();
  }
}

/** From now on an empty answer means "woken": the command goes to `woken` instead of its caller. */
function watchForNothing(client: Redis, woken: (command: Command) => void): void {
  const { commandQueue } = internalsOf(client);
  for (let i = 0; i < commandQueue.length; i++) {
    const item = commandQueue.peekAt(i);
    if (item === undefined || isStandIn(item.command)) continue;
    const original = item.command;
    const leg = new Leg(original, () => {});
    const resolve = leg.command.resolve;
    leg.command.resolve = (value: unknown): void => {
      if (value === null) woken(original);
      else resolve(value);
    };
    item.command = leg.command;
  }
}

/** The server's number for a connection that cannot be asked, found by its name. */
async function idOf(name: string, from: Lane): Promise<string | null> {
  const list = await from.ask(new Command('client', ['LIST'], { replyEncoding: 'utf8' }));
  const line = String(list)
    .split('\n')
    .find((one) => one.includes(` name=${name} `));
  return /^id=(\d+)/.exec(line ?? '')?.[1] ?? null;
}
