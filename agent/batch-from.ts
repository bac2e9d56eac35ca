// A numbered draft and the sender's name and place make a batch.

import type { Batch, Version } from '@regionpilot/protocol';
import type { Numbered } from './ring.ts';

export type Sender = {
  readonly client: string;
  /** Random per start. */
  readonly boot: string;
  readonly home: string;
  readonly domain: string;
};

export type Sending = {
  /** Wall clock, ms since 1970. */
  readonly sentMs: number;
  /** Group → version this client follows. */
  readonly applied: Readonly<Record<string, Version>>;
  readonly bye: boolean;
};

export function batchFrom(
  { draft, seq, produced, dropped }: Numbered,
  from: Sender,
  sending: Sending,
): Batch {
  const { baseMs, rows, columns, strings, errors, latency, probes, breaker } = draft;
  return {
    v: 1,
    client: from.client,
    boot: from.boot,
    seq,
    sentMs: sending.sentMs,
    baseMs,
    home: from.home,
    domain: from.domain,
    applied: Object.fromEntries(
      Object.entries(sending.applied).map(([group, { term, epoch }]) => [group, [term, epoch]]),
    ),
    produced,
    dropped,
    bye: sending.bye,
    strings,
    rows,
    ...columns,
    errors,
    latency,
    ...(probes.length === 0 ? {} : { probes }),
    breaker,
  };
}
