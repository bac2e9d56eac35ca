// What an event costs the aggregator: decode, deduplicate, window and verdict, measured in processor
// time, since wall time on a shared machine measures the neighbours.

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { decodeBatch } from '@regionpilot/protocol';
import { createFolder, type Folder, foldBatch, foldTick } from '../aggregator/fold/folder.ts';
import { policyDefaults } from '../aggregator/policy.ts';
import {
  type EncodedFleet,
  encodedFleet,
  type FleetShape,
  fleetBatch,
  rowJson,
} from './fold-batches.ts';
import { measureKafkaPath } from './fold-kafka.ts';
import { rosterCost } from './rosters.ts';

export type BenchResult = {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly against: string;
  readonly goal: string;
  readonly met: boolean;
};

const startMs = Date.UTC(2026, 10, 21, 10);

export async function run(): Promise<readonly BenchResult[]> {
  const large = { clients: 50, rowsPerBatch: 200 };
  const small = { clients: 2_500, rowsPerBatch: 4 };
  return [
    compare('200-row batches', large, 40, 1_000_000),
    compare('4-row batches', small, 40, 500_000),
    scanCost(),
    rosterCost(),
    memoryPerConnection(),
    await kafkaPath(large),
  ];
}

async function kafkaPath(shape: FleetShape): Promise<BenchResult> {
  const path = await measureKafkaPath(shape, 200, 5);
  const value = path.kind === 'measured' ? Math.round(path.rowsPerCpuSecond) : 0;
  return {
    name: 'real consumer path, 200-row batches over Kafka, gzip',
    value,
    unit: 'rows per CPU-second',
    against:
      path.kind === 'measured'
        ? 'Kafka Streams counting rows of JSON per client and region in 1 s windows: 305000'
        : `not measured: ${path.why}`,
    goal: 'at least 1000000',
    met: value >= 1_000_000,
  };
}

function compare(what: string, shape: FleetShape, flushes: number, goal: number): BenchResult {
  const fleet = encodedFleet(shape, flushes, startMs);
  const naiveBatches = fleet.batches.slice(0, shape.clients * 4).map(({ bytes }) => naive(bytes));
  const core = best(() => foldAll(fleet), fleet.rows);
  const rows = best(() => countRows(naiveBatches), naiveBatches.length * shape.rowsPerBatch);
  return {
    name: `core, ${what}`,
    value: Math.round(core),
    unit: 'rows per CPU-second',
    against: `rows of JSON, without latencies, versions or checks, counted by client and region: ${Math.round(rows)}`,
    goal: `at least ${goal}`,
    met: core >= goal,
  };
}

function naive(bytes: Uint8Array): Uint8Array {
  const decoded = decodeBatch(bytes);
  if (decoded.kind === 'invalid') throw new Error(decoded.text);
  return rowJson(decoded.value);
}

/** Rows per second of processor time: the best of five, after two for the compiler. */
function best(work: () => void, rows: number): number {
  let most = 0;
  for (let round = 0; round < 7; round++) {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    if (round >= 2) most = Math.max(most, rows / ((user + system) / 1e6));
  }
  return most;
}

function newFolder(): Folder {
  return createFolder({ partition: 0, owner: 'bench', policy: policyDefaults });
}

function foldAll({ batches }: EncodedFleet): void {
  const folder = newFolder();
  let tickedMs = startMs;
  batches.forEach(({ bytes, atMs }, offset) => {
    const decoded = decodeBatch(bytes);
    if (decoded.kind === 'invalid') throw new Error(decoded.text);
    foldBatch(folder, decoded.value, { offset, appendedMs: atMs }, atMs);
    if (atMs === tickedMs) return;
    tickedMs = atMs;
    foldTick(folder, atMs, 0);
  });
  if (folder.accounts.batches !== batches.length) throw new Error('a batch was not folded');
}

/** Windowed counts per client and region, as the first lines of every tutorial do it. */
function countRows(records: readonly Uint8Array[]): void {
  const counts = new Map<string, number>();
  const reader = new TextDecoder();
  for (const record of records) {
    for (const row of JSON.parse(reader.decode(record))) {
      const key = `${row.client}|${row.region}|${Math.floor(row.atMs / 1_000)}`;
      counts.set(key, (counts.get(key) ?? 0) + row.ok);
    }
  }
  if (counts.size === 0) throw new Error('nothing counted');
}

const connectionsWanted = 100_000;
const connectionsPerClient = 4;

/** 25,000 clients, two regions each, two connections to each, every one with traffic in the window. */
function largeFleet(): Folder {
  const folder = newFolder();
  const clients = connectionsWanted / connectionsPerClient;
  const shape = { clients, rowsPerBatch: connectionsPerClient };
  for (let flush = 0; flush < 2; flush++) {
    const atMs = startMs + flush * 1_000;
    for (let client = 0; client < clients; client++) {
      // Through JSON, so that strings are as the wire makes them.
      const batch = JSON.parse(JSON.stringify(fleetBatch(shape, client, flush, atMs)));
      foldBatch(folder, batch, { offset: flush * clients + client, appendedMs: atMs }, atMs);
    }
  }
  return folder;
}

function memoryPerConnection(): BenchResult {
  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');
  const held = (): number => {
    collect();
    collect();
    const { heapUsed, external, arrayBuffers } = process.memoryUsage();
    return heapUsed + Math.max(external, arrayBuffers);
  };
  const before = held();
  const folder = largeFleet();
  const after = held();
  const { used, free } = folder.connections;
  const perConnection = (after - before) / (used - free.length);
  return {
    name: 'memory per live connection, 100,000 connections of 25,000 clients',
    value: Math.round(perConnection),
    unit: 'bytes',
    against: 'whole folder over live connections',
    goal: 'at most 300',
    met: perConnection <= 300,
  };
}

/** One look at everybody, ten times a second, as a share of one core. */
function scanCost(): BenchResult {
  const folder = largeFleet();
  const looks = 18;
  const before = process.cpuUsage();
  for (let i = 1; i <= looks; i++) foldTick(folder, startMs + 1_000 + i * 100, 0);
  const { user, system } = process.cpuUsage(before);
  const share = (user + system) / 1e6 / (looks / 10);
  return {
    name: 'looking at 25,000 clients ten times a second',
    value: Math.round(share * 10_000) / 100,
    unit: '% of a core',
    against: 'nothing else running',
    goal: 'at most 5',
    met: share <= 0.05,
  };
}
