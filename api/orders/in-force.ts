// Which order binds a group now, and whether the routes show it.

import { type Decision, fullShare, type Hold, type Override } from '@regionpilot/protocol';

export type KnownOrders = {
  /** By group. */
  readonly decisions: ReadonlyMap<string, Decision>;
  /** By group, or `*`; those that ended too. */
  readonly overrides: ReadonlyMap<string, Override>;
};

export function inForce({ overrides }: KnownOrders, group: string, nowMs: number): Override | null {
  const order = overrides.get(group);
  return order !== undefined && order.expiresMs > nowMs ? order : null;
}

/** The hold that binds a group: its own before that for all. */
export function holdFor(known: KnownOrders, group: string, nowMs: number): Hold | null {
  return inForce(known, group, nowMs)?.hold ?? inForce(known, '*', nowMs)?.hold ?? null;
}

/** Does the decision look as the hold wants it? A hold that was refused leaves no trace. */
export function isCarriedOut({ kind, region }: Hold, { admit }: Decision): boolean {
  const others = Object.keys(admit).filter((name) => name !== region);
  return kind === 'avoid'
    ? admit[region] === 0
    : admit[region] === fullShare && others.every((name) => admit[name] === 0);
}

/** Should a decision be expected for this group once `order` is heard? */
export function changesRoutes(known: KnownOrders, group: string, order: Override): boolean {
  const overrides = new Map([...known.overrides, [order.group, order]]);
  const after: KnownOrders = { ...known, overrides };
  const was = holdFor(known, group, order.atMs);
  const will = holdFor(after, group, order.atMs);
  if (sameHold(was, will)) return false;
  const decision = known.decisions.get(group);
  return will !== null || was === null || decision === undefined || isCarriedOut(was, decision);
}

function sameHold(a: Hold | null, b: Hold | null): boolean {
  return a?.kind === b?.kind && a?.region === b?.region;
}

/** Regions of a group, or of all groups for `*`. */
export function regionsOf({ decisions }: KnownOrders, group: string): readonly string[] {
  const own = decisions.get(group);
  const all = group === '*' ? [...decisions.values()] : own === undefined ? [] : [own];
  return [...new Set(all.flatMap((decision) => decision.regions))];
}

/**
 * What the order in force says and the next one does not. One record per group holds everything, so
 * an order that says less would silently end the rest.
 */
export function lostBy(
  order: Override,
  before: Override | null,
): readonly ('hold' | 'automation')[] {
  if (before === null) return [];
  return [
    ...(before.hold !== null && order.hold === null ? (['hold'] as const) : []),
    ...(before.automation !== 'enforce' && order.automation === 'enforce'
      ? (['automation'] as const)
      : []),
  ];
}
