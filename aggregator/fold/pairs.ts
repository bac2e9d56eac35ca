// A batch names group and region by position; nearly every row repeats the pair of the row before.
// Each pair is looked up once per batch.

import type { Batch, Column } from '@regionpilot/protocol';
import { at } from '@regionpilot/protocol';
import { witnessOf } from './members.ts';
import type { Cell, Folder } from './state.ts';

export class Pairs {
  readonly #folder: Folder;
  readonly #client: number;
  readonly #strings: readonly string[];
  readonly #groups: Column;
  readonly #regions: Column;
  readonly #known = new Map<number, number>();
  #pair = -1;
  #witness = -1;

  constructor(folder: Folder, client: number, batch: Batch) {
    this.#folder = folder;
    this.#client = client;
    this.#strings = batch.strings;
    this.#groups = batch.group;
    this.#regions = batch.region;
  }

  /** The client's witness for the row's group and region, made if need be; -1 without room. */
  witness(row: number): number {
    const group = at(this.#groups, row);
    const region = at(this.#regions, row);
    const pair = key(group, region);
    if (pair === this.#pair) return this.#witness;
    this.#pair = pair;
    this.#witness = this.#known.get(pair) ?? this.#find(pair, group, region);
    return this.#witness;
  }

  /** Every witness met so far, -1 among them where there was no room. */
  witnesses(): Iterable<number> {
    return this.#known.values();
  }

  /** The cell of a pair that a row of this batch named. */
  cell(group: number, region: number): Cell | null {
    const witness = this.#known.get(key(group, region)) ?? -1;
    if (witness < 0) return null;
    const { cell } = this.#folder.witnesses.columns;
    return this.#folder.cellList[cell[witness] as number] ?? null;
  }

  #find(pair: number, group: number, region: number): number {
    const groupName = this.#strings[group] as string;
    const regionName = this.#strings[region] as string;
    const witness = witnessOf(this.#folder, this.#client, groupName, regionName);
    this.#known.set(pair, witness);
    return witness;
  }
}

// A batch has at most 1,000 strings.
function key(group: number, region: number): number {
  return group * 1_024 + region;
}
