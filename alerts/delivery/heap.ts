// A binary heap that knows where each of its items is, so that an item can be moved or taken out in
// O(log n). The alternative, leaving stale entries until they come up, would keep an entry of every
// failed attempt until its give-up time a day later.

type Node<T> = { readonly item: T; readonly at: number; readonly order: number; index: number };

export type Heap<T> = {
  readonly nodes: Node<T>[];
  readonly places: Map<T, Node<T>>;
  order: number;
};

export function createHeap<T>(): Heap<T> {
  return { nodes: [], places: new Map(), order: 0 };
}

/** Smallest `at` first; equal: first in, first out. An item that is there already is moved. */
export function put<T>(heap: Heap<T>, item: T, at: number): void {
  take(heap, item);
  const node = { item, at, order: heap.order++, index: heap.nodes.length };
  heap.nodes.push(node);
  heap.places.set(item, node);
  rise(heap, node);
}

/** Taking what is not there changes nothing. */
export function take<T>(heap: Heap<T>, item: T): void {
  const node = heap.places.get(item);
  if (node === undefined) return;
  heap.places.delete(item);
  const last = heap.nodes.pop();
  if (last === undefined || last === node) return;
  seat(heap, last, node.index);
  rise(heap, last);
  sink(heap, last);
}

export function first<T>({ nodes }: Heap<T>): T | undefined {
  return nodes[0]?.item;
}

/** Takes the first out if it is not after `at`. */
export function takeUpTo<T>(heap: Heap<T>, at: number): T | undefined {
  const node = heap.nodes[0];
  if (node === undefined || node.at > at) return undefined;
  take(heap, node.item);
  return node.item;
}

function rise<T>(heap: Heap<T>, node: Node<T>): void {
  for (;;) {
    const parent = heap.nodes[(node.index - 1) >> 1];
    if (node.index === 0 || parent === undefined || !isBefore(node, parent)) return;
    swap(heap, node, parent);
  }
}

function sink<T>(heap: Heap<T>, node: Node<T>): void {
  for (;;) {
    const left = heap.nodes[2 * node.index + 1];
    const right = heap.nodes[2 * node.index + 2];
    const child = left !== undefined && right !== undefined && isBefore(right, left) ? right : left;
    if (child === undefined || !isBefore(child, node)) return;
    swap(heap, child, node);
  }
}

function swap<T>(heap: Heap<T>, a: Node<T>, b: Node<T>): void {
  const { index } = a;
  seat(heap, a, b.index);
  seat(heap, b, index);
}

function seat<T>({ nodes }: Heap<T>, node: Node<T>, index: number): void {
  node.index = index;
  nodes[index] = node;
}

function isBefore<T>(a: Node<T>, b: Node<T>): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}
