// The aggregator's real way in: gzipped batches from a real Kafka through the bus, decoded and
// folded. Processor time of this process alone; the broker's is its own.

import { EventEmitter, once } from 'node:events';
import type { Bus, BusRecord } from '@regionpilot/bus';
import {
  decodeBatch,
  encodeBatch,
  envelope,
  partitionOf,
  topicCatalogue,
  topicDefaults,
  topicFullName,
} from '@regionpilot/protocol';
import { createFolder, type Folder, foldBatch, foldTick } from '../aggregator/fold/folder.ts';
import { policyDefaults } from '../aggregator/policy.ts';
import { openKafkaBus } from '../bus/kafka/index.ts';
import { KafkaUnavailable, type RealKafka, startKafka } from '../test/support/kafka.ts';
import { type FleetShape, fleetBatch } from './fold-batches.ts';

export type PathResult =
  | { readonly kind: 'measured'; readonly rowsPerCpuSecond: number; readonly rows: number }
  | { readonly kind: 'unavailable'; readonly why: string };

const partitions = 4;
const topic = topicFullName(topicDefaults.prefix, 'events');

/** Publishes `flushes` rounds of the fleet, then reads them `rounds` times; the best round counts. */
export async function measureKafkaPath(
  shape: FleetShape,
  flushes: number,
  rounds: number,
): Promise<PathResult> {
  let kafka: RealKafka;
  try {
    kafka = await startKafka();
  } catch (error) {
    if (error instanceof KafkaUnavailable) return { kind: 'unavailable', why: error.message };
    throw error;
  }
  const bus = openKafkaBus({ kind: 'kafka', brokers: kafka.brokers, clientId: 'bench' });
  try {
    const rows = await fill(bus, shape, flushes);
    let least = Number.POSITIVE_INFINITY;
    for (let round = 0; round < rounds; round++) {
      least = Math.min(least, await readAll(bus, `bench-${round}`, flushes * shape.clients));
    }
    return { kind: 'measured', rowsPerCpuSecond: rows / least, rows };
  } finally {
    await bus.close();
    await kafka.stop();
  }
}

async function fill(bus: Bus, shape: FleetShape, flushes: number): Promise<number> {
  const options = { ...topicDefaults, eventPartitions: partitions, replication: 1 };
  const wanted = topicCatalogue({ ...options, minInsyncReplicas: 1 });
  await bus.applyTopics(wanted.filter(({ name }) => name === topic));
  for (let flush = 0; flush < flushes; flush++) {
    const records = Array.from({ length: shape.clients }, (_, client) => {
      const batch = fleetBatch(shape, client, flush, Date.now());
      const id = `${batch.client}/${batch.boot}/${batch.seq}`;
      return {
        key: batch.client,
        value: encodeBatch(batch),
        headers: envelope({ kind: 'batch', id, source: '/agents/bench', atMs: batch.sentMs }),
        partition: partitionOf(batch.client, partitions),
      };
    });
    await bus.publish(topic, records);
  }
  return flushes * shape.clients * shape.rowsPerBatch;
}

/** Processor seconds to read, decode and fold `records` records. */
async function readAll(bus: Bus, group: string, records: number): Promise<number> {
  const folders = new Map<number, Folder>();
  const progress = new EventEmitter();
  let left = records;
  const before = process.cpuUsage();
  const consumption = await bus.consume({
    topics: [topic],
    group,
    handler: {
      assigned: async ({ partition }) => {
        folders.set(partition, newFolder(partition));
        return 'start';
      },
      revoked: ({ partition }) => folders.delete(partition),
      records: (fetched) => {
        left -= foldFetched(folders, fetched);
        if (left <= 0) progress.emit('done');
      },
    },
  });
  if (left > 0) await once(progress, 'done');
  const { user, system } = process.cpuUsage(before);
  await consumption.close();
  return (user + system) / 1e6;
}

function newFolder(partition: number): Folder {
  return createFolder({ partition, owner: 'bench', policy: policyDefaults });
}

function foldFetched(folders: ReadonlyMap<number, Folder>, records: readonly BusRecord[]): number {
  const folder = folders.get(records[0]?.partition ?? -1);
  if (folder === undefined) return 0;
  const nowMs = Date.now();
  for (const record of records) {
    const decoded = decodeBatch(record.value ?? new Uint8Array());
    if (decoded.kind === 'invalid') throw new Error(decoded.text);
    const outcome = foldBatch(folder, decoded.value, record, nowMs);
    if (outcome === 'rejected') throw new Error('a batch was not folded');
  }
  foldTick(folder, nowMs, 0);
  return records.length;
}
