// What the shipped rules have in common, so that each of them says only what is its own.

import type { Rule } from '../rule.ts';

type Own = Pick<
  Rule,
  'name' | 'signal' | 'when' | 'severity' | 'summary' | 'description' | 'dashboard'
>;

/**
 * A rule for all instances that fires at once and ends at once. Silence of its signal for 2 minutes
 * ends it unless it says otherwise: whoever watches silence itself has rules of their own.
 */
export function rule(own: Own & Partial<Rule>): Rule {
  return {
    only: [],
    forMs: 0,
    keepFiringForMs: 0,
    noData: 'resolve',
    noDataAfterMs: 120_000,
    severityMitigated: null,
    runbook: `docs/runbooks/${kebab(own.name)}.md`,
    ...own,
  };
}

/** regionDown → region-down. */
function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

export const dashboards = {
  regions: '/d/regionpilot-regions',
  failover: '/d/regionpilot-failover',
  pipeline: '/d/regionpilot-pipeline',
  delivery: '/d/regionpilot-alert-delivery',
} as const;
