import type { AgentEvent, DecisionRecord } from './events.ts';
import type { SubscriptionEffect } from './subscription-state.ts';

/** What the host is told of an effect. `record`: what is being heard in this moment. */
export function eventOf(
  effect: Exclude<SubscriptionEffect, { readonly kind: 'readAgain' }>,
  record?: DecisionRecord,
): AgentEvent {
  switch (effect.kind) {
    case 'apply': {
      const { group, decision, origin } = effect;
      const version = { term: decision.term, epoch: decision.epoch };
      const said = { kind: 'decisionApplied', group, version, source: origin } as const;
      return record === undefined ? said : { ...said, record };
    }
    case 'staleness':
      return { kind: effect.stale ? 'streamStale' : 'streamFresh', group: effect.group };
    case 'foreign': {
      const { group, regions } = effect.decision;
      const text = `${group}: none of ${regions.join(', ')} is in the config`;
      return { kind: 'decisionRejected', reason: 'regionsUnknown', text };
    }
    case 'missed':
      return { ...effect, kind: 'decisionMissed' };
  }
}
