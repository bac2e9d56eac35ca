// Questions about alerting: would somebody be told?

import type { AlertsView, ReadAlerts } from '@regionpilot/alerts';
import { formatDuration } from '@regionpilot/protocol';
import { harmless } from '../text.ts';
import { type Finding, failed, ok, type Question, skipped, warning } from './finding.ts';

export const receiversQuestion: Question = {
  id: 'alerts.receivers',
  category: 'alerts',
  title: 'the alerts file is in order and every secret it names can be read',
};

export function receiversFinding(file: string, { config, warnings }: ReadAlerts): Finding {
  const check = `regionpilot alerts check --alerts ${file}`;
  const names = config.receivers.map(({ name, kind }) => `${name} (${kind})`);
  if (names.length === 0)
    return warning(receiversQuestion, `${file} names no receiver: nobody is told`, check);
  if (warnings.length > 0)
    return warning(receiversQuestion, warnings.map(harmless).join('\n'), check);
  return ok(receiversQuestion, names.join(', '));
}

export const alertingQuestion: Question = {
  id: 'alerts.alive',
  category: 'alerts',
  title: 'an alerting process is at work',
};

/** It saves every half minute, also when nothing happens; this is silence for certain. */
const silentMs = 75_000;

/** @param savedMs Partition → the log's stamp of what its owner last saved. */
export function alertingFinding(
  owners: AlertsView['owners'],
  savedMs: ReadonlyMap<number, number>,
  nowMs: number,
): Finding {
  const start = 'regionpilot alerts run --alerts alerts.yaml';
  if (owners.size === 0)
    return warning(alertingQuestion, 'no alerting ever ran on this log: nobody is told', start);
  const rows = [...owners].map(([partition, { owner, atMs }]) => {
    // An owner that has just taken over has not saved yet.
    const aliveMs = Math.max(atMs, savedMs.get(partition) ?? 0);
    const ageMs = Math.max(0, nowMs - aliveMs);
    const text = `${owner} (partition ${partition}), last sign of life ${formatDuration(ageMs)} ago`;
    return { silent: ageMs > silentMs, text };
  });
  const text = rows.map((row) => row.text);
  return rows.some(({ silent }) => silent)
    ? failed(alertingQuestion, text.map(harmless).join('\n'), start)
    : ok(alertingQuestion, text.join('; '));
}

export const throughQuestion: Question = {
  id: 'alerts.through',
  category: 'alerts',
  title: 'receivers take what they are told',
};

/** @param everRan Whether any alerting ever wrote to this log. */
export function throughFinding(everRan: boolean, troubled: readonly string[]): Finding {
  if (!everRan) return skipped(throughQuestion, 'no alerting ever ran');
  if (troubled.length === 0) return ok(throughQuestion, '');
  const detail = `alerts do not get through to ${troubled.join(', ')}`;
  return failed(throughQuestion, detail, 'regionpilot alerts test RECEIVER --alerts alerts.yaml');
}
