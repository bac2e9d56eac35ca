// From a request to an order that may be published. Every problem is told at once; whether the brain
// can carry the order out is the brain's to say, in the timeline.

import { nearest, type Override, safetyRules } from '@regionpilot/protocol';
import type { InvalidPart } from '../contract/answers.ts';
import type { OrderRequest } from '../contract/orders.ts';
import { inForce, type KnownOrders, lostBy, regionsOf } from './in-force.ts';

export type OrderJudgement =
  | { readonly kind: 'order'; readonly order: Override }
  | { readonly kind: 'unknownGroup'; readonly hint: string }
  | { readonly kind: 'invalid'; readonly errors: readonly InvalidPart[] }
  /** Another order says something that this one would end without a word. */
  | { readonly kind: 'conflict'; readonly text: string };

export function judgeOrder(
  group: string,
  request: OrderRequest,
  author: string,
  known: KnownOrders,
  nowMs: number,
): OrderJudgement {
  if (group !== '*' && !known.decisions.has(group) && !known.overrides.has(group)) {
    return { kind: 'unknownGroup', hint: hintFor(group, [...known.decisions.keys()]) };
  }
  const errors = [
    ...emptyProblems(request),
    ...regionProblems(group, request, known),
    ...ruleProblems(request),
  ];
  if (errors.length > 0) return { kind: 'invalid', errors };
  const { hold, automation, overrideRules, reason, durationMs } = request;
  const order: Override = {
    v: 1,
    group,
    atMs: nowMs,
    author,
    reason: reason.trim(),
    expiresMs: nowMs + durationMs,
    hold,
    automation,
    overrideRules: [...new Set(overrideRules)],
  };
  const before = inForce(known, group, nowMs);
  const lost = request.replace === true ? [] : lostBy(order, before);
  if (lost.length > 0 && before !== null) {
    const text = `${before.author} ordered ${lost.map((part) => wordsOf(part, before)).join(' and ')}: repeat it, or send "replace": true to end it`;
    return { kind: 'conflict', text };
  }
  return { kind: 'order', order };
}

/** An order that ended the moment it was given; who ended it and why stay in the log. */
export function endedOrder(group: string, author: string, reason: string, nowMs: number): Override {
  return {
    v: 1,
    group,
    atMs: nowMs,
    author,
    reason: reason.trim(),
    expiresMs: nowMs,
    hold: null,
    automation: 'enforce',
    overrideRules: [],
  };
}

function wordsOf(part: 'hold' | 'automation', { hold, automation }: Override): string {
  return part === 'hold' ? `"${hold?.kind} ${hold?.region}"` : `automation ${automation}`;
}

function emptyProblems(request: OrderRequest): readonly InvalidPart[] {
  const { hold, automation, overrideRules, reason } = request;
  const nothing = hold === null && automation === 'enforce' && overrideRules.length === 0;
  return [
    ...(reason.trim() === ''
      ? [{ pointer: '/reason', got: 'only spaces', wanted: 'why, in words' }]
      : []),
    ...(nothing
      ? [
          {
            pointer: '',
            got: 'an order of nothing',
            wanted: 'a hold, automation other than enforce, or rules',
          },
        ]
      : []),
  ];
}

function regionProblems(
  group: string,
  { hold }: OrderRequest,
  known: KnownOrders,
): readonly InvalidPart[] {
  const regions = regionsOf(known, group);
  if (hold === null || regions.includes(hold.region)) return [];
  const wanted = `a region of ${group}: ${regions.join(', ')}`;
  return [{ pointer: '/hold/region', got: JSON.stringify(hold.region), wanted }];
}

function ruleProblems({ overrideRules }: OrderRequest): readonly InvalidPart[] {
  return overrideRules.flatMap((rule, at) =>
    safetyRules.some((known) => known === rule)
      ? []
      : [
          {
            pointer: `/overrideRules/${at}`,
            got: JSON.stringify(rule),
            wanted: `one of ${safetyRules.join(', ')}`,
          },
        ],
  );
}

function hintFor(group: string, groups: readonly string[]): string {
  const near = nearest(group, groups);
  return near === null
    ? `known groups: ${[...groups].sort().join(', ') || 'none yet'}`
    : `did you mean ${near}?`;
}
