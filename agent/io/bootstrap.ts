// Where to begin before the log has been heard: the cache of the last run, a file, a URL. The first
// two are read at once, so that the very first command already goes the right way; the newest wins.

import type { Decision } from '@regionpilot/protocol';
import type { AgentConfig } from '../config.ts';
import { fetchDecisions } from './bootstrap-http.ts';
import { type DecisionCache, readDecisionFile } from './decision-cache.ts';
import { type Notices, textOf } from './notices.ts';

export type Offer = (decision: Decision, origin: 'cache' | 'bootstrap') => void;

/** Offers everything that can be had; never throws, never waits. */
export function bootstrap(
  { bootstrap: { file, http } }: Pick<AgentConfig, 'bootstrap'>,
  cache: DecisionCache,
  notices: Notices,
  offer: Offer,
): void {
  const complain = (source: string, text: string): void =>
    notices.say({ kind: 'bootstrapUnusable', source, text });
  for (const decision of cache.read()) offer(decision, 'cache');
  if (file !== undefined) {
    const decisions = readDecisionFile(file, (text) => complain(file, text));
    for (const decision of decisions) offer(decision, 'bootstrap');
  }
  if (http === undefined) return;
  fetchDecisions(http)
    .then((decisions) => {
      for (const decision of decisions) offer(decision, 'bootstrap');
    })
    .catch((error: unknown) => complain(http, textOf(error)));
}
