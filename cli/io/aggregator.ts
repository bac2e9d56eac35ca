/** `regionpilot aggregator`: checks the topics, starts, and stops when told. */
import { type Aggregator, type AggregatorConfig, startAggregator } from '@regionpilot/aggregator';
import type { ApiWorker } from '@regionpilot/api';
import type { Bus } from '@regionpilot/bus';
import { aggregatorSamples, readinessOf } from '@regionpilot/telemetry';
import type { AggregatorRequest } from '../commands/aggregator.ts';
import type { ConfigFile } from '../config/file.ts';
import { policySection } from '../config/parse.ts';
import { type Settings, settingsFrom } from '../config/settings.ts';
import { type ExitCode, exitCodes } from '../exit.ts';
import { type AggregatorRunEvent, levelOf, logLine } from '../log-line.ts';
import { openApiThread } from './api.ts';
import { loadConfig, readText } from './files.ts';
import { openJournal } from './journal-file.ts';
import { type Logs, logsFor } from './logging.ts';
import { withBus } from './open-bus.ts';
import { type Session, stopped } from './session.ts';
import { openTelemetry } from './telemetry.ts';
import { refuseWeakTopics } from './topics.ts';

export async function runAggregator(
  session: Session,
  request: AggregatorRequest,
): Promise<ExitCode> {
  const settings = settingsOf(session, request);
  const logs = logsFor<AggregatorRunEvent>(session, request.json === true, {
    levelOf,
    line: logLine,
  });
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
  settings: Settings,
  logs: Logs<AggregatorRunEvent>,
  bus: Bus,
  bulkBus: Bus,
): Promise<void> {
  const { aggregator: config } = settings;
  const recording =
    request.journal === undefined
      ? null
      : openJournal(request.journal, (reason) =>
          session.note(`regionpilot: the journal is no longer written: ${reason}`),
        );
  let aggregator: Aggregator | null = null;
  let api: ApiWorker | null = null;
  const telemetry = await openTelemetry(session, request, {
    service: 'regionpilot-aggregator',
    instance: config.instance,
    samples: () => (aggregator === null ? [] : aggregatorSamples(aggregator.metrics())),
    readiness: () => {
      const { caughtUp = false, coldPartitions = [] } = aggregator?.status() ?? {};
      return readinessOf({ bus: bus.health(), topicsVerified: true, caughtUp, coldPartitions });
    },
    log: logs.service,
  });
  try {
    aggregator = await startAggregator({
      config,
      bus,
      bulkBus,
      log: logs.service,
      observe: telemetry.trace,
      ...(recording === null ? {} : { journal: recording.journal }),
    });
    api = await openApiThread(session, request, settings);
    await stopped(session);
  } finally {
    await aggregator?.close();
    await api?.close();
    await telemetry.close();
    await recording?.close();
  }
}

function settingsOf(session: Session, request: AggregatorRequest): Settings {
  const file = withPolicy(loadConfig(request, session), request.policy);
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
