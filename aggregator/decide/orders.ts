// What operators have ordered, as far as it is still in force. Precedence: manual over automatic;
// an order for the group over one for all groups. Every order ends by itself at its expiry.

import type { AutomationMode, Hold, Override } from '@regionpilot/protocol';
import type { Policy } from '../policy.ts';
import { type GroupState, record, type Step } from './state.ts';

export type Orders = {
  readonly hold: Hold | null;
  readonly automation: AutomationMode;
  /** Safety rules an operator allowed automation to pass, by name. */
  readonly overrideRules: readonly string[];
  /** The record the hold comes from. */
  readonly by: Override | null;
};

const strictness: Readonly<Record<AutomationMode, number>> = { enforce: 0, shadow: 1, off: 2 };

/** The group's own before the one for all groups. */
export function overridesInForce(state: GroupState): readonly Override[] {
  const { group, all } = state.overrides;
  return [inForce(group, state.nowMs), inForce(all, state.nowMs)].filter((each) => each !== null);
}

export function ordersOf(state: GroupState, policy: Policy): Orders {
  const group = inForce(state.overrides.group, state.nowMs);
  const all = inForce(state.overrides.all, state.nowMs);
  const by = group?.hold ? group : all?.hold ? all : null;
  const modes = [policy.automation, group?.automation, all?.automation];
  return {
    hold: by?.hold ?? null,
    automation: modes.reduce<AutomationMode>(strictest, 'enforce'),
    overrideRules: [...(group?.overrideRules ?? []), ...(all?.overrideRules ?? [])],
    by,
  };
}

/** An operator's record came by, or was cleared. */
export function onOverride(
  state: GroupState,
  scope: 'group' | 'all',
  override: Override | null,
): Step {
  const next = { ...state, overrides: { ...state.overrides, [scope]: override } };
  const text =
    override === null || override.expiresMs <= state.nowMs
      ? 'cleared'
      : `${override.author}: ${override.reason}`;
  return [next, [record(next, { kind: 'overrideChanged', override, text })]];
}

function inForce(override: Override | null, nowMs: number): Override | null {
  return override !== null && override.expiresMs > nowMs ? override : null;
}

function strictest(a: AutomationMode, b: AutomationMode | undefined): AutomationMode {
  return b !== undefined && strictness[b] > strictness[a] ? b : a;
}
