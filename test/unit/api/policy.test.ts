// The settings the API shows are those the decider goes by.

import { policyDefaults } from '@regionpilot/aggregator';
import type { PolicyOrder } from '@regionpilot/protocol';
import { expect, test } from 'vitest';
import { policyInForce } from '../../../api/model/policy.ts';

const order = (group: string, settings: PolicyOrder['settings']) =>
  [group, { v: 1, group, atMs: 0, author: 'ann', reason: 'x', settings, version: 1 }] as const;

test("a group's own order stands before that for all", () => {
  const orders = new Map([order('*', { coolDownMs: 70_000 }), order('a', { coolDownMs: 80_000 })]);
  expect(policyInForce(policyDefaults, orders, 'a').coolDownMs).toBe(80_000);
  expect(policyInForce(policyDefaults, orders, 'b').coolDownMs).toBe(70_000);
});

test('an order that the decider refuses whole changes nothing here either', () => {
  const orders = new Map([order('a', { coolDownMs: 80_000, stallMs: 900 })]);
  expect(policyInForce(policyDefaults, orders, 'a')).toBe(policyDefaults);
});
