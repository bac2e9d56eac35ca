/** `regionpilot alerts check`, `routes test` and `test`: an alerts file tried before it is trusted. */
import { randomBytes } from 'node:crypto';
import {
  type AlertingConfig,
  type AttemptOutcome,
  type Deliver,
  openReceivers,
} from '@regionpilot/alerts';
import { PipelineError } from '@regionpilot/protocol';
import { checkedLines, checkedReport } from '../../alerts/checked.ts';
import { labelsGiven, routesLines, routesReport } from '../../alerts/routes.ts';
import {
  answerText,
  opensSomething,
  receiverNamed,
  resolveOfTest,
  testNotice,
} from '../../alerts/test-notice.ts';
import type {
  AlertsCheckRequest,
  AlertsRoutesRequest,
  AlertsTestRequest,
} from '../../commands/alerts-config.ts';
import { type ExitCode, exitCodes } from '../../exit.ts';
import { harmless } from '../../text.ts';
import { outJson, outLines, type Session } from '../session.ts';
import { loadAlerts, loadAlertsWithSecrets } from './config-file.ts';

export async function checkAlerts(
  session: Session,
  request: AlertsCheckRequest,
): Promise<ExitCode> {
  const read = loadAlerts(request.alerts);
  const report = checkedReport(request.alerts, read);
  if (request.json === true) outJson(session, report);
  else outLines(session, checkedLines(report));
  return exitCodes.ok;
}

export async function testRoutes(
  session: Session,
  request: AlertsRoutesRequest,
): Promise<ExitCode> {
  const labels = labelsGiven(request.labels);
  const { config } = loadAlerts(request.alerts);
  const report = routesReport(config, labels, request.severity, request.partialPartitions);
  if (request.json === true) outJson(session, report);
  else outLines(session, routesLines(report).map(harmless));
  return exitCodes.ok;
}

type Answer = AttemptOutcome & { readonly action: string; readonly tookMs: number };

export async function testReceiver(
  session: Session,
  request: AlertsTestRequest,
): Promise<ExitCode> {
  const { config, secrets } = loadAlertsWithSecrets(request.alerts);
  const receiver = receiverNamed(config, request.receiver);
  const { name, kind } = receiver;
  const receivers = openReceivers([receiver], secrets, {
    onWarning: (_, warning) => session.note(`regionpilot: ${name}: ${harmless(warning)}`),
  });
  try {
    const deliver = receivers.deliver(name);
    if (deliver === null) throw new Error(`receiver ${name} was not opened`);
    const answers = await tell(deliver, config, name, opensSomething(receiver));
    if (request.json === true) outJson(session, { v: 1, receiver: name, kind, answers });
    else
      outLines(
        session,
        answers.map((answer) => harmless(answerText(name, answer))),
      );
    refuseUndelivered(name, answers);
    return exitCodes.ok;
  } finally {
    await receivers.close();
  }
}

/** What a test opens must not stay open. */
async function tell(
  deliver: Deliver,
  { deployment }: AlertingConfig,
  receiver: string,
  resolves: boolean,
): Promise<readonly Answer[]> {
  const notice = testNotice(receiver, deployment, randomBytes(4).toString('hex'), Date.now());
  const first = await timed(deliver, notice);
  if (!resolves || first.result !== 'accepted') return [first];
  return [first, await timed(deliver, resolveOfTest(notice, Date.now()))];
}

async function timed(deliver: Deliver, notice: Parameters<Deliver>[0]): Promise<Answer> {
  const startedMs = Date.now();
  const outcome = await deliver(notice, 1, startedMs);
  return { action: notice.action, tookMs: Date.now() - startedMs, ...outcome };
}

function refuseUndelivered(receiver: string, answers: readonly Answer[]): void {
  const refused = answers.find(({ result }) => result !== 'accepted');
  if (refused === undefined) return;
  const { result, status, error } = refused;
  const retriable = result !== 'rejected';
  throw new PipelineError(
    'DELIVERY_FAILED',
    `${receiver} did not take the test: ${harmless(error ?? result)}`,
    {
      receiver,
      status,
      result,
      retriable,
    },
  );
}
