// Where each command goes: to the active region while it answers, nowhere while it is unclear, to
// the region a decision names as soon as that one answers. Everything here is off the hot path: a
// command gets here only when something is wrong or being moved.

import type { Command } from 'ioredis';
import type { GroupConfig } from '../../config.ts';
import type { Route } from '../../route.ts';
import type { UnavailableReason } from '../errors.ts';
import { HeldCommands, weightOf } from '../held-commands.ts';
import { classOf, sortOrphans } from '../orphans.ts';
import type { RegionalCounts } from '../regional-event.ts';
import { Fates, isOpen, type Tell } from './fates.ts';
import type { Lane, Taken } from './lane.ts';
import { leavePipeline } from './lane.ts';
import { type LaneFactory, LaneSet } from './lanes.ts';

export type SwitchboardOptions = {
  readonly lanes: LaneFactory;
  readonly route: Route;
  readonly settings: () => GroupConfig;
  /** Longest a command may take altogether, ms, where the caller set one. */
  readonly commandTimeoutMs: number | undefined;
  readonly tell: Tell;
  readonly error: (error: Error) => void;
  /** Commands flow or stop flowing, or flow elsewhere. */
  readonly flowChanged: () => void;
  /** The active lane changed; `wasUsable` says whether the old one still answers. */
  readonly moved: (from: Lane, wasUsable: boolean) => void;
  /** Sends a command on a connection of its own kind, if it needs one. */
  readonly elsewhere: (command: Command) => boolean;
};

export class Switchboard {
  readonly #fates: Fates;
  readonly #options: SwitchboardOptions;
  readonly #lanes: LaneSet;
  readonly #held = new HeldCommands<Command>();
  readonly #drains = new Map<Lane, NodeJS.Timeout>();
  #active: Lane;
  #isHolding = true;
  #holdingSinceMs: number;
  #unknownTold = '';
  #tickedMs: number;

  constructor(options: SwitchboardOptions) {
    this.#options = options;
    this.#fates = new Fates(options.tell);
    this.#tickedMs = performance.now();
    this.#holdingSinceMs = this.#tickedMs;
    this.#lanes = new LaneSet(options.lanes, {
      changed: () => this.reconsider(),
      orphaned: (lane, taken) => this.orphaned(lane, taken),
      error: (_lane, error) => options.error(error),
    });
    const wanted = options.route.current.region;
    this.#active = this.#lanes.to(
      this.#lanes.has(wanted) ? wanted : (options.lanes.regions[0] as string),
    );
  }

  get counts(): RegionalCounts {
    return this.#fates.counts;
  }

  get active(): Lane {
    return this.#active;
  }

  /** Commands may be handed to the active lane as they come. */
  get flows(): boolean {
    return !this.#isHolding;
  }

  get heldCommands(): number {
    return this.#held.length;
  }

  /** Sends a command, keeps it back, detours it, or fails it. */
  submit(command: Command, pipeline?: unknown): void {
    if (!this.#isHolding && this.#active.usable) {
      this.#active.send(command, pipeline);
      return;
    }
    leavePipeline(pipeline);
    this.#whileUndecided(command);
  }

  /** The route moved, or a lane did: go where commands should go now, if that is possible. */
  reconsider(): void {
    const wanted = this.#wantedLane();
    if (wanted !== this.#active && wanted.usable) this.#switchTo(wanted);
    if (this.#active.usable) this.#release();
    else this.#hold();
  }

  tick(nowMs: number): void {
    const settings = this.#options.settings();
    // This process itself was busy: answers may lie unread, so silence proves nothing this time.
    const isLate = nowMs - this.#tickedMs > 2 * watchMs(settings) + 20;
    this.#tickedMs = nowMs;
    if (isLate) return;
    this.#lanes.tick(nowMs, settings);
    if (settings.standby === 'cold') this.#dropIdle();
    if (this.#isHolding) this.#expire(nowMs, settings);
    if (this.#wantedLane() !== this.#active) this.reconsider();
  }

  /** Gives up every lane. What is held or in flight is handed back. */
  close(): readonly Command[] {
    for (const timer of this.#drains.values()) clearTimeout(timer);
    const left: Command[] = [];
    for (const lane of this.#lanes.takeAll()) {
      const { sent, unsent } = lane.take();
      left.push(...sent, ...unsent);
      lane.close();
    }
    return [...left, ...this.#held.takeAll()];
  }

  isBusy(): boolean {
    return this.#held.length > 0 || this.#lanes.isBusy();
  }

  #wantedLane(): Lane {
    const { region } = this.#options.route.current;
    if (region === this.#active.region) return this.#active;
    if (this.#lanes.has(region)) return this.#lanes.to(region);
    if (this.#unknownTold !== region) this.#options.tell('regionUnknown', { region });
    this.#unknownTold = region;
    return this.#active;
  }

  #switchTo(lane: Lane): void {
    const old = this.#active;
    const { source } = this.#options.route.current;
    this.#active = lane;
    this.counts.moves++;
    this.#cancelDrain(lane);
    const wasUsable = old.usable;
    this.#options.moved(old, wasUsable);
    if (wasUsable) this.#drain(old);
    else this.#leave(old);
    this.#options.flowChanged();
    this.#options.tell('moved', { from: old.region, to: lane.region, source });
  }

  /** The old region still answers: let it finish what it has, as long as it does. */
  #drain(lane: Lane): void {
    const { drainMs } = this.#options.settings();
    if (!lane.busy()) {
      this.#leave(lane);
      return;
    }
    const deadline = performance.now() + drainMs;
    const look = (): void => {
      if (lane.busy() && lane.usable && performance.now() < deadline) {
        this.#drains.set(lane, setTimeout(look, 10).unref());
        return;
      }
      this.#drains.delete(lane);
      this.#leave(lane);
    };
    look();
  }

  /** Without warm standbys: lanes that were left, or that a route asked for and then did not. */
  #dropIdle(): void {
    const wanted = this.#wantedLane();
    this.#lanes.dropAllBut((lane) => {
      return lane === this.#active || lane === wanted || this.#drains.has(lane);
    });
  }

  #cancelDrain(lane: Lane): void {
    clearTimeout(this.#drains.get(lane));
    this.#drains.delete(lane);
  }

  /** Takes back what the old region never answered. */
  #leave(lane: Lane): void {
    this.orphaned(lane, lane.take());
  }

  /** Sorts out what a lane held when it was lost or left. */
  orphaned(lane: Lane, { sent, unsent }: Taken): void {
    const { again, ambiguous, lost } = sortOrphans(sent.filter(isOpen));
    for (const command of ambiguous) this.#fates.ambiguous(command, lane.region);
    for (const command of lost) this.#fates.lost(command, lane.region);
    this.counts.reissued += again.length;
    this.#sendAgain([...again, ...unsent.filter(isOpen)]);
  }

  #sendAgain(commands: readonly Command[]): void {
    if (commands.length === 0) return;
    if (!this.#isHolding && this.#active.usable) {
      this.#sendAll(commands);
      return;
    }
    const mode = this.#options.settings().whileUndecided;
    const detour = mode === 'detourReads' ? this.#detour() : null;
    const rest = commands.filter((command) => !this.#takesDetour(command, detour));
    if (mode === 'fail') for (const command of rest) this.#fail(command, 'failFast');
    else this.#held.putBack(rest, performance.now());
    if (this.#active.usable) this.#release();
  }

  #sendAll(commands: readonly Command[]): void {
    this.#active.sendAll(commands.filter((command) => !this.#options.elsewhere(command)));
  }

  #whileUndecided(command: Command): void {
    const settings = this.#options.settings();
    const { whileUndecided, holdMs } = settings;
    if (whileUndecided === 'fail' || holdMs === 0) {
      this.#fail(command, 'failFast');
      return;
    }
    if (whileUndecided === 'detourReads' && this.#takesDetour(command, this.#detour())) return;
    this.#armTimeout(command);
    const nowMs = performance.now();
    if (this.#held.add(command, weightOf(command.args), nowMs, settings)) {
      this.counts.held++;
    } else if (!this.#takesDetour(command, this.#detour())) {
      this.#fail(command, 'holdFull');
    }
  }

  #armTimeout(command: Command): void {
    const { commandTimeoutMs } = this.#options;
    if (commandTimeoutMs !== undefined) command.setTimeout(commandTimeoutMs);
  }

  /** Another region that admits this client and answers now. */
  #detour(): Lane | null {
    return this.#lanes.usableAmong(this.#options.route.current.admitted, this.#active);
  }

  #takesDetour(command: Command, detour: Lane | null): boolean {
    if (detour === null || command.inTransaction || classOf(command) !== 'read') return false;
    this.counts.detoured++;
    detour.send(command);
    return true;
  }

  // A caller has waited long enough: any admitted region's answer is better than none, for a read.
  #expire(nowMs: number, settings: GroupConfig): void {
    const detour = this.#detour();
    for (const command of this.#held.expire(nowMs, settings.holdMs)) {
      if (isOpen(command) && !this.#takesDetour(command, detour))
        this.#fail(command, 'heldTooLong');
    }
    if (detour === null || !this.#active.silent) return;
    const waitedMs = nowMs - this.#holdingSinceMs;
    if (settings.whileUndecided !== 'detourReads' && waitedMs < settings.holdMs) return;
    const reads = this.#active.takeReads(
      (command) => !command.inTransaction && classOf(command) === 'read' && isOpen(command),
    );
    for (const command of reads) this.#takesDetour(command, detour);
  }

  #hold(): void {
    if (this.#isHolding) return;
    this.#isHolding = true;
    this.#holdingSinceMs = performance.now();
    const { region, silent } = this.#active;
    this.#options.flowChanged();
    this.#options.tell('held', { region, reason: silent ? 'silent' : 'closed' });
  }

  #release(): void {
    const waiting = this.#held.takeAll().filter(isOpen);
    const wasHolding = this.#isHolding;
    this.#isHolding = false;
    if (waiting.length > 0) this.#sendAll(waiting);
    if (!wasHolding) return;
    this.#options.flowChanged();
    const { region } = this.#active;
    this.#options.tell('released', { region, commands: waiting.length });
  }

  #fail(command: Command, reason: UnavailableReason): void {
    this.#fates.unavailable(command, this.#active.region, reason);
  }
}

/** Often enough to notice a silence soon after `holdAfterMs`. */
export function watchMs({ holdAfterMs }: GroupConfig): number {
  return Math.min(50, Math.max(10, holdAfterMs / 4));
}
