// What must never happen, looked at after every event that could make it happen. A check knows more
// than any part of the system does: the true state of every region and every client.

import {
  clientBucket,
  type Decision,
  decodeDecision,
  decodeOverride,
  isHeartbeatKey,
  isNewer,
  noVersion,
  routeOf,
  type Version,
} from '@regionpilot/protocol';
import type { RouteSnapshot } from '../../../agent/route.ts';
import type { Origin } from '../../../agent/subscription-state.ts';
import type { SimClient } from './client.ts';
import type { BrainStep } from './deciding.ts';
import { wallZeroMs } from './host.ts';
import { decodeOnce, type LogRecord } from './log.ts';
import type { World } from './world.ts';

/** An invariant was broken; the transcript says how it came to it. */
export class Violation extends Error {}

/** Decisions automation takes by itself that send clients away from somewhere. */
const moveReasons: readonly Decision['reason'][] = ['regionDown', 'regionDownFromHome'];
const automaticReasons: readonly Decision['reason'][] = [
  ...moveReasons,
  'noSafeTarget',
  'safeTargetFound',
  'rampStep',
  'rampAborted',
];
/** A region has been dead, or well, long enough for everybody to know. */
const knownDeadMs = 3_500;
/** Time to find out that a claim repeated too old a decision. */
const repairMs = 3_000;
const knownWellMs = 10_000;

type LastMove = {
  readonly atMs: number;
  readonly left: readonly string[];
  readonly receivers: readonly string[];
};

export class Checks {
  readonly #world: World;
  readonly #routes = new Map<string, string>();
  readonly #held = new Map<string, Version>();
  #ruling: Decision | null = null;
  #lastMove: LastMove | null = null;
  #mayPassCoolDown = false;
  /** Decisions in the order of the log that were newer than all before. */
  readonly obeyed: Decision[] = [];
  readonly moved: { readonly client: string; readonly region: string; readonly atMs: number }[] =
    [];
  /** Claims that repeated an older epoch than the one already obeyed. */
  epochFalls = 0;

  constructor(world: World) {
    this.#world = world;
  }

  appended(record: LogRecord): void {
    if (record.topic === 'overrides') this.#ordered(record);
    if (record.topic !== 'decisions' || isHeartbeatKey(record.key)) return;
    const decision = decodeOnce(record, decodeDecision);
    const version = `${decision.term}.${decision.epoch}`;
    const known = this.#routes.get(version);
    const routes = JSON.stringify([decision.regions, decision.admit, decision.homes]);
    if (known !== undefined && known !== routes) this.fail(`two decisions are ${version}`);
    this.#routes.set(version, routes);
    if (!isNewer(decision, this.#ruling ?? noVersion)) return;
    this.#newRuling(this.#ruling, decision);
  }

  #ordered(record: LogRecord): void {
    const rules = record.value === null ? [] : decodeOnce(record, decodeOverride).overrideRules;
    this.#mayPassCoolDown = rules.includes('coolDown');
  }

  applied(client: SimClient, decision: Decision, origin: Origin): void {
    const held = this.#held.get(client.name) ?? noVersion;
    const isBack = origin === 'cache' ? isNewer(held, decision) : !isNewer(decision, held);
    if (isBack) {
      const [from, to] = [held, decision].map(({ term, epoch }) => `(${term},${epoch})`);
      this.fail(`${client.name} went from ${from} to ${to}`);
    }
    this.#held.set(client.name, decision);
  }

  routed(client: SimClient, route: RouteSnapshot): void {
    const names = this.#world.regions.map(({ name }) => name);
    if (!names.includes(route.region)) this.fail(`${client.name} is sent to ${route.region}`);
    this.moved.push({ client: client.name, region: route.region, atMs: this.#world.nowMs });
  }

  /** Called when a client starts with what its disk remembers. */
  restarted(client: SimClient): void {
    this.#held.set(client.name, client.cache ?? noVersion);
  }

  stepped({ instance, before, after, input, effects, host }: BrainStep): void {
    for (const effect of effects) {
      if (effect.kind !== 'publishDecision') continue;
      const { reason } = effect.decision;
      const { decision } = effect;
      if (before.decision !== null && decision.epoch < before.decision.epoch) {
        this.fail(`${instance} decided epoch ${decision.epoch} after ${before.decision.epoch}`);
      }
      // An owner says its decision again when a fenced one wrote over it.
      if (!automaticReasons.includes(reason) || isSame(decision, before.decision)) continue;
      const causes = Object.keys(after.tilt);
      const onlyBlind = causes.every((cause) => cause === 'coverage');
      const isMove = moveReasons.includes(reason) || reason === 'rampAborted';
      const unanimous = decision.evidence.some(
        ({ voters, engagedClients }) =>
          voters >= this.#world.policy.quorumRatioBlind * Math.max(1, engagedClients),
      );
      if (causes.length > 0 && !(onlyBlind && isMove && unanimous)) {
        this.fail(`${instance} decided ${reason} in tilt (${causes.join(', ')}): ${decision.text}`);
      }
      if (input.kind !== 'partial') this.fail(`${instance} decided ${reason} on ${input.kind}`);
      else if (
        wallZeroMs + this.#world.nowMs - input.nowMs >=
        this.#world.policy.tiltJumpMs + 100
      ) {
        const skewed = Math.abs(host.skewMs) >= this.#world.policy.tiltJumpMs;
        if (!skewed) this.fail(`${instance} decided ${reason} on stale input`);
      }
    }
  }

  #newRuling(before: Decision | null, now: Decision): void {
    if (before !== null && now.epoch < before.epoch) {
      if (now.reason !== 'ownerChanged') {
        this.fail(`epoch fell from ${before.epoch} to ${now.epoch} with ${now.reason}`);
      }
      this.epochFalls++;
      this.#expectRepair(before, now);
    }
    this.#ruling = now;
    this.obeyed.push(now);
    if (before === null || now.reason === 'ownerChanged') return;
    const gained = this.#gained(before, now);
    if (moveReasons.includes(now.reason)) this.#automaticMove(before, now, gained);
    else if (this.#lastMove !== null && now.reason === 'rampStep') {
      // A region that clients were just brought back to is one they were just moved to.
      const receivers = [...this.#lastMove.receivers, ...gained];
      this.#lastMove = { ...this.#lastMove, receivers };
    }
  }

  /** A claim that missed its predecessor's last word learns of it from the log, and repeats it. */
  #expectRepair(lost: Decision, claim: Decision): void {
    const claimant = this.#world.aggregators.find(({ name }) => claim.owner.startsWith(name));
    const troubled = (): boolean =>
      this.#world.log.down || claimant?.host.cut !== false || claimant.host.isStopped;
    this.#world.schedule.after(repairMs, () => {
      const isGone = claimant?.instance !== claim.owner;
      if (isGone || troubled() || this.#world.network.lost > 0) return;
      if ((this.#ruling?.epoch ?? 0) < lost.epoch) this.fail(`epoch ${lost.epoch} stayed lost`);
    });
  }

  /** Regions that clients go to now and did not before. */
  #gained(before: Decision, now: Decision): readonly string[] {
    const gained = new Set<string>();
    for (const client of this.#world.clients) {
      const { home } = client.options;
      const bucket = clientBucket(client.name);
      const from = routeOf(before, home, bucket);
      const to = routeOf(now, home, bucket);
      if (from === to) continue;
      gained.add(to);
      if (moveReasons.includes(now.reason)) this.#movedWell(home, from, to, now);
    }
    return [...gained];
  }

  #automaticMove(before: Decision, now: Decision, receivers: readonly string[]): void {
    if (receivers.length === 0) return;
    const left = leftBy(before, now);
    const last = this.#lastMove;
    const sinceMs = now.atMs - (last?.atMs ?? Number.NEGATIVE_INFINITY);
    const chained = left.some((region) => last?.receivers.includes(region));
    // One region, seen dead by one home after the other.
    const isRest = left.every((region) => last?.left.includes(region));
    const allowed = chained || isRest || this.#mayPassCoolDown;
    if (sinceMs < this.#world.policy.coolDownMs && !allowed) {
      this.fail(`moved away from ${left.join()} ${sinceMs} ms after the last move`);
    }
    this.#lastMove = { atMs: now.atMs, left, receivers };
  }

  #movedWell(home: string, from: string, to: string, now: Decision): void {
    const { nowMs } = this.#world;
    const region = this.#world.region(to);
    if (region.deadForMs(home, nowMs) < knownDeadMs) return;
    const row = now.homes[home] ?? now.admit;
    const better = this.#world.regions.find(
      (each) => (row[each.name] ?? 0) > 0 && each.healthyForMs(home, nowMs) >= knownWellMs,
    );
    if (better !== undefined) {
      this.fail(`home ${home} moved from ${from} to dead ${to}, ${better.name} is open and well`);
    }
  }

  fail(text: string): never {
    this.#world.transcript.say('CHECK', text);
    throw new Violation(text);
  }
}

function isSame(decision: Decision, other: Decision | null): boolean {
  return decision.term === other?.term && decision.epoch === other.epoch;
}

/** Regions that admit fewer clients of some home than before. */
function leftBy(before: Decision, now: Decision): readonly string[] {
  const homes = ['*', ...Object.keys(before.homes), ...Object.keys(now.homes)];
  const share = (decision: Decision, home: string, region: string): number =>
    (decision.homes[home] ?? decision.admit)[region] ?? 0;
  return now.regions.filter((region) =>
    homes.some((home) => share(now, home, region) < share(before, home, region)),
  );
}
