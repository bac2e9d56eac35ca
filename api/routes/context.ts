// What routes are handed: the world, the log for what is older, and facts about this instance.

import type { GroupState } from '../contract/groups.ts';
import type { SessionInfo } from '../contract/session.ts';
import type { History } from '../model/history.ts';
import type { Surroundings, World } from '../model/world.ts';
import { ProblemError } from '../problem.ts';

export type ReadContext = {
  readonly world: World;
  readonly history: History;
  readonly around: () => Surroundings;
  readonly session: Pick<SessionInfo, 'version' | 'instance' | 'features' | 'grafanaUrl'>;
};

/** @throws {ProblemError} not-found. */
export function groupAt({ world }: ReadContext, group: string, nowMs: number): GroupState {
  const state = world.groupState(group, nowMs);
  if (state !== null) return state;
  throw new ProblemError('not-found', `No decision was ever made for a group ${group}`);
}

export function wrongCursor(): ProblemError {
  return new ProblemError('invalid-request', 'This cursor belongs to no page of this query', {
    errors: [{ pointer: 'query/cursor', got: 'a cursor', wanted: '`next` of the page before' }],
  });
}
