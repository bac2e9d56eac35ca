/** `regionpilot alerts replay`: a span of the log through two sets of rules. */
import {
  type AlertingConfig,
  alertingConfig,
  compareReplays,
  endReplay,
  type Fact,
  hearReplayed,
  openReplay,
} from '@regionpilot/alerts';
import type { Bus, BusRecord } from '@regionpilot/bus';
import {
  decodeHeartbeat,
  decodeOverride,
  decodePartial,
  isHeartbeatKey,
  type TopicName,
  topicFullName,
} from '@regionpilot/protocol';
import {
  type Coverage,
  coverageNotes,
  createCoverage,
  inUse,
  noteCovered,
  replayedLines,
  replayedReport,
} from '../../alerts/replayed.ts';
import type { AlertsReplayRequest } from '../../commands/alerts-replay.ts';
import { type ExitCode, exitCodes, usageError } from '../../exit.ts';
import { readIncident } from '../../incident.ts';
import { resolveMoment } from '../../moment.ts';
import { loadSettings } from '../files.ts';
import { mergeByTime } from '../merge.ts';
import { withBus } from '../open-bus.ts';
import { outJson, outLines, paintFor, type Session } from '../session.ts';
import { loadAlerts } from './config-file.ts';

const hourMs = 3_600_000;
/** Heard before the span, so that what was already wrong at its beginning is known. ms. */
const leadMs = hourMs;

export async function replayRules(
  session: Session,
  request: AlertsReplayRequest,
): Promise<ExitCode> {
  const settings = loadSettings(request, session);
  const nowMs = Date.now();
  const fromMs = request.from === undefined ? nowMs - hourMs : resolveMoment(request.from, nowMs);
  const toMs = Math.min(nowMs, request.to === undefined ? nowMs : resolveMoment(request.to, nowMs));
  if (fromMs >= toMs) throw usageError('--from must be before --to');
  const current = request.alerts === undefined ? null : loadAlerts(request.alerts).config;
  const b = loadAlerts(request.rules).config;
  const a = inUse(current, b, shipped());
  const topic = (name: TopicName): string => topicFullName(settings.topics.prefix, name);
  return withBus(settings.bus, async (bus) => {
    const coverage = createCoverage();
    const comparison = await replayBoth(bus, topic, [a, b], { fromMs, toMs, coverage });
    const notes = coverageNotes(coverage, fromMs);
    const names = { a: request.alerts ?? 'shipped rules', b: request.rules };
    const report = replayedReport(comparison, { fromMs, toMs, ...names, notes });
    if (request.json === true) outJson(session, report);
    else outLines(session, replayedLines(report, paintFor(session)));
    return comparison.same ? exitCodes.ok : exitCodes.different;
  });
}

/** As they come; a config must name somebody to be told, but only its rules are wanted. */
function shipped(): AlertingConfig {
  return alertingConfig({
    receivers: { anybody: { kind: 'webhook', url: 'https://anybody.invalid/' } },
  });
}

type Span = { readonly fromMs: number; readonly toMs: number; readonly coverage: Coverage };

/** Both at once: the span is read a single time and never held. */
async function replayBoth(
  bus: Bus,
  topic: (name: TopicName) => string,
  configs: readonly [AlertingConfig, AlertingConfig],
  { fromMs, toMs, coverage }: Span,
): Promise<ReturnType<typeof compareReplays>> {
  const startMs = fromMs - leadMs;
  const replays = configs.map((config) => openReplay(config, startMs, fromMs));
  for await (const { fact } of mergeByTime(await stretches(bus, topic, startMs, toMs))) {
    noteCovered(coverage, fact);
    // An order stands until it ends, whenever it was given.
    const heard = fact.atMs < startMs ? { ...fact, atMs: startMs } : fact;
    for (const replay of replays) hearReplayed(replay, heard);
  }
  const [endedA, endedB] = replays.map((replay) => endReplay(replay, toMs));
  if (endedA === undefined || endedB === undefined) throw new Error('two replays were begun');
  return compareReplays(endedA, endedB);
}

type Heard = { readonly record: BusRecord; readonly fact: Fact };

async function stretches(
  bus: Bus,
  topic: (name: TopicName) => string,
  startMs: number,
  toMs: number,
): Promise<readonly AsyncIterable<Heard>[]> {
  const found: AsyncIterable<Heard>[] = [];
  for (const name of ['overrides', 'incidents', 'partials', 'decisions'] as const) {
    for (const { partition, start, end } of await bus.ends(topic(name))) {
      if (start === end) continue;
      const from = name === 'overrides' ? { offset: start } : { appendedMs: startMs };
      const records = bus.read({ topic: topic(name), partition, from, until: end });
      found.push(facts(name, records, toMs));
    }
  }
  return found;
}

async function* facts(
  name: TopicName,
  records: AsyncIterable<BusRecord>,
  toMs: number,
): AsyncGenerator<Heard> {
  for await (const record of records) {
    if (record.appendedMs > toMs) return;
    const fact = factOf(name, record);
    if (fact !== null) yield { record, fact };
  }
}

function factOf(name: TopicName, { key, value, appendedMs: atMs }: BusRecord): Fact | null {
  if (name === 'overrides') return overrideFact(key, value, atMs);
  if (value === null) return null;
  if (name === 'incidents') {
    const record = readIncident(value);
    return record === null ? null : { kind: 'incident', record, atMs };
  }
  if (name === 'partials') {
    const decoded = decodePartial(value);
    return decoded.kind === 'ok' ? { kind: 'partial', partial: decoded.value, atMs } : null;
  }
  const beat = isHeartbeatKey(key) ? decodeHeartbeat(value) : null;
  return beat?.kind === 'ok' ? { kind: 'beat', heartbeat: beat.value, atMs } : null;
}

function overrideFact(group: string, value: BusRecord['value'], atMs: number): Fact | null {
  const decoded = value === null ? null : decodeOverride(value);
  if (decoded?.kind === 'invalid') return null;
  return { kind: 'override', group, override: decoded?.value ?? null, atMs };
}
