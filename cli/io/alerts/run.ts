/** `regionpilot alerts run`: checks the topics, reads the file, tells people, and stops when told. */
import { hostname } from 'node:os';
import { type Alerting, type AlertingConfig, startAlerting } from '@regionpilot/alerts';
import type { Bus } from '@regionpilot/bus';
import { isName } from '@regionpilot/protocol';
import {
  alertingSamples,
  type ConfigReading,
  type Readiness,
  readinessOf,
} from '@regionpilot/telemetry';
import { type AlertsRunEvent, alertingLevel, alertingLine } from '../../alerts/log-line.ts';
import type { AlertsRunRequest } from '../../commands/alerts-run.ts';
import type { Settings } from '../../config/settings.ts';
import { type ExitCode, exitCodes, usageError } from '../../exit.ts';
import { harmless } from '../../text.ts';
import { loadSettings } from '../files.ts';
import { logsFor } from '../logging.ts';
import { withBus } from '../open-bus.ts';
import { type Session, stopped } from '../session.ts';
import { openTelemetry } from '../telemetry.ts';
import { refuseWeakTopics } from '../topics.ts';
import { loadAlertsWithSecrets } from './config-file.ts';
import { checkInbound, openInbound } from './inbound.ts';
import { hashOf, reloadOn } from './reload.ts';

type Log = (event: AlertsRunEvent) => void;

export async function runAlerts(session: Session, request: AlertsRunRequest): Promise<ExitCode> {
  checkInbound(request);
  const settings = loadSettings(request, session);
  const instance = instanceOf(request.instance);
  const words = { levelOf: alertingLevel, line: alertingLine };
  const logs = logsFor<AlertsRunEvent>(session, request.json === true, words);
  const options = { log: logs.bus };
  const loaded = loadAlertsWithSecrets(request.alerts);
  for (const warning of loaded.warnings) session.note(`regionpilot: warning: ${harmless(warning)}`);
  await withBus(
    settings.bus,
    async (bus) => {
      await refuseWeakTopics(bus, settings);
      const run = (bulkBus: Bus) =>
        serve(session, request, settings, loaded, { bus, bulkBus, instance, log: logs.service });
      await withBus(settings.bus, run, options);
    },
    options,
  );
  return exitCodes.ok;
}

type Means = {
  readonly bus: Bus;
  readonly bulkBus: Bus;
  readonly instance: string;
  readonly log: Log;
};

async function serve(
  session: Session,
  request: AlertsRunRequest,
  { topics }: Settings,
  { config, secrets }: ReturnType<typeof loadAlertsWithSecrets>,
  means: Means,
): Promise<void> {
  const { consumerGroup, alerts: file } = request;
  let alerting: Alerting | null = null;
  let inUse: ConfigReading | null = null;
  const log: Log = (event) => {
    if (event.event === 'configApplied') inUse = { hash: event.hash, appliedMs: Date.now() };
    means.log(event);
  };
  const telemetry = await openTelemetry(session, request, {
    service: 'regionpilot-alerts',
    instance: means.instance,
    samples: () => (alerting === null ? [] : alertingSamples(alerting.metrics(), inUse)),
    readiness: () => alertsReadiness(means.bus, alerting),
    log,
  });
  try {
    alerting = await startAlerting({
      config,
      secrets,
      topicPrefix: topics.prefix,
      ...means,
      log,
      observe: telemetry.trace,
      ...(consumerGroup === undefined ? {} : { consumerGroup }),
    });
    log({ event: 'configApplied', hash: hashOf(file) });
    await untilStopped(session, request, config, alerting, log);
  } finally {
    await telemetry.close();
  }
}

/** Whoever holds no partition stands by, which is ready, too. */
function alertsReadiness(bus: Bus, alerting: Alerting | null): Readiness {
  const partitions = Object.entries(alerting?.status().partitions ?? {});
  const coldPartitions = partitions
    .filter(([, term]) => term === null)
    .map(([name]) => Number(name));
  const caughtUp = alerting !== null;
  return readinessOf({ bus: bus.health(), topicsVerified: true, caughtUp, coldPartitions });
}

async function untilStopped(
  session: Session,
  request: AlertsRunRequest,
  config: AlertingConfig,
  alerting: Alerting,
  log: Log,
): Promise<void> {
  const reloading = reloadOn(session, request.alerts, config, alerting, log);
  try {
    const inbound = await openInbound(request, alerting, log);
    await stopped(session);
    await inbound?.close();
  } finally {
    reloading.close();
    await alerting.close();
  }
}

/** @throws {PipelineError} CONFIG_INVALID. */
function instanceOf(given: string | undefined): string {
  const instance = given ?? (hostname().replace(/[^A-Za-z0-9_.-]/g, '-') || 'alerts');
  if (isName(instance)) return instance;
  throw usageError(`Got --instance ${JSON.stringify(instance)}, wanted letters, digits and ._:/@-`);
}
