import type { Decision } from '@regionpilot/protocol';

/** A valid decision, with what matters to the test put in. */
export function decision(given: Partial<Decision> = {}): Decision {
  return {
    v: 1,
    group: 'payments',
    term: 1,
    epoch: 1,
    owner: 'aggregator-1',
    atMs: 1_000,
    reason: 'initial',
    text: 'for a test',
    regions: ['eu', 'us'],
    admit: { eu: 10_000, us: 10_000 },
    homes: {},
    noSafeTarget: false,
    health: {},
    evidence: [],
    incident: null,
    ...given,
  };
}
