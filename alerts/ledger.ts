// What one partition of the `alerts` topic says, folded as it is read. Two instances may write to a
// partition while one of them does not know yet that it was replaced; so a new owner claims the next
// term in the log itself, and whatever stands behind that claim under a lower term counts for
// nothing. Everybody who reads the log in order comes to the same ledger.

import type {
  AlertOwner,
  AlertRecord,
  AlertsTopicRecord,
  Notice,
  Sent,
} from '@regionpilot/protocol';
import { alertsKey } from '@regionpilot/protocol';

export type Ledger = {
  /** The newest record of each key, in the order of their keys' first appearance. */
  readonly records: Map<string, AlertsTopicRecord>;
  /** The claim in force. */
  owner: AlertOwner | null;
};

/**
 * - `kept`: it is the truth about its key now.
 * - `fenced`: written under a term that was over.
 * - `stale`: an older word than the one already known, for example one sent twice.
 */
export type LedgerVerdict = 'kept' | 'fenced' | 'stale';

export function createLedger(): Ledger {
  return { records: new Map(), owner: null };
}

export function enter(ledger: Ledger, record: AlertsTopicRecord): LedgerVerdict {
  const verdict = verdictOn(ledger, record);
  if (verdict === 'kept') {
    ledger.records.set(alertsKey(record), record);
    if (record.kind === 'owner') ledger.owner = record;
  }
  return verdict;
}

/** A tombstone. */
export function forget(ledger: Ledger, key: string): void {
  ledger.records.delete(key);
}

export function termOf({ owner }: Ledger): number {
  return owner?.term ?? 0;
}

/** All records of one kind. */
export function* ofKind<Kind extends AlertsTopicRecord['kind']>(
  { records }: Ledger,
  kind: Kind,
): Generator<Extract<AlertsTopicRecord, { readonly kind: Kind }>> {
  for (const record of records.values()) {
    if (record.kind === kind) yield record as Extract<AlertsTopicRecord, { readonly kind: Kind }>;
  }
}

function verdictOn(ledger: Ledger, record: AlertsTopicRecord): LedgerVerdict {
  switch (record.kind) {
    case 'owner':
      return ownerVerdict(ledger, record);
    case 'alert':
    case 'notice':
    case 'sent':
      if (record.term < termOf(ledger)) return 'fenced';
      return isOlder(record, ledger.records.get(alertsKey(record))) ? 'stale' : 'kept';
    case 'ack':
    case 'silence':
    case 'probe':
      return 'kept';
  }
}

/** Of two that claim the same term the first in the log has it; its owner may say it again. */
function ownerVerdict({ owner }: Ledger, claim: AlertOwner): LedgerVerdict {
  if (owner === null || claim.term > owner.term) return 'kept';
  return claim.term === owner.term && claim.owner === owner.owner ? 'kept' : 'fenced';
}

function isOlder(
  record: AlertRecord | Notice | Sent,
  known: AlertsTopicRecord | undefined,
): boolean {
  if (known === undefined) return false;
  if (record.kind === 'alert') {
    return known.kind === 'alert' && record.alert.updatedMs < known.alert.updatedMs;
  }
  return (known.kind === 'notice' || known.kind === 'sent') && record.seq < known.seq;
}

/** Keys that nobody needs any more: ended, delivered and `keptForMs` ago. */
export function expired(ledger: Ledger, nowMs: number, keptForMs: number): readonly string[] {
  const before = nowMs - keptForMs;
  return [...ledger.records].flatMap(([key, record]) =>
    isOver(ledger, record, before) ? [key] : [],
  );
}

function isOver(ledger: Ledger, record: AlertsTopicRecord, before: number): boolean {
  switch (record.kind) {
    case 'alert':
      return record.alert.endsMs !== null && record.alert.endsMs < before;
    case 'notice':
      return record.atMs < before && record.firing.length === 0;
    case 'sent':
      return record.atMs < before && isStoryOver(ledger, record);
    case 'silence':
      return record.endsMs < before;
    case 'ack':
    case 'probe':
      return record.atMs < before;
    case 'owner':
      return false;
  }
}

function isStoryOver({ records }: Ledger, { receiver, dedupKey }: Sent): boolean {
  const notice = records.get(`notice/${receiver}/${dedupKey}`);
  return notice === undefined || (notice.kind === 'notice' && notice.firing.length === 0);
}
