/** `regionpilot replay`: history through the same brain again, from a journal or off the bus. */
import {
  judgePartials,
  type Policy,
  type ReplayReport,
  replayDecision,
  replayJournal,
} from '@regionpilot/aggregator';
import type { Bus } from '@regionpilot/bus';
import {
  type Decision,
  decodePartial,
  type IncidentRecord,
  type Partial,
  topicFullName,
} from '@regionpilot/protocol';
import type { ReplayRequest } from '../commands/replay.ts';
import { parsePolicyFile } from '../config/parse.ts';
import { type ExitCode, exitCodes, usageError } from '../exit.ts';
import { resolveMoment } from '../moment.ts';
import { type Difference, type ReplaySummary, replayLines } from '../replayed.ts';
import { isoTime } from '../text.ts';
import { loadSettings, readText } from './files.ts';
import { journalLines } from './journal-lines.ts';
import { withBus } from './open-bus.ts';
import { readIncidents, readTopic } from './read-log.ts';
import { outJson, outLines, type Session } from './session.ts';

const hour = 3_600_000;

export async function runReplay(session: Session, request: ReplayRequest): Promise<ExitCode> {
  const { journal, policy: named, json } = request;
  const policy = named === undefined ? null : parsePolicyFile(named, readText(named));
  const summary =
    journal === undefined
      ? await replayBus(session, request, policy)
      : replayFile(session, request, journal, policy);
  if (json === true) outJson(session, summary);
  else outLines(session, replayLines(summary));
  return summary.identical ? exitCodes.ok : exitCodes.different;
}

function replayFile(
  session: Session,
  { from, to, group }: ReplayRequest,
  file: string,
  policy: Policy | null,
): ReplaySummary {
  if (from !== undefined || to !== undefined || group !== undefined) {
    throw usageError('--from, --to and --group are for a bus; a journal is replayed as a whole');
  }
  const note = (): void =>
    session.note(`regionpilot: the last line of ${file} is cut short; left out`);
  const report = replayJournal(journalLines(file, note));
  const otherwise =
    policy === null
      ? null
      : replayJournal(
          journalLines(file, () => undefined),
          policy,
        ).replayed;
  const { inputs, recorded, replayed, difference } = report;
  return {
    v: 1,
    source: file,
    inputs,
    recorded,
    replayed: replayed.length,
    identical: difference === null,
    difference,
    otherwise,
  };
}

type Span = { readonly fromMs: number; readonly toMs: number; readonly group: string | undefined };

async function replayBus(
  session: Session,
  request: ReplayRequest,
  policy: Policy | null,
): Promise<ReplaySummary> {
  const settings = loadSettings(request, session);
  const nowMs = Date.now();
  const { from, to, group } = request;
  const span: Span = {
    fromMs: from === undefined ? nowMs - hour : resolveMoment(from, nowMs),
    toMs: to === undefined ? nowMs : resolveMoment(to, nowMs),
    group,
  };
  if (span.fromMs >= span.toMs) throw usageError('--from must be before --to');
  const { prefix } = settings.topics;
  return withBus(settings.bus, async (bus) => {
    const records = await readDecided(bus, topicFullName(prefix, 'incidents'), span);
    const reports = records.map(decideAgain);
    const otherwise =
      policy === null
        ? null
        : judgePartials(await readPartials(bus, topicFullName(prefix, 'partials'), span), policy);
    return summaryOf(bus, span, reports, otherwise);
  });
}

/** A recorded state that the brain stumbles over is a difference, not the end of the replay. */
function decideAgain(record: IncidentRecord): ReplayReport {
  try {
    return replayDecision(record);
  } catch (error) {
    const recorded = record.event.kind === 'decided' ? [record.event.decision] : [];
    const replayed = `cannot be decided again: ${(error as Error).message}`;
    const difference = { index: 0, recorded: JSON.stringify(recorded[0]), replayed };
    return { inputs: 1, recorded, replayed: [], difference };
  }
}

function summaryOf(
  bus: Bus,
  { fromMs, toMs }: Span,
  reports: readonly ReplayReport[],
  otherwise: readonly Decision[] | null,
): ReplaySummary {
  const difference = firstDifference(reports);
  return {
    v: 1,
    source: `${bus.kind} bus from ${isoTime(fromMs)} to ${isoTime(toMs)}`,
    inputs: reports.length,
    recorded: reports.flatMap(({ recorded }) => recorded),
    replayed: reports.reduce((sum, { replayed }) => sum + replayed.length, 0),
    identical: difference === null,
    difference,
    otherwise,
  };
}

function firstDifference(reports: readonly ReplayReport[]): Difference | null {
  const index = reports.findIndex(({ difference }) => difference !== null);
  const difference = reports[index]?.difference;
  return difference === null || difference === undefined ? null : { ...difference, index };
}

async function readDecided(
  bus: Bus,
  topic: string,
  { fromMs, toMs, group }: Span,
): Promise<readonly IncidentRecord[]> {
  const records: IncidentRecord[] = [];
  for await (const { incident, appendedMs } of readIncidents(bus, topic, fromMs, group)) {
    if (appendedMs <= toMs && incident.event.kind === 'decided') records.push(incident);
  }
  return records;
}

type Heard = { readonly partial: Partial; readonly appendedMs: number };

/** Without latency, which plays no part in decisions and would be most of the memory. */
async function readPartials(
  bus: Bus,
  topic: string,
  { fromMs, toMs, group }: Span,
): Promise<readonly Heard[]> {
  const heard: Heard[] = [];
  for await (const { key, value, appendedMs } of readTopic(bus, topic, fromMs)) {
    if (value === null || appendedMs > toMs || (group !== undefined && key !== group)) continue;
    const decoded = decodePartial(value);
    if (decoded.kind !== 'ok') continue;
    const cells = decoded.value.cells.map((cell) => ({ ...cell, latency: [] }));
    heard.push({ partial: { ...decoded.value, cells }, appendedMs });
  }
  return heard;
}
