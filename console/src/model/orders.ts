// What a person may order and what the order says. Guarded on purpose: a reason always, a name typed
// by hand where clients move or automation stops, and an end to everything.

import type {
  AlertView,
  GroupState,
  OrderInForce,
  OrderRequest,
  Scope,
  SessionInfo,
} from '@regionpilot/api/contract';
import { openNotices } from './told.ts';

export type OrderDraft = {
  readonly kind: 'use' | 'avoid' | 'automation';
  /** Empty for `automation`. */
  readonly region: string;
  readonly automation: OrderRequest['automation'];
  readonly reason: string;
  readonly durationMs: number;
  readonly typed: string;
};

const minuteMs = 60_000;

/** Durations to choose from; the first is the default. */
export const durations: readonly { readonly ms: number; readonly name: string }[] = [
  { ms: 30 * minuteMs, name: '30 min' },
  { ms: 5 * minuteMs, name: '5 min' },
  { ms: 15 * minuteMs, name: '15 min' },
  { ms: 60 * minuteMs, name: '1 h' },
  { ms: 4 * 60 * minuteMs, name: '4 h' },
  { ms: 24 * 60 * minuteMs, name: '1 day' },
];

/** Shortest reason that says something. */
export const reasonMin = 4;

/** The request for a draft. Keeps what the order in force says and the draft does not speak of. */
export function orderRequest(draft: OrderDraft, group: GroupState): OrderRequest {
  const inForce = replacedOrder(group);
  const hold =
    draft.kind === 'automation'
      ? (inForce?.hold ?? null)
      : { kind: draft.kind, region: draft.region };
  return {
    hold,
    automation: draft.automation,
    overrideRules: inForce?.overrideRules ?? [],
    reason: draft.reason.trim(),
    durationMs: draft.durationMs,
    ...(inForce === null ? {} : { replace: true }),
  };
}

/** The order in force that a new one replaces: the dialog shows it, so replacing it is meant. */
export function replacedOrder(group: GroupState): OrderInForce | null {
  return group.orders.find((order) => order.scope === 'group') ?? null;
}

/** Enforcing without a hold is what is so without any order: then the order ends instead. */
export function endsOrder(draft: OrderDraft, group: GroupState): boolean {
  const kept = replacedOrder(group);
  return (
    draft.kind === 'automation' && draft.automation === 'enforce' && (kept?.hold ?? null) === null
  );
}

/** Shadow and back to automatic need no typed name: nobody is moved by them at once. */
export function wantsTypedName(draft: OrderDraft): boolean {
  return draft.kind !== 'automation' || draft.automation === 'off';
}

/** What still keeps the draft from being sent, one sentence each; empty: it may be. */
export function missing(draft: OrderDraft, group: string): readonly string[] {
  return [
    ...(draft.kind !== 'automation' && draft.region === '' ? ['Choose a region.'] : []),
    ...(draft.reason.trim().length < reasonMin
      ? ['Give a reason: others will read it at 3 a.m.']
      : []),
    ...(wantsTypedName(draft) && draft.typed !== group ? [`Type ${group} to confirm.`] : []),
  ];
}

/** What the draft does, in one sentence. */
export function consequence(draft: OrderDraft, group: string): string {
  switch (draft.kind) {
    case 'use':
      return `Every client of ${group} goes to ${draft.region || 'the region'}, whatever its health, until the hold ends.`;
    case 'avoid':
      return `No client of ${group} goes to ${draft.region || 'the region'} until the hold ends.`;
    case 'automation':
      return automationMeaning[draft.automation];
  }
}

/** What each mode of automation means. */
export const automationMeaning: Readonly<Record<OrderRequest['automation'], string>> = {
  enforce: 'RegionPilot decides and clients follow.',
  shadow: 'RegionPilot decides and says so, but nobody is moved.',
  off: 'Kill switch: nothing is decided. Clients keep the routes they have, even into a dead region.',
};

const order: readonly Scope[] = ['viewer', 'operator', 'failover', 'admin'];

/** Null if the session may do what wants `scope`; else why not, in one sentence. */
export function whyNot(session: SessionInfo | null, scope: Scope): string | null {
  if (session === null) return 'Not signed in yet.';
  if (order.indexOf(session.scope) >= order.indexOf(scope)) return null;
  return `This needs the scope “${scope}”; ${session.actor} has “${session.scope}”.`;
}

/** Null if the alert may be taken or given back: only what somebody was told of can be. */
export function whyNotAck(session: SessionInfo | null, alert: AlertView): string | null {
  const told = alert.state !== 'resolved' && openNotices(alert).length > 0;
  return whyNot(session, 'operator') ?? (told ? null : 'Nobody was told of it yet.');
}
