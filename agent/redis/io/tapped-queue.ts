// ioredis pushes each command it writes onto a queue and shifts it when its answer arrives. A queue
// that notes the moment of each push sees every command there is, pipelines and transactions
// included. Answers need no hook of their own: after each chunk from the server, the commands that
// were noted and are no longer queued are the answered ones.

import { performance } from 'node:perf_hooks';
import { FlightLog } from '../flight-log.ts';
import { isMeantToWait } from '../waits.ts';
import type { CommandQueue, QueueItem } from './internals.ts';

/** The queue of one socket. */
export type TappedQueue = CommandQueue & {
  readonly log: FlightLog;
  /** How many noted commands are no longer queued. */
  gone(): number;
  /** Ends the noting: what happens to a dead queue is no answer. */
  seal(): void;
};

type QueueClass = new () => CommandQueue;
type TappedClass = new (aborted: (count: number) => void) => TappedQueue;

// Reading the clock is the dearest part of noting a command. With so many in flight, the fourth part
// of the readings is enough: a stamp is then off by less than a tenth of the latency itself.
const crowd = 32;
const crowdMask = 3;

const classes = new WeakMap<QueueClass, TappedClass>();
const bases = new WeakMap<object, QueueClass>();

/** A queue of the same class as `like` with the same items; `aborted` hears of removed ones. */
export function tappedQueueLike(like: CommandQueue, aborted: (count: number) => void): TappedQueue {
  const like0 = like.constructor as QueueClass;
  const base = bases.get(like0) ?? like0;
  const tapped = new (tappedClass(base))(aborted);
  for (let i = 0; i < like.length; i++) {
    const item = like.peekAt(i);
    if (item !== undefined) tapped.push(item);
  }
  return tapped;
}

function tappedClass(base: QueueClass): TappedClass {
  const known = classes.get(base);
  if (known !== undefined) return known;
  const made = class extends base implements TappedQueue {
    readonly log = new FlightLog();
    #live = true;
    #nowMs = 0;
    #count = 0;
    readonly #aborted: (count: number) => void;

    constructor(aborted: (count: number) => void) {
      super();
      this.#aborted = aborted;
    }

    override push(item: QueueItem): number {
      if (this.#live) this.#note(item.command);
      return super.push(item);
    }

    override remove(index: number, count: number): QueueItem[] | undefined {
      if (this.#live) this.#aborted(count);
      return super.remove(index, count);
    }

    gone(): number {
      return this.log.size - this.length;
    }

    seal(): void {
      this.#live = false;
    }

    #note({ name, args }: QueueItem['command']): void {
      const { log } = this;
      this.#count = (this.#count + 1) & crowdMask;
      if (this.#count === 0 || log.size < crowd) this.#nowMs = performance.now();
      log.sent(this.#nowMs, isMeantToWait(name, args));
    }
  };
  classes.set(base, made);
  bases.set(made, base);
  return made;
}
