// From what an operator typed to an order that may be published: the region exists, the rules exist,
// and nothing that another operator ordered is dropped without a word. One record per group holds
// everything, so an order that says less than the one in force would silently end the rest.

import {
  type AutomationMode,
  type Decision,
  formatProblems,
  fullShare,
  type Hold,
  type Override,
  overrideSchema,
  problemsOf,
  safetyRules,
} from '@regionpilot/protocol';
import type { HoldClearRequest, HoldSetRequest } from '../commands/hold.ts';
import type { Env } from '../config/settings.ts';
import { usageError } from '../exit.ts';
import { unknownName } from '../suggest.ts';

export type Known = {
  readonly decisions: ReadonlyMap<string, Decision>;
  readonly overrides: ReadonlyMap<string, Override>;
};

/** @throws {PipelineError} CONFIG_INVALID. */
export function orderToSet(
  request: HoldSetRequest,
  known: Known,
  author: string,
  nowMs: number,
): Override {
  const hold = holdOf(request);
  const { group, automation, overrideRule } = request;
  if (hold === null && automation === undefined && overrideRule.length === 0) {
    throw usageError('Nothing ordered: give --use, --avoid, --automation or --override-rule');
  }
  checkGroup(group, known);
  if (hold !== null) checkRegion(group, hold.region, known);
  for (const rule of overrideRule) checkRule(rule);
  const order: Override = {
    v: 1,
    group,
    atMs: nowMs,
    author,
    reason: request.reason.trim(),
    expiresMs: nowMs + request.for,
    hold,
    automation: automation ?? 'enforce',
    overrideRules: [...new Set(overrideRule)],
  };
  checkShape(order);
  if (request.replace !== true) checkKept(order, automation, inForce(known, group, nowMs));
  return order;
}

/** An order that ended the moment it was given; the reason and author stay in the log. */
export function orderToClear(
  { group, reason }: Pick<HoldClearRequest, 'group' | 'reason'>,
  author: string,
  nowMs: number,
): Override {
  const order: Override = {
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
  checkShape(order);
  return order;
}

/** @throws {PipelineError} CONFIG_INVALID when nobody can be named. */
export function authorOf(given: string | undefined, env: Env): string {
  const author = given ?? env['REGIONPILOT_AUTHOR'] ?? env['USER'] ?? env['LOGNAME'] ?? '';
  if (author.trim() !== '') return author.trim();
  throw usageError('An order wants an author: give --author or set REGIONPILOT_AUTHOR');
}

export function inForce({ overrides }: Known, group: string, nowMs: number): Override | null {
  const order = overrides.get(group);
  return order !== undefined && order.expiresMs > nowMs ? order : null;
}

/** The hold that binds a group: its own before that for all. */
export function holdFor(known: Known, group: string, nowMs: number): Hold | null {
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
export function changesRoutes(known: Known, group: string, order: Override): boolean {
  const after: Known = { ...known, overrides: new Map([...known.overrides, [order.group, order]]) };
  const [was, will] = [known, after].map((each) => holdFor(each, group, order.atMs));
  if (was === undefined || will === undefined || sameHold(was, will)) return false;
  const decision = known.decisions.get(group);
  return will !== null || was === null || decision === undefined || isCarriedOut(was, decision);
}

function sameHold(a: Hold | null, b: Hold | null): boolean {
  return a?.kind === b?.kind && a?.region === b?.region;
}

/** @throws {PipelineError} CONFIG_INVALID with the nearest known name. */
export function checkGroup(group: string, { decisions, overrides }: Known): void {
  if (group === '*' || decisions.has(group) || overrides.has(group)) return;
  throw usageError(`There is ${unknownName('group', group, [...decisions.keys()].sort())}`);
}

function holdOf({ use, avoid }: HoldSetRequest): Hold | null {
  if (use !== undefined) return { kind: 'use', region: use };
  return avoid === undefined ? null : { kind: 'avoid', region: avoid };
}

function checkRegion(group: string, region: string, { decisions }: Known): void {
  const own = decisions.get(group);
  const all = group === '*' ? [...decisions.values()] : own === undefined ? [] : [own];
  const regions = [...new Set(all.flatMap((decision) => decision.regions))];
  if (regions.includes(region)) return;
  throw usageError(`There is ${unknownName(`region of ${group}`, region, regions)}`);
}

function checkRule(rule: string): void {
  if (safetyRules.some((known) => known === rule)) return;
  throw usageError(`There is ${unknownName('safety rule', rule, safetyRules)}`);
}

function checkShape(order: Override): void {
  if (order.reason === '') throw usageError('An order wants a reason: give --reason "…"');
  const problems = problemsOf(overrideSchema, order);
  if (problems.length > 0) throw usageError(`This is no order\n${formatProblems(problems)}`);
}

function checkKept(
  order: Override,
  automation: AutomationMode | undefined,
  before: Override | null,
): void {
  if (before === null) return;
  const lost = [
    before.hold !== null && order.hold === null
      ? `--${before.hold.kind} ${before.hold.region}`
      : null,
    before.automation !== 'enforce' && automation === undefined
      ? `--automation ${before.automation}`
      : null,
  ].filter((part) => part !== null);
  if (lost.length === 0) return;
  throw usageError(
    `${before.author} ordered ${lost.join(' ')} for ${order.group}: repeat it to keep it, or give --replace to end it`,
  );
}
