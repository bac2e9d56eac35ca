// A log of alerts to write to and to ask questions of, with the command but without its process.

import type { Bus } from '@regionpilot/bus';
import {
  type AlertsTopicRecord,
  alertsKey,
  type Delivery,
  encodeRecord,
  envelope,
  topicCatalogue,
  topicDefaults,
} from '@regionpilot/protocol';
import { runCommand } from '../../../cli/io/program.ts';
import type { Session } from '../../../cli/io/session.ts';
import type { Ended } from './run.ts';

export async function createTopics(bus: Bus, partitions: number): Promise<void> {
  const options = {
    ...topicDefaults,
    replication: 1,
    minInsyncReplicas: 1,
    partialPartitions: partitions,
  };
  await bus.applyTopics(topicCatalogue(options));
}

export async function write(
  bus: Bus,
  partition: number,
  ...records: readonly AlertsTopicRecord[]
): Promise<void> {
  const source = '/alerting/test';
  await bus.publish(
    'regionpilot.alerts',
    records.map((record) => ({
      key: alertsKey(record),
      value: encodeRecord(record),
      partition,
      headers: envelope({ kind: record.kind, id: alertsKey(record), source, atMs: 0 }),
    })),
  );
}

export async function attempt(bus: Bus, ...deliveries: readonly Delivery[]): Promise<void> {
  await bus.publish(
    'regionpilot.deliveries',
    deliveries.map((delivery) => ({
      key: delivery.receiver,
      value: encodeRecord(delivery),
      partition: 0,
      headers: envelope({
        kind: 'delivery',
        id: delivery.dedupKey,
        source: '/alerting/test',
        atMs: 0,
      }),
    })),
  );
}

/** The command without the process: as quick as its work. */
export async function ask(
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<Ended> {
  let out = '';
  let err = '';
  const session: Session = {
    env: { USER: 'dana', ...env },
    out: (text) => {
      out += text;
    },
    note: (line) => {
      err += `${line}\n`;
    },
    stopping: new AbortController().signal,
    outIsTerminal: false,
    noteIsTerminal: false,
  };
  return { code: await runCommand(args, session), out, err };
}
