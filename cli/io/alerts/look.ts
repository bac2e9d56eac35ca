/** `regionpilot alerts list`, `show` and `silences`: what the log knows. */
import type { AlertsView } from '@regionpilot/alerts';
import type { Bus } from '@regionpilot/bus';
import { type Delivery, type TopicName, topicFullName } from '@regionpilot/protocol';
import { listLines } from '../../alerts/list-lines.ts';
import { alertsReport } from '../../alerts/listed.ts';
import { showLines } from '../../alerts/show-lines.ts';
import { attemptsSinceMs, shownReport } from '../../alerts/shown.ts';
import { silencesLines, silencesReport } from '../../alerts/silences.ts';
import { matchersOf } from '../../alerts/silencing.ts';
import { findTarget, noticesOf } from '../../alerts/target.ts';
import type { AlertsListRequest, AlertsShowRequest } from '../../commands/alerts-look.ts';
import type { AlertsSilencesRequest } from '../../commands/alerts-order.ts';
import type { Flags } from '../../config/settings.ts';
import { type ExitCode, exitCodes } from '../../exit.ts';
import { loadSettings } from '../files.ts';
import { withBus } from '../open-bus.ts';
import { outJson, outLines, paintFor, type Session } from '../session.ts';
import { readAlerts, readDeliveries } from './read-topic.ts';

export async function listAlerts(session: Session, request: AlertsListRequest): Promise<ExitCode> {
  const { state = [], severity = [], match, json } = request;
  const filter = { states: state, severities: severity, matchers: matchersOf(match) };
  return looking(session, request, async ({ view }) => {
    const report = alertsReport(view, filter, Date.now());
    if (json === true) outJson(session, report);
    else outLines(session, listLines(report, paintFor(session)));
  });
}

export async function showAlert(session: Session, request: AlertsShowRequest): Promise<ExitCode> {
  return looking(session, request, async ({ view, bus, topic }) => {
    const target = findTarget(request.target, view);
    const keys = new Set(noticesOf(target, view).map(({ dedupKey }) => dedupKey));
    const attempts: Delivery[] = [];
    const sinceMs = attemptsSinceMs(target, view);
    for await (const delivery of readDeliveries(bus, topic('deliveries'), sinceMs)) {
      if (keys.has(delivery.dedupKey)) attempts.push(delivery);
    }
    const report = shownReport(view, target, attempts, Date.now());
    if (request.json === true) outJson(session, report);
    else outLines(session, showLines(report, paintFor(session)));
  });
}

export async function listSilences(
  session: Session,
  request: AlertsSilencesRequest,
): Promise<ExitCode> {
  return looking(session, request, async ({ view }) => {
    const report = silencesReport(view, request.all === true, Date.now());
    if (request.json === true) outJson(session, report);
    else outLines(session, silencesLines(report, paintFor(session)));
  });
}

export type Looking = {
  readonly bus: Bus;
  readonly view: AlertsView;
  readonly topic: (name: TopicName) => string;
};

/** Opens the bus, reads the topic, hands over. */
export async function looking(
  session: Session,
  flags: Flags,
  use: (looking: Looking) => Promise<void>,
): Promise<ExitCode> {
  const { bus: plan, topics } = loadSettings(flags, session);
  const topic = (name: TopicName): string => topicFullName(topics.prefix, name);
  await withBus(plan, async (bus) =>
    use({ bus, topic, view: await readAlerts(bus, topic('alerts')) }),
  );
  return exitCodes.ok;
}
