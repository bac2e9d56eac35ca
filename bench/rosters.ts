// What telling who is there costs beside folding: the share of a core that goes into rosters while a
// partition takes a million rows a second and every second brings news of every client. However
// much is folded, there is one roster a second, so this share is what folding loses at most.

import { decodeBatch, encodeRecord } from '@regionpilot/protocol';
import { createFolder, foldBatch, foldTick } from '../aggregator/fold/folder.ts';
import { createRosterBook, foldRosters, type RosterBook } from '../aggregator/fold/roster.ts';
import { policyDefaults } from '../aggregator/policy.ts';
import { type EncodedFleet, encodedFleet } from './fold-batches.ts';
import { atMost, type BenchResult, median, rounded } from './result.ts';

const startMs = Date.UTC(2026, 10, 21, 10);
const seconds = 2;
const shape = { clients: 2_500, rowsPerBatch: 40 };

export function rosterCost(): BenchResult {
  const fleet = encodedFleet(shape, seconds * 10, startMs);
  const rounds = Array.from({ length: 9 }, () => foldWith(fleet)).slice(4);
  const cores = rounds.map(({ rosterMs }) => (100 * rosterMs) / (seconds * 1_000));
  const beside = median(rounds.map(({ allMs }) => (100 * allMs) / (seconds * 1_000)));
  return atMost(
    'rosters of 2,500 clients, all news every second, at 1,000,000 rows/s',
    rounded(median(cores), 2),
    1,
    '% of a core',
    `${rounded(beside)} % for all of the folding; encoding included`,
  );
}

function foldWith({ batches }: EncodedFleet): {
  readonly rosterMs: number;
  readonly allMs: number;
} {
  const folder = createFolder({ partition: 0, owner: 'bench', policy: policyDefaults });
  const book = createRosterBook();
  let [tickedMs, rosterMs] = [startMs, 0];
  const began = processorMs();
  batches.forEach(({ bytes, atMs }, offset) => {
    const decoded = decodeBatch(bytes);
    if (decoded.kind === 'invalid') throw new Error(decoded.text);
    foldBatch(folder, decoded.value, { offset, appendedMs: atMs }, atMs);
    if (atMs === tickedMs) return;
    tickedMs = atMs;
    foldTick(folder, atMs, 0);
    const before = processorMs();
    tell(folder, book, atMs);
    rosterMs += processorMs() - before;
  });
  return { rosterMs, allMs: processorMs() - began };
}

function tell(folder: Parameters<typeof foldRosters>[0], book: RosterBook, atMs: number): void {
  for (const [group, { atMs: toldMs }] of book.told)
    book.told.set(group, { print: 0, atMs: toldMs });
  for (const roster of foldRosters(folder, book, atMs)) encodeRecord(roster);
}

function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}
