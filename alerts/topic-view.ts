// What the `alerts` topic says at one moment, for whoever only looks: every partition folded by the
// same ledger that its owner trusts, so that a fenced owner's late word is no more believed on a
// screen than in a pager. Operators write a silence to every partition; here it is one again.

import type {
  Ack,
  Alert,
  AlertOwner,
  AlertsTopicRecord,
  Notice,
  Sent,
  Silence,
} from '@regionpilot/protocol';
import { createLedger, enter, forget, type Ledger } from './ledger.ts';
import { isFiring } from './notify/merge.ts';

/** One record as the log holds it; `record` is null for a tombstone. */
export type AlertsLogEntry = {
  readonly partition: number;
  readonly key: string;
  readonly record: AlertsTopicRecord | null;
};

export type AlertsView = {
  /** By fingerprint. */
  readonly alerts: ReadonlyMap<string, Alert>;
  /** By `<receiver>/<dedupKey>`, the newest each. */
  readonly notices: ReadonlyMap<string, Notice>;
  readonly sents: ReadonlyMap<string, Sent>;
  /** By id, those that are over included. */
  readonly silences: ReadonlyMap<string, Silence>;
  /** By dedup key. */
  readonly acks: ReadonlyMap<string, Ack>;
  /** By partition. */
  readonly owners: ReadonlyMap<number, AlertOwner>;
  /** Dedup key → the partitions its notices lie in, where an ack of it must go too. */
  readonly homes: ReadonlyMap<string, ReadonlySet<number>>;
};

/** Records of one partition must come in its order; partitions may come in any. */
export function foldAlerts(entries: Iterable<AlertsLogEntry>): AlertsView {
  const fold = openFold();
  for (const entry of entries) addEntry(fold, entry);
  return viewOfFold(fold);
}

/** The same, entry by entry, for a log that is read a piece at a time. */
export type AlertsFold = Map<number, Ledger>;

export function openFold(): AlertsFold {
  return new Map();
}

export function addEntry(fold: AlertsFold, { partition, key, record }: AlertsLogEntry): void {
  const ledger = fold.get(partition) ?? createLedger();
  fold.set(partition, ledger);
  if (record === null) forget(ledger, key);
  else enter(ledger, record);
}

export function viewOfFold(fold: AlertsFold): AlertsView {
  const view = emptyView();
  for (const [partition, { records }] of fold) {
    for (const record of records.values()) show(view, partition, record);
  }
  return view;
}

/**
 * Who has the story of a dedup key; null: nobody, or the story is over. As its owner sees it after a
 * restart (`notify/acks.ts`): an ack counts when the newest notice knows of it or came before it, for
 * one that came after it without a name was told because the story had got worse.
 */
export function ackOf({ acks, notices }: AlertsView, dedupKey: string): Ack | null {
  const ack = acks.get(dedupKey);
  if (ack === undefined || !ack.acked) return null;
  const open = [...notices.values()].filter(
    (notice) => notice.dedupKey === dedupKey && notice.firing.length > 0,
  );
  const newestMs = Math.max(...open.map(({ atMs }) => atMs));
  const newest = open.filter(({ atMs }) => atMs === newestMs);
  return newest.some(({ ackedBy }) => ackedBy !== null || ack.atMs > newestMs) ? ack : null;
}

type Building = ReturnType<typeof emptyView>;

function emptyView() {
  return {
    alerts: new Map<string, Alert>(),
    notices: new Map<string, Notice>(),
    sents: new Map<string, Sent>(),
    silences: new Map<string, Silence>(),
    acks: new Map<string, Ack>(),
    owners: new Map<number, AlertOwner>(),
    homes: new Map<string, Set<number>>(),
  };
}

function show(view: Building, partition: number, record: AlertsTopicRecord): void {
  switch (record.kind) {
    case 'alert':
      return keep(view.alerts, record.alert.fingerprint, record.alert, isMoreTelling);
    case 'notice': {
      const { receiver, dedupKey } = record;
      keep(view.notices, `${receiver}/${dedupKey}`, record, (a, b) => a.seq > b.seq);
      view.homes.set(dedupKey, (view.homes.get(dedupKey) ?? new Set()).add(partition));
      return;
    }
    case 'sent':
      return keep(view.sents, `${record.receiver}/${record.dedupKey}`, record, newerSent);
    // Ended in one partition only, it still mutes in the others: that is what must be seen.
    case 'silence':
      return keep(view.silences, record.id, record, (a, b) => a.endsMs > b.endsMs);
    case 'ack':
      return keep(view.acks, record.dedupKey, record, (a, b) => a.atMs > b.atMs);
    case 'owner':
      view.owners.set(partition, record);
      return;
    case 'probe':
      return;
  }
}

function keep<Value>(
  known: Map<string, Value>,
  key: string,
  value: Value,
  wins: (value: Value, over: Value) => boolean,
): void {
  const before = known.get(key);
  if (before === undefined || wins(value, before)) known.set(key, value);
}

/** Some alerts are about no group, and each partition has its own: one that fires is the news. */
function isMoreTelling(alert: Alert, over: Alert): boolean {
  const [fires, fired] = [isFiring(alert), isFiring(over)];
  return fires === fired ? alert.updatedMs > over.updatedMs : fires;
}

function newerSent(sent: Sent, over: Sent): boolean {
  return sent.seq > over.seq;
}
