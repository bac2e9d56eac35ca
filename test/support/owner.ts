// A group owner on a table: partials in, decisions and records out, the log's echo included.

import type {
  Decision,
  IncidentEvent,
  Override,
  Partial,
  PartialCell,
} from '@regionpilot/protocol';
import { type GroupInput, step } from '../../aggregator/decide/group.ts';
import { createGroup, type GroupState } from '../../aggregator/decide/state.ts';
import { type Policy, parsePolicy } from '../../aggregator/policy.ts';

export type SeenRegion = {
  readonly down?: number;
  readonly by?: 'connectivity' | 'stall' | 'errorRatio';
  readonly everywhere?: number;
  /** Clients with a connection; default the home's clients. */
  readonly live?: number;
  readonly engaged?: number;
  readonly downDomains?: readonly string[];
  readonly ok?: number;
  readonly failed?: number;
  readonly failing?: number;
};

export type Fleet = Readonly<
  Record<
    string,
    {
      readonly clients: number;
      readonly known?: number;
      readonly sees: Readonly<Record<string, SeenRegion>>;
    }
  >
>;

const zones = ['zone-a', 'zone-b', 'zone-c'];

export function cell(home: string, region: string, clients: number, seen: SeenRegion): PartialCell {
  const down = seen.down ?? 0;
  const live = seen.live ?? clients;
  const failed = seen.failed ?? 0;
  const failing = seen.failing ?? Math.min(live, failed);
  return {
    home,
    region,
    live,
    engaged: seen.engaged ?? live,
    down,
    byRule: { connectivity: 0, stall: 0, errorRatio: 0, [seen.by ?? 'connectivity']: down },
    everywhere: seen.everywhere ?? 0,
    domains: zones.slice(0, Math.min(live, 3)),
    downDomains: seen.downDomains ?? zones.slice(0, Math.min(down, 3)),
    everywhereDomains: zones.slice(0, Math.min(seen.everywhere ?? 0, 3)),
    sampled: live,
    failing,
    failingDomains: zones.slice(0, Math.min(failing, 3)),
    short: [seen.ok ?? 0, failed],
    long: [seen.ok ?? 0, failed],
    raw: [seen.ok ?? 0, failed],
    errors: failed > 0 ? { timeout: failed } : {},
    stalledMaxMs: 0,
    latency: [],
    downClients: Array.from({ length: Math.min(down, 8) }, (_, i) => `client-${i}`),
  };
}

export function partialOf(fleet: Fleet, atMs: number, extra: object = {}): Partial {
  const homes = Object.entries(fleet);
  return {
    v: 1,
    group: 'payments',
    partition: 0,
    owner: 'folder',
    seq: atMs,
    atMs,
    warm: true,
    accounts: {
      offset: 0,
      lagRecords: 0,
      batches: 0,
      rows: 0,
      duplicates: 0,
      rejected: 0,
      gaps: 0,
      declaredDrops: 0,
      late: 0,
      clamped: 0,
    },
    homes: Object.fromEntries(
      homes.map(([home, { clients, known }]) => [home, [clients, known ?? clients]]),
    ),
    cells: homes.flatMap(([home, { clients, sees }]) =>
      Object.entries(sees).map(([region, seen]) => cell(home, region, clients, seen)),
    ),
    applied: {},
    regions: [...new Set(homes.flatMap(([, { sees }]) => Object.keys(sees)))].sort(),
    stragglers: [],
    ...extra,
  };
}

/** An owner that reads its own decisions back, as the log would hand them to it. */
export class Owner {
  readonly policy: Policy;
  readonly decisions: Decision[] = [];
  readonly events: IncidentEvent[] = [];
  state: GroupState;

  constructor(policy: object = {}, instance = 'aggregator-1') {
    this.policy = parsePolicy(policy);
    this.state = createGroup('payments', instance, []);
  }

  input(input: GroupInput): readonly Decision[] {
    const [state, effects] = step(this.state, input, this.policy);
    this.state = state;
    const published: Decision[] = [];
    for (const effect of effects) {
      if (effect.kind === 'record') this.events.push(effect.incident.event);
      if (effect.kind === 'publishDecision') published.push(effect.decision);
    }
    this.decisions.push(...published);
    return published;
  }

  /** Hears the fleet once and reads back whatever it published. */
  hears(nowMs: number, fleet: Fleet, extra: object = {}): void {
    const published = this.input({
      kind: 'partial',
      partial: partialOf(fleet, nowMs, extra),
      nowMs,
    });
    for (const decision of published) this.input({ kind: 'decisionSeen', decision });
  }

  /** The same fleet every 100 ms from `fromMs` until before `untilMs`. */
  hearsFor(fromMs: number, untilMs: number, fleet: Fleet, extra: object = {}): void {
    for (let nowMs = fromMs; nowMs < untilMs; nowMs += 100) this.hears(nowMs, fleet, extra);
  }

  /** Takes the group over and watches a healthy fleet long enough to be allowed to act. */
  settled(fleet: Fleet, untilMs = 10_000): this {
    this.input({ kind: 'owned', saved: null });
    this.hearsFor(0, untilMs, fleet);
    return this;
  }

  orders(override: Override | null, scope: 'group' | 'all' = 'group'): void {
    this.input({ kind: 'override', scope, override });
  }

  get last(): Decision {
    const last = this.decisions.at(-1);
    if (last === undefined) throw new Error('no decision was made');
    return last;
  }

  refusals(): readonly string[] {
    return this.events.flatMap((event) => (event.kind === 'refused' ? [event.rule] : []));
  }

  get reasons(): readonly string[] {
    return this.decisions.map(({ reason }) => reason);
  }
}

export function holdRecord(
  hold: Override['hold'],
  expiresMs: number,
  extra: object = {},
): Override {
  return {
    v: 1,
    group: 'payments',
    atMs: 0,
    author: 'dana',
    reason: 'maintenance',
    expiresMs,
    hold,
    automation: 'enforce',
    overrideRules: [],
    ...extra,
  };
}
