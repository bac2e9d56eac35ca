/** The console and the HTTP API: in a process of their own, or in a thread beside an aggregator. */
import {
  type ApiEvent,
  type ApiLog,
  type ApiPlan,
  type ApiWorker,
  startApiWorker,
  startPlannedApi,
} from '@regionpilot/api';
import { type Level, levelIn } from '@regionpilot/telemetry';
import type { ApiRequest } from '../commands/api.ts';
import type { Flags, Settings } from '../config/settings.ts';
import { eventLine } from '../event-line.ts';
import { type ExitCode, exitCodes, usageError } from '../exit.ts';
import { apiLogs } from '../log-catalogue.ts';
import { loadSettings } from './files.ts';
import { logsFor } from './logging.ts';
import { busConfigOf, withBus } from './open-bus.ts';
import { type Session, stopped } from './session.ts';

const usualPort = 7_400;

export async function runApi(session: Session, request: ApiRequest): Promise<ExitCode> {
  const settings = loadSettings(request, session);
  const { log, bus: busLog } = logsOf(session, request);
  await withBus(
    settings.bus,
    async (bus) => {
      const plan = planOf(request, settings, request.apiPort ?? settings.api.port ?? usualPort);
      const api = await startPlannedApi(plan, bus, log);
      await stopped(session);
      await api.close();
    },
    { log: busLog },
  );
  return exitCodes.ok;
}

/** null: nobody asked for it. */
export async function openApiThread(
  session: Session,
  request: ApiRequest,
  settings: Settings,
): Promise<ApiWorker | null> {
  const port = request.apiPort ?? settings.api.port;
  if (port === undefined) {
    if (request.apiHost !== undefined) throw usageError('--api-host wants --api-port');
    return null;
  }
  const plan = planOf(request, settings, port);
  return startApiWorker(plan, busConfigOf(settings.bus), logsOf(session, request).log);
}

function planOf(request: ApiRequest, { topics, aggregator, api }: Settings, port: number): ApiPlan {
  const { prefix } = topics;
  const { instance } = aggregator;
  const { host: configured, port: _port, grafanaUrl: linked, ...access } = api;
  const host = request.apiHost ?? configured ?? '127.0.0.1';
  const grafanaUrl = checkedUrl(request.grafanaUrl ?? linked ?? null);
  const tokensFile = request.apiTokensFile ?? access.tokensFile;
  const more = tokensFile === undefined ? {} : { tokensFile };
  return { topics: { prefix }, instance, host, port, access: { ...access, ...more }, grafanaUrl };
}

/** It becomes a link on a page. */
function checkedUrl(url: string | null): string | null {
  if (url === null || /^https?:$/.test(URL.parse(url)?.protocol ?? '')) return url;
  throw usageError(`--grafana-url: got ${url}, wanted http://… or https://…`);
}

function logsOf(session: Session, { json }: Flags) {
  const logs = logsFor<ApiEvent>(session, json === true, {
    levelOf,
    line: (event, nowMs, paint) => eventLine(event, levelOf(event), detailOf(event), nowMs, paint),
  });
  const log: ApiLog = logs.service;
  return { log, bus: logs.bus };
}

function levelOf(event: ApiEvent): Level {
  return levelIn(apiLogs, event);
}

function detailOf(event: ApiEvent): string {
  switch (event.event) {
    case 'apiStarted':
      return event.access ? event.url : `${event.url} (no access control: loopback only)`;
    case 'apiStopped':
      return '';
    case 'topicMissing':
      return `${event.topic}: "regionpilot topics apply" makes it`;
    case 'requestFailed':
      return `${event.path} (${event.requestId}): ${event.reason}`;
    case 'accessTrouble':
      return event.text;
    case 'apiCrashed':
      return event.reason;
  }
}
