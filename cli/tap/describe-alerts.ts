// Records of `alerts` and `deliveries` in one line each, for `tap`.

import { formatMatcher } from '@regionpilot/alerts';
import type { AlertsTopicRecord, Delivery, Labels, Notice, Sent } from '@regionpilot/protocol';
import { labelsText } from '../alerts/list-lines.ts';
import { isoTime } from '../text.ts';

export function alertsSummary(record: AlertsTopicRecord): string {
  switch (record.kind) {
    case 'alert': {
      const { labels, state, severity, summary, why } = record.alert;
      return `alert ${labelsText(labels)} ${state} (${severity}): ${summary}; ${why}`;
    }
    case 'notice':
      return noticeSummary(record);
    case 'sent':
      return sentSummary(record);
    case 'silence': {
      const { id, matchers, author, endsMs, reason } = record;
      const what = matchers.map(formatMatcher).join(', ');
      return `silence ${id} of ${what} until ${isoTime(endsMs)} by ${author}: ${reason}`;
    }
    case 'ack': {
      const { dedupKey, author, source, acked } = record;
      return `${acked ? 'acknowledged' : 'no longer acknowledged'} ${dedupKey} by ${author} (${source})`;
    }
    case 'owner':
      return `owner of partition ${record.partition} is ${record.owner}, term ${record.term}`;
    case 'probe':
      return `probe ${record.id} set out`;
  }
}

export function deliverySummary(delivery: Delivery): string {
  const { attempt, receiver, dedupKey, seq, action, title, result, status, tookMs } = delivery;
  const answer = status === null ? '' : `, HTTP ${status}`;
  const error = delivery.error === null ? '' : `: ${delivery.error}`;
  return `attempt ${attempt} at ${receiver}, ${action} #${seq} of ${dedupKey} "${title}": ${result}${answer}, ${tookMs}ms${error}`;
}

/** Groups a record is about; the names operators filter by. */
export function alertsGroups(record: AlertsTopicRecord): readonly string[] {
  switch (record.kind) {
    case 'alert':
      return groupsIn([record.alert.labels]);
    case 'notice':
      return groupsIn([record.groupLabels, ...record.alerts.map(({ labels }) => labels)]);
    case 'sent':
    case 'silence':
    case 'ack':
    case 'owner':
    case 'probe':
      return [];
  }
}

export function deliveryGroups({ alerts }: Delivery): readonly string[] {
  return groupsIn(alerts.map(({ labels }) => labels));
}

function noticeSummary({
  receiver,
  dedupKey,
  seq,
  action,
  reason,
  severity,
  alerts,
}: Notice): string {
  const first = alerts[0]?.summary ?? '';
  return `notice #${seq} for ${receiver} of ${dedupKey}: ${action} (${reason}, ${severity})${first === '' ? '' : `: ${first}`}`;
}

function sentSummary({ receiver, dedupKey, seq, action, outcome, attempts, error }: Sent): string {
  const why = error === null ? '' : `: ${error}`;
  return `${action} #${seq} of ${dedupKey} ${outcome} at ${receiver}, attempts ${attempts}${why}`;
}

function groupsIn(labels: readonly Labels[]): readonly string[] {
  return [...new Set(labels.flatMap((each) => each['group'] ?? []))];
}
