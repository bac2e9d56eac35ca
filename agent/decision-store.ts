// Decisions kept outside the log: the cache on disk, a bootstrap file, a bootstrap URL. All three
// hold the same JSON, a list of decisions, and all are as untrusted as the log itself.

import { type Bytes, type Decision, decodeDecision } from '@regionpilot/protocol';

export type StoredDecisions =
  | { readonly kind: 'ok'; readonly decisions: readonly Decision[] }
  | { readonly kind: 'invalid'; readonly text: string };

const writer = new TextEncoder();
const reader = new TextDecoder('utf-8', { fatal: true });
/** More than any fleet needs; less than a wrong URL can do harm with. */
export const storedBytesMax = 16_000_000;

export function formatDecisions(decisions: readonly Decision[]): string {
  return `${JSON.stringify(decisions)}\n`;
}

/** One bad entry spoils the whole: a torn or edited file is not half right. */
export function parseDecisions(bytes: Bytes): StoredDecisions {
  if (bytes.length > storedBytesMax) return { kind: 'invalid', text: `${bytes.length} bytes` };
  let list: unknown;
  try {
    list = JSON.parse(reader.decode(bytes));
  } catch (error) {
    return { kind: 'invalid', text: `not JSON: ${String(error)}` };
  }
  if (!Array.isArray(list)) return { kind: 'invalid', text: 'not a list of decisions' };
  const decisions: Decision[] = [];
  for (const [index, entry] of list.entries()) {
    const decoded = decodeDecision(writer.encode(JSON.stringify(entry)));
    if (decoded.kind === 'invalid') {
      return { kind: 'invalid', text: `entry ${index}: ${decoded.text}` };
    }
    decisions.push(decoded.value);
  }
  return { kind: 'ok', decisions };
}
