// What a failover cost, in the shape that the demo and the drill share. Everything is measured from
// the moment the fault was injected, because that is when the caller's pain begins; a clock that
// starts at detection would flatter us.

import type { Decision, Health } from '@regionpilot/protocol';
import type { FaultName } from './fault.ts';
import type { Change, Page } from './inbox/inbox.ts';

/** One fault and whom it met. */
export type Outage = {
  readonly fault: FaultName;
  readonly region: string;
  /** ms since 1970, as are all moments here. */
  readonly atMs: number;
  /** Clients whose commands went to the region at that moment. */
  readonly clients: readonly string[];
};

/** A client's route changed. */
export type Move = {
  readonly client: string;
  readonly from: string;
  readonly to: string;
  readonly atMs: number;
};

/** The aggregator changed its mind about a region. */
export type HealthChange = {
  readonly region: string;
  readonly to: Health;
  readonly atMs: number;
};

/** A decision as it was read from the log. */
export type SeenDecision = { readonly decision: Decision; readonly seenMs: number };

export type CommandCounts = {
  readonly sent: number;
  /** Failed for the caller, ambiguous ones not included. */
  readonly failed: number;
  /** Failed with `AMBIGUOUS_WRITE`: sent to a region that then broke, and not safe to repeat. */
  readonly ambiguous: number;
};

/** Everything that was noticed during one or several outages, each list in order of time. */
export type RunLog = {
  readonly bus: 'embedded' | 'kafka';
  readonly outages: readonly Outage[];
  readonly healthChanges: readonly HealthChange[];
  readonly decisions: readonly SeenDecision[];
  readonly moves: readonly Move[];
  /** Moments at which a command failed for its caller, ambiguous ones included. */
  readonly failures: readonly number[];
  readonly commands: CommandCounts;
  /** What reached the receivers. */
  readonly pages: readonly SentPage[];
  readonly changes: readonly Change[];
};

/** A page and the attempt that brought it, from 1. */
export type SentPage = Page & { readonly attempts: number };

/** Times from the injected fault, ms; null where it did not happen. */
export type Phases = {
  /** First votes: the aggregator no longer holds the region for healthy. */
  readonly detected: number | null;
  readonly decided: number | null;
  /** The decision was read back from the log. */
  readonly published: number | null;
  /** A client's route changed: half of them, 99 in 100, the last. */
  readonly appliedP50: number | null;
  readonly appliedP99: number | null;
  readonly appliedLast: number | null;
  readonly lastFailedCommand: number | null;
};

export type ReportedDecision = Pick<
  Decision,
  'term' | 'epoch' | 'reason' | 'admit' | 'text' | 'evidence'
> & {
  /** When it was read from the log, ms after the latest fault before it; null before the first. */
  readonly atMs: number | null;
};

export type ReportedPage = Pick<
  SentPage,
  'receiver' | 'dedupKey' | 'severity' | 'title' | 'sentMs' | 'resolvedMs' | 'attempts'
> & {
  /** After the latest fault before it, ms; null before the first. */
  readonly afterFaultMs: number | null;
};

export type Report = {
  /** Names of the faults, joined by `,` where they differ. */
  readonly fault: string;
  readonly bus: RunLog['bus'];
  /** Clients that used a region when it broke, counted once per outage. */
  readonly clients: number;
  /** Of those, how many left it, and how many left and are back. */
  readonly moved: number;
  readonly returned: number;
  /** Of several outages the largest of each. */
  readonly phasesMs: Phases;
  readonly commands: CommandCounts;
  readonly decisions: readonly ReportedDecision[];
  /** By receiver and story; `severity` is the most urgent it ever was. */
  readonly pages: readonly ReportedPage[];
  /** Both receivers are told of each; said once. */
  readonly changes: readonly Pick<Change, 'title' | 'sentMs'>[];
};

export function buildReport(log: RunLog): Report {
  const accounts = log.outages.map((outage, i) =>
    accountOf(log, outage, log.outages[i + 1]?.atMs ?? Number.POSITIVE_INFINITY),
  );
  const sum = (pick: (account: Account) => number): number =>
    accounts.reduce((total, account) => total + pick(account), 0);
  return {
    fault: [...new Set(log.outages.map(({ fault }) => fault))].join(','),
    bus: log.bus,
    clients: sum(({ clients }) => clients),
    moved: sum(({ moved }) => moved),
    returned: sum(({ returned }) => returned),
    phasesMs: slowest(accounts.map(({ phases }) => phases)),
    commands: log.commands,
    decisions: log.decisions.map((seen) => reported(seen, log.outages)),
    pages: log.pages.map((page) => reportedPage(page, log.outages)),
    changes: log.changes
      .filter(({ receiver }) => receiver === 'pagerduty')
      .map(({ title, sentMs }) => ({ title, sentMs })),
  };
}

/** Did everybody leave every broken region and come back, no command lost and no page left open? */
export function isClean({ clients, moved, returned, commands, pages }: Report): boolean {
  return (
    clients > 0 &&
    moved === clients &&
    returned === clients &&
    commands.failed === 0 &&
    pages.every(({ resolvedMs }) => resolvedMs !== null)
  );
}

type Account = Pick<Report, 'clients' | 'moved' | 'returned'> & { readonly phases: Phases };

const leaving: readonly Decision['reason'][] = ['regionDown', 'regionDownFromHome'];

function accountOf(log: RunLog, { region, atMs, clients }: Outage, untilMs: number): Account {
  const within = (ms: number): boolean => ms >= atMs && ms < untilMs;
  const after = (ms: number | undefined): number | null => (ms === undefined ? null : ms - atMs);
  const change = log.healthChanges.find(
    (each) =>
      each.region === region && (each.to === 'suspect' || each.to === 'down') && within(each.atMs),
  );
  const decision = log.decisions.find(
    ({ decision: each, seenMs }) => leaving.includes(each.reason) && within(seenMs),
  );
  const affected = new Set(clients);
  const moves = log.moves.filter((move) => affected.has(move.client) && within(move.atMs));
  const firstExit = firstPerClient(moves.filter(({ from }) => from === region));
  const lastMove = new Map(moves.map((move) => [move.client, move] as const));
  const home = [...firstExit.keys()].filter((client) => lastMove.get(client)?.to === region);
  const applied = [...firstExit.values()].map((move) => move.atMs - atMs).sort((a, b) => a - b);
  return {
    clients: clients.length,
    moved: applied.length,
    returned: home.length,
    phases: {
      detected: after(change?.atMs),
      decided: after(decision?.decision.atMs),
      published: after(decision?.seenMs),
      appliedP50: quantile(applied, 0.5),
      appliedP99: quantile(applied, 0.99),
      appliedLast: quantile(applied, 1),
      lastFailedCommand: after(log.failures.findLast(within)),
    },
  };
}

function slowest(all: readonly Phases[]): Phases {
  const worst = (phase: keyof Phases): number | null => largest(all.map((each) => each[phase]));
  return {
    detected: worst('detected'),
    decided: worst('decided'),
    published: worst('published'),
    appliedP50: worst('appliedP50'),
    appliedP99: worst('appliedP99'),
    appliedLast: worst('appliedLast'),
    lastFailedCommand: worst('lastFailedCommand'),
  };
}

function firstPerClient(moves: readonly Move[]): ReadonlyMap<string, Move> {
  return new Map(moves.toReversed().map((move) => [move.client, move] as const));
}

function reported(
  { decision, seenMs }: SeenDecision,
  outages: readonly Outage[],
): ReportedDecision {
  const { term, epoch, reason, admit, text, evidence } = decision;
  const atMs = afterFault(seenMs, outages);
  return { atMs, term, epoch, reason, admit, text, evidence };
}

function reportedPage(
  { receiver, dedupKey, worst, title, sentMs, resolvedMs, attempts }: SentPage,
  outages: readonly Outage[],
): ReportedPage {
  const afterFaultMs = afterFault(sentMs, outages);
  return { receiver, dedupKey, severity: worst, title, sentMs, afterFaultMs, resolvedMs, attempts };
}

/** Since the latest fault before; null before the first. */
function afterFault(ms: number, outages: readonly Outage[]): number | null {
  const before = outages.findLast((outage) => outage.atMs <= ms);
  return before === undefined ? null : ms - before.atMs;
}

/** Nearest rank of an ascending list. */
function quantile(sorted: readonly number[], share: number): number | null {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? null;
}

function largest(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : Math.max(...known);
}
