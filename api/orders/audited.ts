// No write without its audit record: the record goes first, so a write that happened is always in
// the audit; one that failed after it gets a second record that says so.

import type { AuditRecord } from '@regionpilot/protocol';
import { ProblemError } from '../problem.ts';
import type { ApiRequest } from '../route.ts';
import type { WritePort } from './write-world.ts';

export type Deed = Pick<AuditRecord, 'action' | 'target' | 'reason' | 'before' | 'after'>;

/** @throws {ProblemError} log-unreachable: it may or may not be stored; the same key may be used again. */
export async function audited(
  port: Pick<WritePort, 'audit'>,
  request: ApiRequest,
  deed: Deed,
  write: () => Promise<unknown>,
): Promise<void> {
  const record = auditRecord(request, deed);
  try {
    await port.audit(record);
    await write();
  } catch (cause) {
    const failed = { ...record, id: `${record.id}/failed`, action: `${deed.action}.failed` };
    await port.audit(failed).catch(() => undefined);
    throw notTaken(cause);
  }
}

function notTaken(cause: unknown): ProblemError {
  const detail = 'The event log did not take it; look before you try again';
  return new ProblemError('log-unreachable', detail, { retryAfterS: 2, cause });
}

function auditRecord({ identity, requestId, nowMs }: ApiRequest, deed: Deed): AuditRecord {
  const { actor, auth } = identity;
  return { v: 1, id: requestId, atMs: nowMs, actor, auth, ...deed, requestId };
}
