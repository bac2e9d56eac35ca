// ioredis pushes each written command onto a queue and shifts it when its answer arrives. A queue
// that tells us of both sees every command there is, pipelines and transactions included, at the
// price of two method calls; wrapping promises or commands would cost ten times as much.

import type { CommandQueue, QueueItem } from './internals.ts';

export type QueueListener = {
  readonly commandSent: (item: QueueItem) => void;
  readonly commandAnswered: () => void;
  readonly answeredInPart: () => void;
  readonly commandsAborted: (count: number) => void;
};

/** A queue of one socket. `seal` ends the telling: what happens to a dead queue is no answer. */
export type TappedQueue = CommandQueue & { seal(): void };

type QueueClass = new (items?: readonly QueueItem[]) => CommandQueue;

const classes = new WeakMap<QueueClass, new (listener: QueueListener) => TappedQueue>();

/** A queue of the same class as `like`, holding the same items, that tells `listener`. */
export function tappedQueueLike(like: CommandQueue, listener: QueueListener): TappedQueue {
  const base = untapped(like.constructor as QueueClass);
  const tapped = new (tappedClass(base))(listener);
  for (let i = 0; i < like.length; i++) {
    const item = like.peekAt(i);
    if (item !== undefined) tapped.push(item);
  }
  return tapped;
}

const bases = new WeakMap<object, QueueClass>();

function untapped(queueClass: QueueClass): QueueClass {
  return bases.get(queueClass) ?? queueClass;
}

function tappedClass(base: QueueClass): new (listener: QueueListener) => TappedQueue {
  const known = classes.get(base);
  if (known !== undefined) return known;
  const made = class extends base implements TappedQueue {
    #listener: QueueListener | null;

    constructor(listener: QueueListener) {
      super();
      this.#listener = listener;
    }

    override push(item: QueueItem): number {
      this.#listener?.commandSent(item);
      return super.push(item);
    }

    override shift(): QueueItem | undefined {
      const item = super.shift();
      if (item !== undefined) this.#listener?.commandAnswered();
      return item;
    }

    override unshift(item: QueueItem): number {
      this.#listener?.answeredInPart();
      return super.unshift(item);
    }

    override remove(index: number, count: number): QueueItem[] | undefined {
      const removed = super.remove(index, count);
      if (removed !== undefined) this.#listener?.commandsAborted(removed.length);
      return removed;
    }

    seal(): void {
      this.#listener = null;
    }
  };
  classes.set(base, made);
  bases.set(made, base);
  return made;
}
