// One record of any topic in one line. Whatever bytes come, there is a line: a tap that dies of the
// record one is looking for is no tap.

import { incidentText } from '@regionpilot/aggregator';
import type { BusRecord } from '@regionpilot/bus';
import {
  type AuditRecord,
  type Batch,
  type Decision,
  type Decoded,
  decodeAlertsRecord,
  decodeAudit,
  decodeBatch,
  decodeDecision,
  decodeDelivery,
  decodeHeartbeat,
  decodeIncident,
  decodeOverride,
  decodePartial,
  decodePolicyOrder,
  decodeRoster,
  errorClassNames,
  fullShare,
  type Heartbeat,
  isHeartbeatKey,
  type Override,
  type Partial,
  type PolicyOrder,
  type Roster,
  type TopicName,
} from '@regionpilot/protocol';
import { harmless, isoTime } from '../text.ts';
import { alertsGroups, alertsSummary, deliveryGroups, deliverySummary } from './describe-alerts.ts';

export type Described = {
  /** `batch`, `decision`, …; `raw` where this command knows no shape, `invalid` where it did not fit. */
  readonly kind: string;
  readonly summary: string;
  /** The decoded record, or null. */
  readonly value: unknown;
  readonly groups: readonly string[];
};

export function describe(topic: TopicName, record: BusRecord): Described {
  if (record.value === null) return tombstone(record);
  switch (topic) {
    case 'events':
      return shown('batch', decodeBatch(record.value), batchSummary, ({ strings }) => strings);
    case 'partials':
      return shown('partial', decodePartial(record.value), partialSummary, ({ group }) => [group]);
    case 'decisions':
      return isHeartbeatKey(record.key)
        ? shown('heartbeat', decodeHeartbeat(record.value), heartbeatSummary, ({ epochs }) =>
            Object.keys(epochs),
          )
        : shown('decision', decodeDecision(record.value), decisionSummary, ({ group }) => [group]);
    case 'overrides':
      return shown('override', decodeOverride(record.value), overrideSummary, ({ group }) => [
        group,
      ]);
    case 'incidents':
      return shown(
        'incident',
        decodeIncident(record.value),
        ({ event }) =>
          `${event.kind}: ${incidentText(event) ?? 'a kind this version does not know'}`,
        ({ group }) => [group],
      );
    case 'deadletter':
      return deadLetter(record);
    case 'alerts':
      return describeAlerts(record.value);
    case 'deliveries':
      return shown('delivery', decodeDelivery(record.value), deliverySummary, deliveryGroups);
    case 'rosters':
      return shown('roster', decodeRoster(record.value), rosterSummary, ({ group }) => [group]);
    case 'audit':
      return shown('audit', decodeAudit(record.value), auditSummary, ({ target }) => [target]);
    case 'policies':
      return shown('policy', decodePolicyOrder(record.value), policySummary, ({ group }) => [
        group,
      ]);
    case 'state':
      return {
        kind: 'raw',
        summary: `${record.value.length} bytes`,
        value: null,
        groups: [record.key],
      };
  }
}

/** `2026-…Z decisions/0@12 payments  epoch 7 …`. */
export function tapLine(topic: TopicName, record: BusRecord, described: Described): string {
  const { partition, offset, appendedMs, key } = record;
  const at = `${isoTime(appendedMs)} ${topic}/${partition}@${offset}`;
  return harmless(`${at} ${key}  ${described.summary}`);
}

export function tapJson(topic: TopicName, record: BusRecord, described: Described): object {
  const { partition, offset, appendedMs, key } = record;
  const { kind, value, summary } = described;
  return { topic, partition, offset, appendedMs, key, kind, summary, value };
}

function shown<Value>(
  kind: string,
  decoded: Decoded<Value>,
  summary: (value: Value) => string,
  groups: (value: Value) => readonly string[],
): Described {
  if (decoded.kind === 'invalid') {
    const text = `cannot be read: ${decoded.rejection}: ${decoded.text.split('\n')[0]}`;
    return { kind: 'invalid', summary: text, value: null, groups: [] };
  }
  try {
    const { value } = decoded;
    return { kind, summary: summary(value), value, groups: groups(value) };
  } catch {
    // Incident records are open at the end: a newer version may know kinds that this one does not.
    return {
      kind,
      summary: 'of a kind this version does not know',
      value: decoded.value,
      groups: [],
    };
  }
}

/** Their kind is their own: alert, notice, sent, silence, ack, owner or probe. */
function describeAlerts(value: Uint8Array): Described {
  const decoded = decodeAlertsRecord(value);
  const kind = decoded.kind === 'ok' ? decoded.value.kind : 'invalid';
  return shown(kind, decoded, alertsSummary, alertsGroups);
}

function tombstone({ key }: BusRecord): Described {
  return { kind: 'tombstone', summary: 'forgotten', value: null, groups: [key] };
}

function deadLetter({ headers, value }: BusRecord): Described {
  const { rp_origin_topic: origin, rp_origin_offset: offset, rp_reason: reason } = headers;
  const where = `${origin ?? 'somewhere'}/${headers['rp_origin_partition'] ?? '?'}@${offset ?? '?'}`;
  const summary = `from ${where}, ${value?.length ?? 0} bytes: ${reason ?? 'no reason given'}`;
  return { kind: 'deadletter', summary, value: headers, groups: [] };
}

function batchSummary(batch: Batch): string {
  const { client, seq, rows, home, domain, errors, ok, bye } = batch;
  const answered = typeof ok === 'number' ? ok * rows : ok.reduce((sum, each) => sum + each, 0);
  const failed = new Map<string, number>();
  for (let i = 0; i + 2 < errors.length; i += 3) {
    const name = errorClassNames[errors[i + 1] ?? -1] ?? 'other';
    failed.set(name, (failed.get(name) ?? 0) + (errors[i + 2] ?? 0));
  }
  const failures = [...failed].map(([name, count]) => `${name} ${count}`).join(', ');
  const parts = [
    `batch ${seq} of ${client} (home ${home}, ${domain}): ${rows} rows, ${answered} answered`,
    failures === '' ? 'no failures' : `failures: ${failures}`,
    bye ? 'goodbye' : null,
  ];
  return parts.filter((part) => part !== null).join('; ');
}

function partialSummary({ partition, seq, cells, homes, warm, accounts }: Partial): string {
  const clients = Object.values(homes).reduce((sum, [now]) => sum + now, 0);
  const down = cells
    .filter((cell) => cell.down > 0)
    .map(({ region, home, down, engaged }) => `${region} from ${home} ${down}/${engaged} down`);
  const state = `${warm ? '' : 'warming up, '}lag ${accounts.lagRecords}`;
  const votes = down.length === 0 ? 'no votes' : down.join(', ');
  return `partial ${seq} of events/${partition}: ${clients} clients, ${votes}, ${state}`;
}

function heartbeatSummary({ owner, partition, epochs, tilt }: Heartbeat): string {
  const groups = Object.entries(epochs).map(
    ([group, [term, epoch]]) => `${group} ${term}.${epoch}`,
  );
  const tilted = Object.entries(tilt).map(([group, why]) => `${group} in tilt: ${why}`);
  return [`heartbeat of ${owner} (partition ${partition})`, ...groups, ...tilted].join(', ');
}

function decisionSummary({ term, epoch, reason, text, admit, homes }: Decision): string {
  const rows = [['', admit] as const, ...Object.entries(homes)].map(([home, row]) => {
    const shares = Object.entries(row).map(
      ([region, share]) => `${region} ${(share * 100) / fullShare} %`,
    );
    return home === '' ? shares.join(' ') : `from ${home}: ${shares.join(' ')}`;
  });
  return `epoch ${epoch} term ${term} ${reason} [${rows.join('; ')}]: ${text}`;
}

function rosterSummary({ partition, clients, regions, truncated }: Roster): string {
  const more = truncated === 0 ? '' : ` and ${truncated} more`;
  return `roster of events/${partition}: ${clients.length} clients${more}, ${regions.join(' ')}`;
}

function auditSummary({ actor, auth, action, target, reason }: AuditRecord): string {
  return `${action} of ${target} by ${actor} (${auth}): ${reason}`;
}

function policySummary({ version, settings, author, reason }: PolicyOrder): string {
  const values = Object.entries(settings).map(
    ([name, value]) => `${name} ${JSON.stringify(value)}`,
  );
  const what = values.length === 0 ? 'as configured' : values.join(', ');
  return `policy ${version}: ${what} by ${author}: ${reason}`;
}

function overrideSummary({ hold, automation, author, reason, expiresMs, atMs }: Override): string {
  if (expiresMs <= atMs) return `cleared by ${author}: ${reason}`;
  const what = hold === null ? '' : `${hold.kind} ${hold.region}, `;
  return `${what}automation ${automation} until ${isoTime(expiresMs)} by ${author}: ${reason}`;
}
