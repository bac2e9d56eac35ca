// An event log in memory and the two ends of it that an agent does not hold.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Bus, BusRecord } from '@regionpilot/bus';
import { openEmbeddedBus } from '@regionpilot/bus/embedded';
import {
  type Batch,
  type Decision,
  decodeBatch,
  encodeRecord,
  type Heartbeat,
  heartbeatKey,
  topicCatalogue,
  topicDefaults,
} from '@regionpilot/protocol';
import { onTestFinished } from 'vitest';
import {
  type Agent,
  type AgentConfigInput,
  type AgentEvent,
  createAgent,
} from '../../../agent/index.ts';
import { eventually } from '../../support/eventually.ts';

export const groups: NonNullable<AgentConfigInput['groups']> = {
  cache: { regions: ['eu', 'us'], holdAfterMs: 50 },
};

export type Log = {
  readonly bus: Bus;
  readonly decide: (decision: Decision) => Promise<void>;
  readonly beat: (heartbeat: Heartbeat) => Promise<void>;
  readonly put: (topic: string, key: string, text: string) => Promise<void>;
  /** Every batch so far, in order of arrival. */
  readonly batches: () => readonly Batch[];
  readonly records: (topic: string) => readonly BusRecord[];
};

export async function openLog(): Promise<Log> {
  const bus = openEmbeddedBus({ file: ':memory:' });
  onTestFinished(() => bus.close());
  const layout = { ...topicDefaults, eventPartitions: 1, replication: 1, minInsyncReplicas: 1 };
  await bus.applyTopics(topicCatalogue(layout));
  const seen = new Map<string, BusRecord[]>();
  for (const topic of ['regionpilot.events', 'regionpilot.deadletter']) {
    const records: BusRecord[] = [];
    seen.set(topic, records);
    const handler = { record: (one: BusRecord) => records.push(one), caughtUp: () => undefined };
    await bus.tail({ topic, handler });
  }
  const records = (topic: string): readonly BusRecord[] => seen.get(`regionpilot.${topic}`) ?? [];
  const put = (key: string, value: Uint8Array) =>
    bus.publish('regionpilot.decisions', [{ key, value, headers: {} }]);
  return {
    bus,
    decide: (decision) => put(decision.group, encodeRecord(decision)),
    beat: (heartbeat) => put(heartbeatKey(heartbeat.partition), encodeRecord(heartbeat)),
    put: (topic, key, text) =>
      bus.publish(`regionpilot.${topic}`, [
        { key, value: new TextEncoder().encode(text), headers: {} },
      ]),
    batches: () => records('events').map(batchOf),
    records,
  };
}

function batchOf({ value }: BusRecord): Batch {
  const decoded = decodeBatch(value ?? new Uint8Array());
  if (decoded.kind === 'invalid') throw new Error(decoded.text);
  return decoded.value;
}

/** An agent that is closed with the test, and everything it said. */
export function startAgent(
  config: AgentConfigInput | string,
  bus?: Bus,
): {
  readonly agent: Agent;
  readonly events: AgentEvent[];
  readonly said: (kind: string) => number;
} {
  const events: AgentEvent[] = [];
  const log = (event: AgentEvent): number => events.push(event);
  const agent = createAgent(config, bus === undefined ? { log } : { bus, log });
  onTestFinished(() => agent.close({ deadlineMs: 200 }));
  const said = (kind: string): number => events.filter((event) => event.kind === kind).length;
  return { agent, events, said };
}

/** Waits until the condition holds; says which one did not. */
export async function until(what: string, holds: () => boolean, withinMs = 10_000): Promise<void> {
  await eventually(() => {
    if (!holds()) throw new Error(`not within ${withinMs} ms: ${what}`);
  }, withinMs);
}

export function scratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'regionpilot-agent-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
