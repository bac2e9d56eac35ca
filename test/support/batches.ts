// Batches as an agent would send them, for tests that need a fleet but no agents.

import type { OutgoingRecord } from '@regionpilot/bus';
import {
  type Batch,
  connectionStates,
  encodeBatch,
  envelope,
  eventKinds,
} from '@regionpilot/protocol';

export type ConnectionRow = {
  readonly region: string;
  readonly state?: (typeof connectionStates)[number];
  readonly ok?: number;
  readonly stalledMs?: number;
  /** [error class number, count] */
  readonly error?: readonly [number, number];
};

export type ClientBatch = {
  readonly client: string;
  readonly seq: number;
  readonly sentMs: number;
  readonly group?: string;
  readonly boot?: string;
  readonly home?: string;
  readonly domain?: string;
  readonly rows: readonly ConnectionRow[];
  readonly applied?: Batch['applied'];
  readonly bye?: boolean;
};

export function batchOf(given: ClientBatch): Batch {
  const { rows, sentMs, seq, group = 'payments' } = given;
  const strings = [group, ...new Set(rows.map(({ region }) => region))];
  return {
    v: 1,
    client: given.client,
    boot: given.boot ?? 'boot1',
    seq,
    sentMs,
    baseMs: sentMs,
    home: given.home ?? 'eu',
    domain: given.domain ?? 'zone-a',
    applied: given.applied ?? {},
    produced: rows.length,
    dropped: {},
    bye: given.bye ?? false,
    strings,
    rows: rows.length,
    connection: rows.map((_, i) => i),
    group: 0,
    region: rows.map(({ region }) => strings.indexOf(region, 1)),
    event: rows.map(({ state = 'ready' }) => (state === 'ready' ? 0 : eventKinds.indexOf(state))),
    state: rows.map(({ state = 'ready' }) => connectionStates.indexOf(state)),
    at: 0,
    ok: rows.map(({ ok }) => ok ?? 0),
    stalledMs: rows.map(({ stalledMs }) => stalledMs ?? 0),
    errors: rows.flatMap(({ error }, i) => (error === undefined ? [] : [i, ...error])),
    latency: [],
    breaker: [],
  };
}

export function batchRecord(given: ClientBatch): OutgoingRecord {
  const { client, seq, sentMs, boot = 'boot1' } = given;
  const id = `${client}/${boot}/${seq}`;
  return {
    key: client,
    value: encodeBatch(batchOf(given)),
    headers: envelope({ kind: 'batch', id, source: `/agents/${client}`, atMs: sentMs }),
  };
}
