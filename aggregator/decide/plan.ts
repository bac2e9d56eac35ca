// How the gates would stand after leaving the regions that are down, and whether everybody would
// still have somewhere to go. Everybody's row comes first. A home that nothing can save must not
// keep the rest in a dead region: it follows everybody, and a human is told. A home nobody reports
// from any more is nobody.

import { preferenceOrder, type RejectedAlternative } from '@regionpilot/protocol';
import { type Gates, gateAt, openGate, shareAt, withGate } from './gates.ts';
import { holdInForce } from './holding.ts';
import { healthAt, type Situation } from './proposal.ts';
import { firstOpen } from './receivers.ts';

export type Leaving = { readonly home: string; readonly region: string };

export type Plan = {
  /** The same object as before where nothing can be left. */
  readonly gates: Gates;
  readonly rejected: readonly RejectedAlternative[];
  /** `*` or a home for which no region is safe. */
  readonly stranded: string | null;
};

export function planFor(situation: Situation, leaving: readonly Leaving[]): Plan {
  const { state, view } = situation;
  const forAll = leaving.filter(({ home }) => home === '*');
  const all = targetFor(situation, shut(situation, state.gates, forAll), '*');
  if (all.target === null && forAll.length > 0) {
    return { gates: state.gates, rejected: all.rejected, stranded: '*' };
  }
  const rejected = new Map(all.rejected.map((each) => [each.region, each]));
  let { gates } = all;
  let stranded: string | null = null;
  for (const home of view.homes) {
    const own = leaving.filter((each) => each.home === home);
    const found = targetFor(situation, shut(situation, gates, own), home);
    for (const each of found.rejected) rejected.set(each.region, each);
    if (found.target === null) {
      stranded ??= home;
      gates = followEverybody(situation, gates, home);
    } else gates = found.gates;
  }
  for (const home of Object.keys(gates)) {
    if (home !== '*' && !view.homes.includes(home)) gates = followEverybody(situation, gates, home);
  }
  return { gates, rejected: [...rejected.values()], stranded };
}

function shut({ state }: Situation, gates: Gates, leaving: readonly Leaving[]): Gates {
  const closed = { kind: 'closed', sinceMs: state.nowMs } as const;
  return leaving.reduce((now, { home, region }) => withGate(now, home, region, closed), gates);
}

/** A home whose own gates leave it nowhere has none. */
function followEverybody({ regions, policy }: Situation, gates: Gates, home: string): Gates {
  const open = firstOpen(regions, home, (region) => shareAt(gates, home, region, policy.ramp));
  if (open !== null) return gates;
  return Object.fromEntries(Object.entries(gates).filter(([each]) => each !== home));
}

type Target = {
  readonly target: string | null;
  readonly gates: Gates;
  readonly rejected: readonly RejectedAlternative[];
};

function targetFor(situation: Situation, gates: Gates, home: string): Target {
  const { state, regions, policy } = situation;
  const order = preferenceOrder(regions, home);
  const hold = holdInForce(situation);
  const avoided = (region: string): boolean => hold?.kind === 'avoid' && hold.region === region;
  const usable = (region: string): boolean =>
    healthAt(state, home, region) !== 'down' && !avoided(region);
  const isOpen = (region: string): boolean =>
    shareAt(gates, home, region, policy.ramp) === 10_000 && usable(region);
  const open = order.find(isOpen);
  const healed = order.find(
    (region) =>
      healthAt(state, home, region) === 'healthy' &&
      !avoided(region) &&
      wasClosedBefore(situation, home, region),
  );
  const target = open ?? healed ?? null;
  const rejected = order
    .filter((region) => region !== target)
    .map((region) => ({ region, why: whyNot(situation, gates, home, region, target) }));
  const reopened = open === undefined && healed !== undefined ? reopen(gates, home, healed) : gates;
  return { target, gates: reopened, rejected };
}

function wasClosedBefore({ state }: Situation, home: string, region: string): boolean {
  return (
    gateAt(state.gates, '*', region).kind !== 'open' ||
    gateAt(state.gates, home, region).kind !== 'open'
  );
}

function reopen(gates: Gates, home: string, region: string): Gates {
  return withGate(withGate(gates, '*', region, openGate), home, region, openGate);
}

function whyNot(
  { state, policy }: Situation,
  gates: Gates,
  home: string,
  region: string,
  target: string | null,
): string {
  const health = healthAt(state, home, region);
  if (health === 'down') return 'it is down';
  const share = shareAt(gates, home, region, policy.ramp);
  if (share < 10_000) return `it admits ${share / 100} % after an earlier failure and is ${health}`;
  return target === null ? `it is ${health}` : `it is ${health}; ${target} is preferred`;
}
