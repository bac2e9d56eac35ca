/** `regionpilot aggregator`: checks the topics, starts, and stops when told. */
import {
  type AggregatorConfig,
  type AggregatorLog,
  startAggregator,
} from '@regionpilot/aggregator';
import type { Bus, BusLog } from '@regionpilot/bus';
import { PipelineError, topicCatalogue } from '@regionpilot/protocol';
import { pino } from 'pino';
import type { AggregatorRequest } from '../commands/aggregator.ts';
import type { ConfigFile } from '../config/file.ts';
import { policySection } from '../config/parse.ts';
import { type Settings, settingsFrom } from '../config/settings.ts';
import { type ExitCode, exitCodes } from '../exit.ts';
import { levelOf, logLine } from '../log-line.ts';
import { problemText } from '../topics.ts';
import { loadConfig, readText } from './files.ts';
import { openJournal } from './journal-file.ts';
import { withBus } from './open-bus.ts';
import { paintFor, type Session, stopped } from './session.ts';

export async function runAggregator(
  session: Session,
  request: AggregatorRequest,
): Promise<ExitCode> {
  const settings = settingsOf(session, request);
  const logs = logsFor(session, request.json === true);
  const options = { log: logs.bus };
  const run = (bus: Bus, bulkBus: Bus) => serve(session, request, settings, logs, bus, bulkBus);
  await withBus(
    settings.bus,
    async (bus) => {
      await refuseWeakTopics(bus, settings);
      await withBus(settings.bus, (bulkBus) => run(bus, bulkBus), options);
    },
    options,
  );
  return exitCodes.ok;
}

async function serve(
  session: Session,
  request: AggregatorRequest,
  { aggregator: config }: Settings,
  logs: Logs,
  bus: Bus,
  bulkBus: Bus,
): Promise<void> {
  const recording =
    request.journal === undefined
      ? null
      : openJournal(request.journal, (reason) =>
          session.note(`regionpilot: the journal is no longer written: ${reason}`),
        );
  try {
    const aggregator = await startAggregator({
      config,
      bus,
      bulkBus,
      log: logs.aggregator,
      ...(recording === null ? {} : { journal: recording.journal }),
    });
    await stopped(session);
    await aggregator.close();
  } finally {
    await recording?.close();
  }
}

function settingsOf(session: Session, request: AggregatorRequest): Settings {
  const file = withPolicy(loadConfig(request), request.policy);
  const settings = settingsFrom(request, session.env, file);
  return request.shadow === true
    ? { ...settings, aggregator: shadowed(settings.aggregator) }
    : settings;
}

function withPolicy(file: ConfigFile, policy: string | undefined): ConfigFile {
  if (policy === undefined) return file;
  return { ...file, policy: { ...file.policy, ...policySection(policy, readText(policy)) } };
}

function shadowed(config: AggregatorConfig): AggregatorConfig {
  const groups = Object.entries(config.groups).map(
    ([group, settings]) =>
      [
        group,
        { ...settings, policy: { ...settings.policy, automation: 'shadow' as const } },
      ] as const,
  );
  return {
    ...config,
    policy: { ...config.policy, automation: 'shadow' },
    groups: Object.fromEntries(groups),
  };
}

/** @throws {PipelineError} TOPIC_TOO_WEAK, one line per difference. */
async function refuseWeakTopics(bus: Bus, { topics }: Settings): Promise<void> {
  const problems = await bus.verifyTopics(topicCatalogue(topics));
  if (problems.length === 0) return;
  const count = problems.length === 1 ? '1 difference' : `${problems.length} differences`;
  const message = `Topics are weaker than configured, ${count}\n${problems.map(problemText).join('\n')}`;
  throw new PipelineError('TOPIC_TOO_WEAK', message, { problems, retriable: false });
}

type Logs = { readonly aggregator: AggregatorLog; readonly bus: BusLog };

function logsFor(session: Session, asJson: boolean): Logs {
  if (session.noteIsTerminal && !asJson) {
    const paint = paintFor({ ...session, outIsTerminal: true });
    return {
      aggregator: (event) => session.note(logLine(event, Date.now(), paint)),
      bus: ({ event, ...detail }) => session.note(`bus: ${event} ${JSON.stringify(detail)}`),
    };
  }
  const logger = pino(
    {
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (level) => ({ level }) },
    },
    { write: (line: string) => session.note(line.trimEnd()) },
  );
  return {
    aggregator: (event) => logger[levelOf(event)](event),
    bus: ({ level, event, ...detail }) => logger[level]({ event: `bus.${event}`, ...detail }),
  };
}
