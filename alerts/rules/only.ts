// Which instances a rule is for.

import type { Labels, Matcher } from '@regionpilot/protocol';
import { compileMatchers, matcherProblems } from '../notify/matchers.ts';

export type Only = (labels: Labels) => boolean;

/** A rule with a pattern that does not compile is for nobody; whoever reads rules refuses it before. */
export function onlyOf(matchers: readonly Matcher[]): Only {
  return matcherProblems(matchers).length > 0 ? () => false : compileMatchers(matchers);
}
