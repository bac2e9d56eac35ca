// One look at everybody: verdict of every witness, then sums per cell. Counted anew each time
// instead of kept up to date, so that no counter can drift; 25,000 clients with two regions each
// cost a few milliseconds (bench/aggregator.ts), ten times a second.

import { keepSmallest } from './names.ts';
import type { Cell, Folder, Group } from './state.ts';
import { stallOf, verdicts } from './verdict.ts';

export type CellTally = {
  readonly cell: Cell;
  live: number;
  engaged: number;
  down: number;
  connectivity: number;
  stall: number;
  errorRatio: number;
  everywhere: number;
  suspect: number;
  sampled: number;
  failing: number;
  shortAnswered: number;
  shortFailed: number;
  longAnswered: number;
  longFailed: number;
  stalledMaxMs: number;
  readonly domains: string[];
  readonly downDomains: string[];
  readonly everywhereDomains: string[];
  readonly failingDomains: string[];
  readonly downClients: string[];
};

export type GroupTally = {
  readonly group: Group;
  /** [live, known] by number of the home. */
  readonly live: number[];
  readonly known: number[];
  readonly versions: { readonly term: number; readonly epoch: number; clients: number }[];
  readonly stragglers: string[];
};

export function tallyCell(cell: Cell): CellTally {
  return {
    cell,
    live: 0,
    engaged: 0,
    down: 0,
    connectivity: 0,
    stall: 0,
    errorRatio: 0,
    everywhere: 0,
    suspect: 0,
    sampled: 0,
    failing: 0,
    shortAnswered: 0,
    shortFailed: 0,
    longAnswered: 0,
    longFailed: 0,
    stalledMaxMs: 0,
    domains: [],
    downDomains: [],
    everywhereDomains: [],
    failingDomains: [],
    downClients: [],
  };
}

const domainsMax = 16;
const clientsMax = 8;

/** Adds one live client's witness. `everywhere`: it says down of every region it sees, two at least. */
export function addWitnessTo(
  tally: CellTally,
  folder: Folder,
  client: number,
  witness: number,
  everywhere: boolean,
): void {
  const verdict = folder.witnesses.columns.verdict[witness] as number;
  const domain = folder.domains.list[folder.clients.columns.domain[client] as number] as string;
  tally.live++;
  keepSmallest(tally.domains, domain, domainsMax);
  if (verdict !== verdicts.unknown) tally.engaged++;
  if (verdict === verdicts.suspect) tally.suspect++;
  if (verdict >= verdicts.connectivity) {
    if (everywhere) addSetAside(tally, domain);
    else addVote(tally, verdict, domain, folder.clientNames[client] as string);
  }
  addSamples(tally, folder, witness, domain);
  const stalled = stallOf(folder, witness);
  if (stalled > tally.stalledMaxMs) tally.stalledMaxMs = stalled;
}

function addSetAside(tally: CellTally, domain: string): void {
  tally.everywhere++;
  keepSmallest(tally.everywhereDomains, domain, domainsMax);
}

function addVote(tally: CellTally, verdict: number, domain: string, client: string): void {
  tally.down++;
  if (verdict === verdicts.connectivity) tally.connectivity++;
  else if (verdict === verdicts.stall) tally.stall++;
  else tally.errorRatio++;
  keepSmallest(tally.downDomains, domain, domainsMax);
  keepSmallest(tally.downClients, client, clientsMax);
}

function addSamples(tally: CellTally, folder: Folder, witness: number, domain: string): void {
  const { columns } = folder.witnesses;
  const most = folder.policy.samplesPerClientMax;
  const failed = columns.longFailed[witness] as number;
  const total = failed + (columns.longAnswered[witness] as number);
  if (total === 0) return;
  tally.sampled++;
  const cappedFailed = cap(failed, total, most);
  tally.longFailed += cappedFailed;
  tally.longAnswered += Math.min(total, most) - cappedFailed;
  const shortFailed = columns.shortFailed[witness] as number;
  const short = shortFailed + (columns.shortAnswered[witness] as number);
  const cappedShort = cap(shortFailed, short, most);
  tally.shortFailed += cappedShort;
  tally.shortAnswered += Math.min(short, most) - cappedShort;
  if (failed === 0) return;
  tally.failing++;
  keepSmallest(tally.failingDomains, domain, domainsMax);
}

/** `failed` of `total`, scaled down so that no client brings more than `most` samples. */
function cap(failed: number, total: number, most: number): number {
  return total <= most ? failed : Math.round((failed * most) / total);
}
