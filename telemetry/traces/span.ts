// A finished span as plain data. A wrong name or a missing attribute does not compile.

import type { SpanRef } from '@regionpilot/protocol';
import type { SpanName, spans } from '../catalogue/spans.ts';

export type AttributeValue = string | number | null;

export type SpanEvent<Name extends SpanName = SpanName> = {
  readonly name: (typeof spans)[Name]['events'][number];
  readonly atMs: number;
  readonly attributes: Readonly<Record<string, AttributeValue>>;
};

export type Span<Name extends SpanName = SpanName> = {
  readonly name: Name;
  readonly ref: SpanRef;
  /** null: the root of its trace. */
  readonly parent: SpanRef | null;
  /** ms since 1970. */
  readonly startMs: number;
  /** Never before the start. */
  readonly endMs: number;
  /** What is null is left out. */
  readonly attributes: Readonly<Record<string, AttributeValue>>;
  readonly events: readonly SpanEvent<Name>[];
  /** What went wrong; null: nothing. */
  readonly error: string | null;
};

type Attributes<Name extends SpanName> = Readonly<
  Record<(typeof spans)[Name]['attributes'][number], AttributeValue>
>;

/** Clocks of different machines may disagree: a span never ends before it began. */
export function span<Name extends SpanName>(
  name: Name,
  where: { readonly ref: SpanRef; readonly parent: SpanRef | null },
  [startMs, endMs]: readonly [number, number],
  attributes: Attributes<Name>,
  more: { readonly events?: readonly SpanEvent<Name>[]; readonly error?: string | null } = {},
): Span<Name> {
  const { events = [], error = null } = more;
  return { name, ...where, startMs, endMs: Math.max(startMs, endMs), attributes, events, error };
}
