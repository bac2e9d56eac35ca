// From what an operator typed to an order that may be published: the region exists, the rules exist,
// and nothing that another operator ordered is dropped without a word. One record per group holds
// everything, so an order that says less than the one in force would silently end the rest.

import { endedOrder, inForce, type KnownOrders, lostBy, regionsOf } from '@regionpilot/api/orders';
import {
  type AutomationMode,
  formatProblems,
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

/** @throws {PipelineError} CONFIG_INVALID. */
export function orderToSet(
  request: HoldSetRequest,
  known: KnownOrders,
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

/** @throws {PipelineError} CONFIG_INVALID. */
export function orderToClear(
  { group, reason }: Pick<HoldClearRequest, 'group' | 'reason'>,
  author: string,
  nowMs: number,
): Override {
  const order = endedOrder(group, author, reason, nowMs);
  checkShape(order);
  return order;
}

/** @throws {PipelineError} CONFIG_INVALID when nobody can be named. */
export function authorOf(given: string | undefined, env: Env): string {
  const author = given ?? env['REGIONPILOT_AUTHOR'] ?? env['USER'] ?? env['LOGNAME'] ?? '';
  if (author.trim() !== '') return author.trim();
  throw usageError('An order wants an author: give --author or set REGIONPILOT_AUTHOR');
}

/** @throws {PipelineError} CONFIG_INVALID with the nearest known name. */
export function checkGroup(group: string, { decisions, overrides }: KnownOrders): void {
  if (group === '*' || decisions.has(group) || overrides.has(group)) return;
  throw usageError(`There is ${unknownName('group', group, [...decisions.keys()].sort())}`);
}

function holdOf({ use, avoid }: HoldSetRequest): Hold | null {
  if (use !== undefined) return { kind: 'use', region: use };
  return avoid === undefined ? null : { kind: 'avoid', region: avoid };
}

function checkRegion(group: string, region: string, known: KnownOrders): void {
  const regions = regionsOf(known, group);
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
  const lost = lostBy(order, before)
    // Said in so many words, "enforce" ends what was in force before it.
    .filter((part) => part === 'hold' || automation === undefined)
    .map((part) =>
      part === 'hold'
        ? `--${before?.hold?.kind} ${before?.hold?.region}`
        : `--automation ${before?.automation}`,
    );
  if (before === null || lost.length === 0) return;
  throw usageError(
    `${before.author} ordered ${lost.join(' ')} for ${order.group}: repeat it to keep it, or give --replace to end it`,
  );
}
