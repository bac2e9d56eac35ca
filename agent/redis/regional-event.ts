// What a RegionalRedis tells its owner. Names of commands and regions only: never a key or a value.

import type { RouteSource } from '../route.ts';

export type RegionalEvents = {
  /** Commands go to `to` from now on. */
  readonly moved: { readonly from: string; readonly to: string; readonly source: RouteSource };
  /** The active region does not answer; new commands are kept back. */
  readonly held: { readonly region: string; readonly reason: 'closed' | 'silent' };
  /** Commands flow again; `commands` had been kept back. */
  readonly released: { readonly region: string; readonly commands: number };
  /** A write may or may not have been applied; its caller got `AMBIGUOUS_WRITE`. */
  readonly ambiguous: { readonly command: string; readonly region: string };
  /** The route names a region this client was given no way to reach; it stays where it is. */
  readonly regionUnknown: { readonly region: string };
  /** This ioredis lacks parts we lean on: commands in flight cannot be taken back from a region. */
  readonly degraded: { readonly region: string; readonly missing: readonly string[] };
};

export type RegionalCounts = {
  /** Moves from one region to another. */
  moves: number;
  /** Commands kept back for a while. */
  held: number;
  /** Commands sent a second time after their connection was lost or left. */
  reissued: number;
  /** Reads answered by a region other than the active one. */
  detoured: number;
  ambiguous: number;
  /** Commands that failed with `REGION_UNAVAILABLE`. */
  unavailable: number;
};

export function noCounts(): RegionalCounts {
  return { moves: 0, held: 0, reissued: 0, detoured: 0, ambiguous: 0, unavailable: 0 };
}
