// The part of an agent that this folder leans on. Structural, so that tests and other hosts can
// hand in their own.

import type { GroupConfig } from '../config.ts';
import type { ConnectionHandle, ConnectionOptions, ProbedRegion } from '../connection.ts';
import type { Route } from '../route.ts';

export type AgentHost = {
  readonly connection: (options: ConnectionOptions) => ConnectionHandle;
  /** An answer, or none, to a question that was asked on nobody's behalf. Default: not counted. */
  readonly probed?: (at: ProbedRegion, answered: boolean) => void;
  readonly route: (group: string) => Route;
  /** Read anew whenever it is needed: a reload takes effect with the next command. */
  readonly settings: (group: string) => GroupConfig;
};
