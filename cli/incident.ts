// An incident record that can be told. The schema leaves the event open at the end, so that a newer
// version may add kinds; what this version cannot put into words it must not reason about either.

import { explainLines } from '@regionpilot/aggregator';
import { decodeIncident, type IncidentRecord } from '@regionpilot/protocol';

/** Null when the bytes are no incident, or one of a kind or shape this version does not know. */
export function readIncident(value: Uint8Array | null): IncidentRecord | null {
  const decoded = value === null ? null : decodeIncident(value);
  if (decoded?.kind !== 'ok') return null;
  try {
    explainLines([decoded.value]);
    return decoded.value;
  } catch {
    return null;
  }
}
