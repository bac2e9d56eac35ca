// What the fleet's votes say of a region right now, before any memory. One client has one vote, and
// a vote counts only beside others: a quorum of the clients that really use the region, in at least
// two failure domains where there are two. Where traffic is too thin for any client to have a
// verdict of its own, the pooled error ratio speaks, but only as far as its Wilson bound allows.
//
// Two traps are closed here. A client that fails in every region it sees is ill itself and is set
// aside, unless most clients are like that. And a region that clients of one home cannot reach
// while another home's clients are happy there is not dead: then `*` is at most suspect, and the
// homes are judged one by one.

import type { RegionEvidence, VerdictRule } from '@regionpilot/protocol';
import type { Policy } from '../policy.ts';
import { wilsonLow } from '../wilson.ts';
import { type Cell, cellOf, type View } from './view.ts';

/** `thin`: too little evidence for any answer, which must never read as healthy. */
export type Verdict = 'down' | 'suspect' | 'ok' | 'thin';

export type Judgement = {
  readonly verdict: Verdict;
  /** Would 9 in 10 of the remaining witnesses agree? Needed when most of the fleet is silent. */
  readonly unanimous: boolean;
  /** `health` is filled in by the caller, who has the memory. */
  readonly evidence: Omit<RegionEvidence, 'health'>;
};

/** Judges a region as seen from one home, or from everywhere (`*`). */
export function judge(view: View, home: string, region: string, policy: Policy): Judgement {
  const judgement = judgeCell(cellOf(view, home, region), policy);
  const contradicted =
    home === '*' && judgement.verdict === 'down' && someHomeDisagrees(view, region, policy);
  return contradicted ? { ...judgement, verdict: 'suspect' } : judgement;
}

function someHomeDisagrees(view: View, region: string, policy: Policy): boolean {
  return view.homes.some((home) => {
    const { verdict, evidence } = judgeCell(cellOf(view, home, region), policy);
    return (
      verdict === 'ok' &&
      evidence.engagedClients >= policy.quorumClients &&
      evidence.voters < evidence.engagedClients * policy.errorRatioSuspect
    );
  });
}

function judgeCell(cell: Cell, policy: Policy): Judgement {
  const ballot = countVotes(cell, policy);
  const low = wilsonLow(cell.long[1], cell.long[0] + cell.long[1]);
  const byVotes = ballot.voters >= ballot.quorum && ballot.domains.length >= ballot.domainsWanted;
  const byPool = pooledRatioHolds(cell, low, policy);
  return {
    verdict: verdictOf(cell, ballot, low, byVotes || byPool, policy),
    unanimous: ballot.voters >= policy.quorumRatioBlind * Math.max(1, ballot.engaged),
    evidence: {
      region: cell.region,
      home: cell.home,
      rule: byPool && !byVotes ? 'pooledRatio' : strongestRule(cell),
      liveClients: cell.live,
      engagedClients: ballot.engaged,
      voters: ballot.voters,
      votersByRule: cell.byRule,
      setAside: ballot.setAside,
      quorum: ballot.quorum,
      domains: ballot.domains,
      domainsWanted: ballot.domainsWanted,
      short: cell.short,
      long: cell.long,
      wilsonLow: round(low),
      errors: cell.errors,
      stalledMaxMs: cell.stalledMaxMs,
      sampleVoters: cell.downClients,
    },
  };
}

type Ballot = {
  readonly voters: number;
  readonly engaged: number;
  readonly setAside: number;
  readonly quorum: number;
  readonly domains: readonly string[];
  readonly domainsWanted: number;
};

function countVotes(cell: Cell, policy: Policy): Ballot {
  // When most witnesses fail everywhere, "it is their own fault" stops being the likely story.
  const believeAll = cell.everywhere * 2 > cell.engaged;
  const setAside = believeAll ? 0 : cell.everywhere;
  const engaged = cell.engaged - setAside;
  const domains = believeAll
    ? [...new Set([...cell.downDomains, ...cell.everywhereDomains])].sort().slice(0, 16)
    : cell.downDomains;
  return {
    voters: cell.down + (believeAll ? cell.everywhere : 0),
    engaged,
    setAside,
    quorum: Math.max(policy.quorumClients, Math.ceil(policy.quorumRatio * engaged)),
    domains,
    domainsWanted: Math.min(policy.quorumDomains, Math.max(1, cell.domains.length)),
  };
}

function pooledRatioHolds(cell: Cell, low: number, policy: Policy): boolean {
  const wanted = Math.max(policy.quorumClients, Math.ceil(policy.quorumRatio * cell.sampled));
  return (
    low >= policy.errorRatioDownLong &&
    cell.failing >= wanted &&
    cell.failingDomains.length >= Math.min(policy.quorumDomains, Math.max(1, cell.domains.length))
  );
}

function verdictOf(
  cell: Cell,
  ballot: Ballot,
  low: number,
  down: boolean,
  policy: Policy,
): Verdict {
  if (down) return 'down';
  const severalVote = ballot.voters >= policy.quorumClients;
  const severalFail = cell.failing >= policy.quorumClients && low >= policy.errorRatioSuspect;
  if (severalVote || severalFail) return 'suspect';
  return ballot.engaged > 0 ? 'ok' : 'thin';
}

function strongestRule(cell: Cell): VerdictRule | null {
  const { connectivity, stall, errorRatio } = cell.byRule;
  const most = Math.max(connectivity, stall, errorRatio);
  if (most === 0) return null;
  if (connectivity === most) return 'connectivity';
  return stall === most ? 'stall' : 'errorRatio';
}

function round(ratio: number): number {
  return Math.round(ratio * 10_000) / 10_000;
}
