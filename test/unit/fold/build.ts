import type {
  Batch,
  ConnectionState,
  ErrorClass,
  Partial,
  PartialCell,
} from '@regionpilot/protocol';
import { column, connectionStates, errorClassNumber, eventKinds } from '@regionpilot/protocol';
import {
  createFolder,
  type Folder,
  type FoldOutcome,
  foldBatch,
  foldTick,
} from '../../../aggregator/fold/folder.ts';
import { type Policy, policyDefaults } from '../../../aggregator/policy.ts';

/** 2026-11-21 10:00:00 UTC. */
export const ten: number = Date.UTC(2026, 10, 21, 10);

export type Row = {
  readonly connection?: number;
  readonly group?: string;
  readonly region?: string;
  readonly state?: ConnectionState;
  /** ms after the batch's base. */
  readonly at?: number;
  readonly ok?: number;
  readonly stalledMs?: number;
  readonly errors?: Readonly<{ [K in ErrorClass]?: number }>;
};

export type Header = globalThis.Partial<
  Pick<
    Batch,
    'boot' | 'home' | 'domain' | 'applied' | 'dropped' | 'bye' | 'produced' | 'latency' | 'breaker'
  >
> & { readonly client?: string; readonly seq?: number; readonly clockMs?: number };

export function batchOf(atMs: number, header: Header, rows: readonly Row[]): Batch {
  const strings = [
    ...new Set(rows.flatMap(({ group = 'payments', region = 'east' }) => [group, region])),
    ...(header.latency ? ['payments', 'east'] : []),
  ];
  const name = (value: string): number => strings.indexOf(value);
  const each = (pick: (row: Row) => number) => column(rows.map(pick));
  const stamp = header.clockMs ?? atMs;
  return {
    v: 1,
    client: header.client ?? 'checkout-1',
    boot: header.boot ?? 'boot-a',
    seq: header.seq ?? 0,
    sentMs: stamp,
    baseMs: stamp,
    home: header.home ?? 'east',
    domain: header.domain ?? 'zone-1',
    applied: header.applied ?? {},
    produced: header.produced ?? rows.length,
    dropped: header.dropped ?? {},
    bye: header.bye ?? false,
    strings,
    rows: rows.length,
    connection: each(({ connection = 0 }) => connection),
    group: each(({ group = 'payments' }) => name(group)),
    region: each(({ region = 'east' }) => name(region)),
    event: each(() => eventKinds.indexOf('sample')),
    state: each(({ state = 'ready' }) => connectionStates.indexOf(state)),
    at: each(({ at = 0 }) => at),
    ok: each(({ ok = 0 }) => ok),
    stalledMs: each(({ stalledMs = 0 }) => stalledMs),
    errors: rows.flatMap(({ errors = {} }, row) =>
      Object.entries(errors).flatMap(([errorClass, count]) => [
        row,
        errorClassNumber(errorClass as ErrorClass),
        count,
      ]),
    ),
    latency: header.latency ?? [],
    breaker: header.breaker ?? [],
  };
}

/** One partition whose log and our clock agree; offsets and sequence numbers count by themselves. */
export class Partition {
  folder: Folder;
  offset = 0;
  readonly #seqs = new Map<string, number>();

  constructor(policy: globalThis.Partial<Policy> = {}) {
    this.folder = createFolder({
      partition: 0,
      owner: 'aggregator-1',
      policy: { ...policyDefaults, ...policy },
    });
  }

  batch(atMs: number, header: Header, rows: readonly Row[]): FoldOutcome {
    const key = `${header.client ?? 'checkout-1'} ${header.boot ?? 'boot-a'}`;
    const seq = header.seq ?? this.#seqs.get(key) ?? 0;
    this.#seqs.set(key, seq + 1);
    return this.append(atMs, batchOf(atMs, { ...header, seq }, rows));
  }

  append(appendedMs: number, batch: Batch, nowMs: number = appendedMs): FoldOutcome {
    return foldBatch(this.folder, batch, { offset: this.offset++, appendedMs }, nowMs);
  }

  tick(nowMs: number): readonly Partial[] {
    return foldTick(this.folder, nowMs, 0);
  }

  /** What the group says at `nowMs`; it must have something to say. */
  partial(nowMs: number, group = 'payments'): Partial {
    const said = this.tick(nowMs).find((partial) => partial.group === group);
    if (said === undefined) throw new Error(`${group} had nothing to say at ${nowMs}`);
    return said;
  }
}

export function cellOf(partial: Partial, region = 'east', home = 'east'): PartialCell {
  const cell = partial.cells.find((each) => each.region === region && each.home === home);
  if (cell === undefined) throw new Error(`no cell for ${region} from ${home}`);
  return cell;
}
