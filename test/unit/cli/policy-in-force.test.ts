import { policyDefaults } from '@regionpilot/aggregator';
import type { IncidentRecord } from '@regionpilot/protocol';
import { expect, test } from 'vitest';
import { policyInForce } from '../../../cli/judgement.ts';
import { decision } from '../../support/decisions.ts';

const decided = (group: string, quorumClients: number): IncidentRecord => ({
  v: 1,
  group,
  incident: null,
  atMs: 0,
  owner: 'a',
  term: 1,
  event: {
    kind: 'decided',
    decision: decision({ group }),
    rejected: [],
    replay: { state: {}, input: {}, policy: { ...policyDefaults, quorumClients } },
  },
});

test('what is judged now is judged by the policy the decider last decided by', () => {
  const records = [decided('payments', 1), decided('payments', 3), decided('other', 9)];
  expect(policyInForce(records, 'payments', policyDefaults).quorumClients).toBe(3);
  expect(policyInForce(records, 'silent', policyDefaults)).toBe(policyDefaults);
});
