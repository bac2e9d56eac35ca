/** `regionpilot config`: files checked, explained and compared. */
import { type Policy, policyDefaults } from '@regionpilot/aggregator';
import type { Bus } from '@regionpilot/bus';
import {
  type IncidentRecord,
  PipelineError,
  type Problem,
  topicFullName,
} from '@regionpilot/protocol';
import type {
  ConfigDiffRequest,
  ConfigExplainRequest,
  ConfigValidateRequest,
} from '../commands/config.ts';
import {
  diffLines,
  diffReport,
  fileDifferences,
  runningDifferences,
} from '../config/differences.ts';
import { explainedLines, explainReport, onlyKey, type Sources } from '../config/explained.ts';
import { fileSettings } from '../config/file-settings.ts';
import { parseConfigFile } from '../config/parse.ts';
import type { Settings } from '../config/settings.ts';
import { type ValidatedFile, validatedLines, validateReport } from '../config/validated.ts';
import { underContext } from '../context/contexts.ts';
import { type ExitCode, exitCodes, usageError } from '../exit.ts';
import { policyInForce } from '../judgement.ts';
import { currentContext } from './contexts-file.ts';
import { fileExists, loadConfig, loadSettings, readText } from './files.ts';
import { withBus } from './open-bus.ts';
import { readIncidents } from './read-log.ts';
import { outJson, outLines, paintFor, type Session } from './session.ts';

export async function validateConfig(
  session: Session,
  request: ConfigValidateRequest,
): Promise<ExitCode> {
  const report = validateReport(request.files.map(validated));
  if (request.json === true) outJson(session, report);
  else outLines(session, validatedLines(report));
  return report.ok ? exitCodes.ok : exitCodes.usage;
}

function validated(file: string): ValidatedFile {
  try {
    const missing = fileSettings(parseConfigFile(file, readText(file)))
      .filter(([path, name]) => !path.startsWith('bus.file') && !fileExists(name))
      .map(([path, name]) => `${path} names ${name}, which is not there`);
    return { file, ok: true, unreadable: null, problems: [], warnings: missing };
  } catch (error) {
    if (!(error instanceof PipelineError)) throw error;
    const problems = (error.details['problems'] ?? []) as readonly Problem[];
    const unreadable = problems.length === 0 ? error.message : null;
    return { file, ok: false, unreadable, problems, warnings: [] };
  }
}

export async function explainConfig(
  session: Session,
  request: ConfigExplainRequest,
): Promise<ExitCode> {
  const all = explainReport(sourcesOf(session, request));
  const report = request.key === undefined ? all : onlyKey(all, request.key);
  if (request.json === true) outJson(session, report);
  else outLines(session, explainedLines(report, paintFor(session)));
  return exitCodes.ok;
}

/** Where this run takes its settings from, each kept apart. */
export function sourcesOf(session: Session, flags: ConfigExplainRequest): Sources {
  const current = currentContext(flags.context, session.env);
  const name = flags.config ?? current?.context.config;
  const says = name === undefined ? {} : parseConfigFile(name, readText(name));
  return {
    flags,
    env: session.env,
    context:
      current === null ? null : { name: current.name, says: underContext(current.context, {}) },
    file: name === undefined ? null : { name, says },
    merged: loadConfig(flags, session),
  };
}

export async function diffConfig(session: Session, request: ConfigDiffRequest): Promise<ExitCode> {
  const { a, b } = request;
  const left = parseConfigFile(a, readText(a));
  const report =
    b === undefined
      ? diffReport(a, 'in force', runningDifferences(left, await running(session, request)))
      : diffReport(a, b, fileDifferences(left, parseConfigFile(b, readText(b))));
  if (request.json === true) outJson(session, report);
  else outLines(session, diffLines(report));
  return report.same ? exitCodes.ok : exitCodes.different;
}

/** The file compared names the bus too, where nothing else does. */
async function running(
  session: Session,
  request: ConfigDiffRequest,
): Promise<ReadonlyMap<string, Policy>> {
  const settings = loadSettings({ config: request.a, ...request }, session);
  const found = await withBus(settings.bus, async (bus) => runningPolicies(bus, settings));
  if (found.size === 0) throw usageError('No decision is on record: there is no policy in force');
  return found;
}

/** Group → the policy its decider last decided by. */
export async function runningPolicies(
  bus: Bus,
  { topics }: Settings,
): Promise<ReadonlyMap<string, Policy>> {
  const decided = new Map<string, IncidentRecord>();
  for await (const { incident } of readIncidents(
    bus,
    topicFullName(topics.prefix, 'incidents'),
    null,
  )) {
    if (incident.event.kind === 'decided') decided.set(incident.group, incident);
  }
  return new Map(
    [...decided].map(([group, record]) => [group, policyInForce([record], group, policyDefaults)]),
  );
}
