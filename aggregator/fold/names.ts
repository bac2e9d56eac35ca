// Names that many clients share, as small numbers. Counted, so that a name nobody uses any more is
// forgotten: a hostile client that invents a domain with every batch costs one entry.

export type Names = {
  readonly ids: Map<string, number>;
  readonly list: string[];
  readonly uses: number[];
  readonly free: number[];
};

export function createNames(): Names {
  return { ids: new Map(), list: [], uses: [], free: [] };
}

/** The name's number, used once more. */
export function useName(names: Names, name: string): number {
  const known = names.ids.get(name);
  if (known !== undefined) {
    names.uses[known] = (names.uses[known] as number) + 1;
    return known;
  }
  const id = names.free.pop() ?? names.list.length;
  names.ids.set(name, id);
  names.list[id] = name;
  names.uses[id] = 1;
  return id;
}

export function dropName(names: Names, id: number): void {
  const uses = (names.uses[id] as number) - 1;
  names.uses[id] = uses;
  if (uses > 0) return;
  names.ids.delete(names.list[id] as string);
  names.list[id] = '';
  names.free.push(id);
}

/**
 * Keeps the `limit` smallest names, sorted, each once: the same few whatever order they came in.
 */
export function keepSmallest(kept: string[], name: string, limit: number): void {
  const last = kept.at(-1);
  if (kept.length === limit && last !== undefined && name >= last) return;
  if (kept.includes(name)) return;
  let at = kept.length;
  while (at > 0 && (kept[at - 1] as string) > name) at--;
  kept.splice(at, 0, name);
  if (kept.length > limit) kept.pop();
}
