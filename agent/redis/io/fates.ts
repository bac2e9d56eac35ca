// How a command ends that no region will answer, and the count of what happened to commands.

import type { Command } from 'ioredis';
import {
  AmbiguousWriteError,
  type CommandAt,
  transactionLost,
  type UnavailableReason,
  unavailable,
} from '../errors.ts';
import { noCounts, type RegionalCounts, type RegionalEvents } from '../regional-event.ts';

export type Tell = <Name extends keyof RegionalEvents>(
  event: Name,
  detail: RegionalEvents[Name],
) => void;

export class Fates {
  readonly counts: RegionalCounts = noCounts();
  readonly #tell: Tell;

  constructor(tell: Tell) {
    this.#tell = tell;
  }

  /** Sent to `region`, perhaps applied there. */
  ambiguous(command: Command, region: string): void {
    const at = placeOf(command, region);
    this.counts.ambiguous++;
    command.reject(new AmbiguousWriteError(at));
    this.#tell('ambiguous', at);
  }

  /** Part of a transaction that was never executed. */
  lost(command: Command, region: string): void {
    command.reject(transactionLost(placeOf(command, region)));
  }

  /** Never sent. */
  unavailable(command: Command, region: string, reason: UnavailableReason): void {
    this.counts.unavailable++;
    command.reject(unavailable(placeOf(command, region), reason));
  }
}

/** Nobody has settled it yet, not even its own timeout. */
export function isOpen(command: Command): boolean {
  return !command.isSettled;
}

function placeOf(command: Command, region: string): CommandAt {
  return { command: command.name.toLowerCase(), region };
}
