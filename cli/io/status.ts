// `regionpilot status`: reads the facts, once or again and again.

import { setTimeout as sleep } from 'node:timers/promises';
import type { SeenHeartbeat } from '@regionpilot/api/model';
import type { Bus, BusRecord } from '@regionpilot/bus';
import {
  decodeDecision,
  decodeHeartbeat,
  decodeOverride,
  decodePartial,
  type IncidentRecord,
  isHeartbeatKey,
  type Partial,
  PipelineError,
  type TopicName,
  topicFullName,
} from '@regionpilot/protocol';
import type { StatusRequest } from '../commands/status.ts';
import type { Settings } from '../config/settings.ts';
import { type ExitCode, exitCodes } from '../exit.ts';
import { alertsStatus } from '../status/alerts.ts';
import { statusLines } from '../status/lines.ts';
import {
  type AlertsStatus,
  type StatusFacts,
  type StatusReport,
  statusReport,
} from '../status/report.ts';
import { readAlerts } from './alerts/read-topic.ts';
import { loadSettings } from './files.ts';
import { withBus } from './open-bus.ts';
import { latestByKey, readIncidents, readTopic } from './read-log.ts';
import { outJson, outLines, paintFor, type Session } from './session.ts';

/** A partial older than this no longer speaks of now. */
const presentMs = 3_000;
const changesMs = 86_400_000;

export async function runStatus(session: Session, request: StatusRequest): Promise<ExitCode> {
  const settings = loadSettings(request, session);
  return withBus(settings.bus, async (bus) => {
    do {
      const report = await readStatus(bus, settings);
      show(session, request, report);
    } while (request.watch === true && (await pause(request.every, session)));
    return exitCodes.ok;
  });
}

/** What `status` shows, for whoever else wants to know. */
export async function readStatus(bus: Bus, settings: Settings): Promise<StatusReport> {
  const facts = await readFacts(bus, settings);
  return statusReport(facts, settings.aggregator.policy, Date.now());
}

async function readFacts(bus: Bus, { topics, aggregator }: Settings): Promise<StatusFacts> {
  const nowMs = Date.now();
  const full = (name: TopicName): string => topicFullName(topics.prefix, name);
  const heartbeats = new Map<string, SeenHeartbeat>();
  const noteHeartbeat = (record: BusRecord): null => {
    const decoded = decodeHeartbeat(record.value ?? new Uint8Array());
    if (decoded.kind === 'ok') {
      heartbeats.set(record.key, { heartbeat: decoded.value, appendedMs: record.appendedMs });
    }
    return null;
  };
  const decisions = await latestByKey(readTopic(bus, full('decisions')), (record) => {
    if (isHeartbeatKey(record.key)) return noteHeartbeat(record);
    return record.value === null ? null : decodeDecision(record.value);
  });
  const overrides = await latestByKey(readTopic(bus, full('overrides')), ({ value }) =>
    value === null ? null : decodeOverride(value),
  );
  return {
    bus: bus.kind,
    decisions,
    overrides,
    heartbeats: [...heartbeats.values()].sort((a, b) => b.appendedMs - a.appendedMs),
    partials: await readPartials(bus, full('partials'), nowMs - presentMs),
    changes: await readChanges(bus, full('incidents'), nowMs - changesMs),
    lagRecords: await lagOf(bus, aggregator.consumerGroup, full('events')),
    alerts: await readAlertsStatus(bus, full('alerts'), nowMs),
  };
}

/** The latest partial of each group and events partition. */
export async function readPartials(
  bus: Bus,
  topic: string,
  sinceMs: number,
): Promise<readonly Partial[]> {
  const latest = new Map<string, Partial>();
  for await (const { value, appendedMs } of readTopic(bus, topic, sinceMs)) {
    const decoded = value === null ? null : decodePartial(value);
    if (decoded?.kind !== 'ok' || appendedMs < sinceMs) continue;
    latest.set(`${decoded.value.group} ${decoded.value.partition}`, decoded.value);
  }
  return [...latest.values()];
}

async function readChanges(
  bus: Bus,
  topic: string,
  sinceMs: number,
): Promise<readonly IncidentRecord[]> {
  const changes: IncidentRecord[] = [];
  for await (const { incident } of readIncidents(bus, topic, sinceMs)) {
    const { kind } = incident.event;
    if (kind === 'healthChanged' || kind === 'decided') changes.push(incident);
  }
  return changes;
}

/** Null for a log that was made before there were alerts, or that no alerting ever wrote to. */
async function readAlertsStatus(
  bus: Bus,
  topic: string,
  nowMs: number,
): Promise<AlertsStatus | null> {
  try {
    const view = await readAlerts(bus, topic);
    return view.owners.size === 0 ? null : alertsStatus(view, nowMs);
  } catch (error) {
    if (error instanceof PipelineError && error.code === 'TOPIC_MISSING') return null;
    throw error;
  }
}

async function lagOf(bus: Bus, group: string, topic: string): Promise<number> {
  let total = 0;
  for (const records of (await bus.lag(group, topic)).values()) total += records;
  return total;
}

function show(session: Session, request: StatusRequest, report: StatusReport): void {
  if (request.json === true) return outJson(session, report);
  const again = request.watch === true && session.outIsTerminal;
  if (again) session.out('\u001b[H\u001b[2J');
  outLines(session, statusLines(report, paintFor(session)));
  if (request.watch === true && !again) session.out('\n');
}

/** False when the user wants out. */
async function pause(ms: number, { stopping }: Session): Promise<boolean> {
  return sleep(ms, true, { signal: stopping }).catch(() => false);
}
