// What is to be looked at next, and when: a binary heap, so that a tick over ten thousand idle groups
// costs one comparison. An item is not moved when its time changes: a later time is noticed when it
// comes up (and it is queued again), an earlier one is queued in addition. So whatever is taken from
// here has to ask itself whether it is really due.

export type Timer<T> = { readonly atMs: number; readonly order: number; readonly item: T };

export type DueQueue<T> = { readonly heap: Timer<T>[]; order: number };

export function createDueQueue<T>(): DueQueue<T> {
  return { heap: [], order: 0 };
}

export function enqueue<T>(queue: DueQueue<T>, atMs: number, item: T): void {
  const { heap } = queue;
  heap.push({ atMs, order: queue.order, item });
  queue.order += 1;
  let at = heap.length - 1;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if (!swapIfBefore(heap, at, parent)) return;
    at = parent;
  }
}

/** The earliest item that is due, taken out; undefined: nothing is. Equal times: first in, first out. */
export function takeDue<T>(queue: DueQueue<T>, nowMs: number): Timer<T> | undefined {
  const { heap } = queue;
  const first = heap[0];
  if (first === undefined || first.atMs > nowMs) return undefined;
  const last = heap.pop();
  if (last !== undefined && heap.length > 0) {
    heap[0] = last;
    sink(heap);
  }
  return first;
}

function sink<T>(heap: Timer<T>[]): void {
  let at = 0;
  for (;;) {
    const left = 2 * at + 1;
    const child = isBefore(heap[left + 1], heap[left]) ? left + 1 : left;
    if (!swapIfBefore(heap, child, at)) return;
    at = child;
  }
}

function swapIfBefore<T>(heap: Timer<T>[], child: number, parent: number): boolean {
  const [low, high] = [heap[child], heap[parent]];
  if (low === undefined || high === undefined || !isBefore(low, high)) return false;
  heap[child] = high;
  heap[parent] = low;
  return true;
}

function isBefore<T>(a: Timer<T> | undefined, b: Timer<T> | undefined): boolean {
  if (a === undefined || b === undefined) return false;
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
}
