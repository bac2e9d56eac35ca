// A notice that is no alert: what a receiver is tried with, and what it said in one line.

import {
  type AlertingConfig,
  type AttemptOutcome,
  dedupKeyOf,
  type Receiver,
} from '@regionpilot/alerts';
import { formatDuration, type Notice } from '@regionpilot/protocol';
import { usageError } from '../exit.ts';
import { unknownName } from '../suggest.ts';

/** @throws {PipelineError} CONFIG_INVALID naming those there are. */
export function receiverNamed({ receivers }: AlertingConfig, name: string): Receiver {
  const found = receivers.find((receiver) => receiver.name === name);
  if (found !== undefined) return found;
  throw usageError(
    `There is ${unknownName(
      'receiver',
      name,
      receivers.map((each) => each.name),
    )}`,
  );
}

/** `luck` makes each test a story of its own. */
export function testNotice(
  receiver: string,
  deployment: string,
  luck: string,
  nowMs: number,
): Notice {
  const groupLabels = { alertname: 'test' };
  return {
    v: 1,
    kind: 'notice',
    term: 0,
    receiver,
    dedupKey: `${dedupKeyOf(deployment, groupLabels)}-${luck}`,
    seq: 1,
    action: 'test',
    reason: 'test',
    severity: 'info',
    groupLabels,
    alerts: [],
    truncatedAlerts: 0,
    firing: [],
    resolved: [],
    ackedBy: null,
    atMs: nowMs,
    causeMs: nowMs,
  };
}

export function resolveOfTest(notice: Notice, nowMs: number): Notice {
  return {
    ...notice,
    seq: 2,
    action: 'resolve',
    reason: 'allResolved',
    atMs: nowMs,
    causeMs: nowMs,
  };
}

/** Does a test stay open there until somebody closes it? */
export function opensSomething(receiver: Receiver): boolean {
  switch (receiver.kind) {
    case 'pagerduty':
    case 'alertmanager':
      return true;
    case 'webhook':
      return receiver.format === 'alertmanager';
    case 'slack':
    case 'email':
      return false;
  }
}

export type Answered = Pick<AttemptOutcome, 'result' | 'status' | 'error' | 'title'> & {
  readonly action: string;
  readonly tookMs: number;
};

/** `oncall took the test in 38ms: HTTP 202, "RegionPilot test"`. */
export function answerText(receiver: string, answer: Answered): string {
  const { action, result, status, error, tookMs, title } = answer;
  const said = status === null ? '' : `: HTTP ${status}`;
  if (result === 'accepted')
    return `${receiver} took the ${action} in ${formatDuration(tookMs)}${said}, "${title}"`;
  return `${receiver} did not take the ${action} after ${formatDuration(tookMs)}${said} (${result}): ${error ?? 'no reason given'}`;
}
