// CloudEvents 1.0 in Kafka's binary mode: attributes travel as `ce_` headers, the payload stays
// plain JSON. https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/kafka-protocol-binding.md
// `traceparent` is W3C Trace Context, so one trace can follow an incident from event to alert.

import { isTraceparent } from './trace.ts';

export type RecordKind =
  | 'batch'
  | 'partial'
  | 'decision'
  | 'heartbeat'
  | 'override'
  | 'incident'
  | 'snapshot'
  | 'alert'
  | 'notice'
  | 'sent'
  | 'silence'
  | 'ack'
  | 'owner'
  | 'probe'
  | 'delivery'
  | 'roster'
  | 'audit'
  | 'policy';

export type Headers = Readonly<Record<string, string>>;

export type EnvelopeInput = {
  readonly kind: RecordKind;
  /** Unique with `source`; for a batch `client/boot/seq`. */
  readonly id: string;
  /** Who made it, a URI reference, for example `/agents/checkout-7`. */
  readonly source: string;
  readonly atMs: number;
  /** `00-<32 hex>-<16 hex>-<2 hex>`; left out when absent or malformed. */
  readonly traceparent?: string | undefined;
};

export function envelope(input: EnvelopeInput): Headers {
  return {
    ce_specversion: '1.0',
    ce_type: `io.regionpilot.${input.kind}.v1`,
    ce_source: input.source,
    ce_id: input.id,
    ce_time: isoTime(input.atMs),
    'content-type': 'application/json',
    ...(isTraceparent(input.traceparent) ? { traceparent: input.traceparent } : {}),
  };
}

function isoTime(ms: number): string {
  const bounded = Math.min(Math.max(ms, 0), 8_640_000_000_000_000);
  return new Date(bounded).toISOString();
}
