// The decision log over HTTP: how the relay of the API writes a record of the decisions topic into a
// line, and how an agent reads it. The relay adds nothing and leaves nothing out, so epochs,
// heartbeats and staleness mean the same on either way. `docs/decisions/0013-decision-relay.md`.

import type { Bytes } from './codec.ts';
import type { Headers } from './envelope.ts';
import { shorten } from './validate.ts';

/** Where the relay is found, under the address of an API. */
export const relayPath = '/api/v1/decisions/stream';

/**
 * Names of the server-sent events. `present`: was there before, says nothing about life now;
 * `caughtUp`: everything that was there has been sent; `record`: has just come from the log.
 */
export const relayEvents = { present: 'present', caughtUp: 'caughtUp', record: 'record' } as const;

/** A record as it stands in the log. */
export type RelayedRecord = {
  readonly partition: number;
  readonly offset: number;
  /** When the log took it in, ms since 1970. */
  readonly appendedMs: number;
  readonly key: string;
  readonly headers: Headers;
  /** null: the key was erased. */
  readonly value: Bytes | null;
};

/** The `data` of `present` and `record`, JSON on one line. */
export type RelayMessage = Omit<RelayedRecord, 'value'> & {
  /** The record's bytes as text, unless they are none. */
  readonly value: string | null;
  /** The record's bytes where they are no UTF-8; then `value` is null. */
  readonly base64?: string;
  /** Reserved: over the record's key and bytes, by whoever decided. A copy of the header of that name. */
  readonly signature?: string;
};

/** Header of a record that `signature` is taken from. */
export const signatureHeader = 'rp_signature';

const maxHeaders = 64;
const utf8Reader = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const utf8Writer = new TextEncoder();

export function encodeRelayed(record: RelayedRecord): string {
  const { partition, offset, appendedMs, key, headers, value } = record;
  const signature = headers[signatureHeader];
  const message: RelayMessage = {
    partition,
    offset,
    appendedMs,
    key,
    headers,
    ...bodyOf(value),
    ...(signature === undefined ? {} : { signature }),
  };
  return JSON.stringify(message);
}

function bodyOf(value: Bytes | null): Pick<RelayMessage, 'value' | 'base64'> {
  if (value === null) return { value: null };
  try {
    return { value: utf8Reader.decode(value) };
  } catch {
    return {
      value: null,
      base64: btoa(Array.from(value, (byte) => String.fromCharCode(byte)).join('')),
    };
  }
}

export type DecodedRelayed =
  | { readonly kind: 'ok'; readonly record: RelayedRecord }
  | { readonly kind: 'invalid'; readonly text: string };

/** Untrusted text to a record, or why not. Never throws; what the record says is checked elsewhere. */
export function decodeRelayed(text: string): DecodedRelayed {
  const message = parsed(text);
  if (message === null) return invalid(`got ${shorten(text)}, wanted a JSON object`);
  const { partition, offset, appendedMs, key, headers, value, base64 } = message;
  for (const [name, number] of Object.entries({ partition, offset, appendedMs })) {
    if (!isCount(number)) return invalid(`${name}: got ${shorten(number)}, wanted a whole number`);
  }
  if (typeof key !== 'string' || key.length > 1_000) return invalid(`key: got ${shorten(key)}`);
  const own = headersOf(headers);
  if (own === null) return invalid('headers: wanted at most 64 texts');
  const bytes = bytesOf(value, base64);
  if (bytes === undefined) return invalid('value: wanted a text, null, or base64 beside null');
  const at = { partition, offset, appendedMs } as Pick<
    RelayedRecord,
    'partition' | 'offset' | 'appendedMs'
  >;
  return { kind: 'ok', record: { ...at, key, headers: own, value: bytes } };
}

function parsed(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as Readonly<Record<string, unknown>>) : null;
  } catch {
    return null;
  }
}

function headersOf(headers: unknown): Headers | null {
  if (typeof headers !== 'object' || headers === null || Array.isArray(headers)) return null;
  const entries = Object.entries(headers);
  const fits =
    entries.length <= maxHeaders && entries.every(([, value]) => typeof value === 'string');
  return fits ? (Object.fromEntries(entries) as Headers) : null;
}

/** `undefined`: neither bytes nor their absence. */
function bytesOf(value: unknown, base64: unknown): Bytes | null | undefined {
  if (typeof value === 'string') return utf8Writer.encode(value);
  if (value !== null) return undefined;
  if (base64 === undefined) return null;
  if (typeof base64 !== 'string') return undefined;
  try {
    return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  } catch {
    return undefined;
  }
}

function isCount(value: unknown): boolean {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function invalid(text: string): DecodedRelayed {
  return { kind: 'invalid', text };
}
