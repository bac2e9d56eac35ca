// Every log event there is, by who says it. Levels are taken from here; a compile-time check in the
// command line holds names and fields to the parts' own unions.

export type Level = 'debug' | 'info' | 'warn' | 'error';

export type LogSpec = {
  /** One level, or one by the value of a field. */
  readonly level: Level | LevelBy;
  readonly meaning: string;
  /** Beside `time`, `level` and `event`; with `incident` come `trace_id` and `span_id`. */
  readonly fields: readonly string[];
};

export type LevelBy = {
  readonly field: string;
  readonly is: Readonly<Record<string, Level>>;
  readonly otherwise: Level;
};

export const logEvents = {
  aggregator: {
    started: { level: 'info', meaning: 'The aggregator runs.', fields: ['instance'] },
    stopped: { level: 'info', meaning: 'It saved its state and ended.', fields: ['instance'] },
    partitionAssigned: {
      level: 'info',
      meaning: 'The consumer group gave it a partition of `events` or `partials`.',
      fields: ['topic', 'partition', 'from'],
    },
    partitionRevoked: {
      level: 'info',
      meaning: 'The consumer group took a partition away.',
      fields: ['topic', 'partition'],
    },
    recordRejected: {
      level: 'warn',
      meaning: 'A record could not be read; it is in the dead letter.',
      fields: ['topic', 'partition', 'offset', 'rejection', 'text'],
    },
    decisionPublished: {
      level: 'info',
      meaning: 'A decision is on its way to the log.',
      fields: ['group', 'term', 'epoch', 'reason', 'text', 'incident'],
    },
    incidentRecorded: {
      level: 'info',
      meaning: 'A line of the timeline: a transition, a decision, a refusal.',
      fields: ['group', 'kind', 'text', 'incident'],
    },
    policyChanged: {
      level: 'info',
      meaning: 'An order to change settings while running took effect.',
      fields: ['group', 'text'],
    },
    policyRefused: {
      level: 'warn',
      meaning: 'An order to change settings was refused and changed nothing.',
      fields: ['group', 'text'],
    },
    publishFailed: {
      level: 'error',
      meaning: 'A record could not be written; it is tried again.',
      fields: ['topic', 'attempts', 'reason'],
    },
    snapshotInvalid: {
      level: 'warn',
      meaning: 'A saved state could not be used; the log is read instead.',
      fields: ['key', 'reason'],
    },
    tiltChanged: {
      level: 'warn',
      meaning: 'Time or input looks wrong (or no longer): nothing is decided meanwhile.',
      fields: ['reason', 'active', 'text'],
    },
  },
  alerts: {
    started: { level: 'info', meaning: 'Alerting runs.', fields: ['instance'] },
    stopped: { level: 'info', meaning: 'It saved its state and ended.', fields: ['instance'] },
    partitionClaimed: {
      level: 'info',
      meaning: 'It may speak for a partition of `alerts`.',
      fields: ['partition', 'term'],
    },
    partitionLost: {
      level: 'info',
      meaning: 'Another speaks for the partition now.',
      fields: ['partition', 'why'],
    },
    alertChanged: {
      level: 'info',
      meaning: 'An alert began, ended, or changed its words or severity.',
      fields: ['alert', 'state', 'severity', 'summary', 'why', 'incident'],
    },
    noticeDecided: {
      level: 'info',
      meaning: 'Somebody is to be told, and why now.',
      fields: ['receiver', 'dedupKey', 'seq', 'action', 'reason', 'incident'],
    },
    noticeEnded: {
      level: { field: 'outcome', is: { deadLettered: 'error' }, otherwise: 'info' },
      meaning: 'A notice was delivered, superseded, or given up.',
      fields: [
        'receiver',
        'dedupKey',
        'seq',
        'outcome',
        'attempts',
        'latencyMs',
        'error',
        'incident',
      ],
    },
    attemptFailed: {
      level: 'warn',
      meaning: 'A receiver could not be told; when it is tried again.',
      fields: ['receiver', 'dedupKey', 'attempt', 'status', 'error', 'nextAttemptMs', 'incident'],
    },
    configApplied: { level: 'info', meaning: 'This config is in use.', fields: ['hash'] },
    configRefused: {
      level: 'warn',
      meaning: 'A new config cannot be used; the old one stays.',
      fields: ['problems'],
    },
    receiverWarned: {
      level: 'warn',
      meaning: 'A receiver was told, and yet something is not as configured.',
      fields: ['receiver', 'warning'],
    },
    probeMeasured: {
      level: 'info',
      meaning: 'The synthetic alert came through, and how long it took.',
      fields: ['latencyMs'],
    },
    recordRejected: {
      level: 'warn',
      meaning: 'A record could not be read; it is in the dead letter.',
      fields: ['topic', 'offset', 'rejection', 'text'],
    },
    publishFailed: {
      level: 'error',
      meaning: 'A record could not be written; it is tried again.',
      fields: ['topic', 'attempts', 'reason'],
    },
    inboundListening: {
      level: 'info',
      meaning: 'PagerDuty may call here.',
      fields: ['host', 'port'],
    },
    webhookHeard: {
      level: 'info',
      meaning: 'PagerDuty told of something, and what became of it.',
      fields: ['type', 'outcome', 'ack'],
    },
    webhookRefused: {
      level: 'warn',
      meaning: 'A call was not PagerDuty’s, or made no sense.',
      fields: ['status', 'reason'],
    },
    ackNotStored: {
      level: 'warn',
      meaning: 'An acknowledgement is not in the log; PagerDuty will come again.',
      fields: ['dedupKey', 'reason'],
    },
  },
  api: {
    apiStarted: {
      level: 'info',
      meaning:
        'The console and the HTTP API are served here; `access`: only to whom access was given.',
      fields: ['url', 'access'],
    },
    apiStopped: { level: 'info', meaning: 'They no longer are.', fields: [] },
    apiCrashed: {
      level: 'error',
      meaning:
        'The thread that serves them ended by a bug, or could not begin again; it is started again after a pause, and decisions go on meanwhile.',
      fields: ['reason'],
    },
    topicMissing: {
      level: 'warn',
      meaning: 'A topic that the API reads is not there; what it holds is not shown.',
      fields: ['topic'],
    },
    requestFailed: {
      level: 'error',
      meaning: 'A request was answered with 500, by a bug; `requestId` is in the answer.',
      fields: ['requestId', 'path', 'reason'],
    },
    accessTrouble: {
      level: 'warn',
      meaning: 'Tokens or an issuer’s keys cannot be read; who is let in by other means still is.',
      fields: ['text'],
    },
  },
  telemetry: {
    telemetryListening: {
      level: 'info',
      meaning: '`/metrics` and the probes are served here.',
      fields: ['host', 'port'],
    },
    otlpAccepted: {
      level: 'info',
      meaning: 'The collector takes metrics or traces (again).',
      fields: ['endpoint', 'signal'],
    },
    otlpFailing: {
      level: 'warn',
      meaning: 'The collector does not take metrics or traces; said once until it changes.',
      fields: ['endpoint', 'signal', 'reason'],
    },
  },
  bus: {
    assignedFailed: {
      level: 'error',
      meaning: 'What is to be done for a new partition failed; it is tried again.',
      fields: ['group', 'topic', 'partition', 'reason'],
    },
    batchSkipped: {
      level: 'error',
      meaning: 'A batch of records is damaged and was passed over.',
      fields: ['group', 'topic', 'partition', 'lastOffset'],
    },
    commitFailed: {
      level: 'warn',
      meaning: 'A position could not be stored; the next one tries again.',
      fields: ['reason'],
    },
    consumerRebuilt: {
      level: 'warn',
      meaning: 'A consumer that no longer worked was replaced.',
      fields: ['group', 'reason'],
    },
    followerInterrupted: {
      level: 'warn',
      meaning: 'Reading a topic broke off and begins again.',
      fields: ['topic', 'reason', 'failure'],
    },
    followerMoved: {
      level: 'warn',
      meaning: 'The log no longer has a reader’s position; the nearer end is taken.',
      fields: ['topic', 'partition', 'from', 'to'],
    },
    followerSkipped: {
      level: 'warn',
      meaning: 'A gap without records was passed over.',
      fields: ['topic', 'partition', 'from', 'to'],
    },
    groupUnsettled: {
      level: 'warn',
      meaning: 'The sharing-out of partitions failed; it is tried again.',
      fields: ['group', 'reason'],
    },
    kafkajs: {
      level: { field: 'level', is: { error: 'error', info: 'info' }, otherwise: 'warn' },
      meaning: 'The Kafka client’s own words.',
      fields: ['from', 'message', 'broker', 'groupId'],
    },
    offsetOutOfRange: {
      level: 'warn',
      meaning: 'The log no longer has the wanted position; the nearer end is taken.',
      fields: ['group', 'topic', 'partition', 'wanted', 'start', 'end'],
    },
    publishRetrying: {
      level: 'warn',
      meaning: 'The log did not take records at once; they are sent again.',
      fields: ['reason'],
    },
  },
} as const;

/** The level of one event, by what the catalogue says of its name. */
export function levelIn(
  specs: Readonly<Record<string, LogSpec>>,
  event: { readonly event: string; readonly [field: string]: unknown },
): Level {
  const level = specs[event.event]?.level ?? 'warn';
  if (typeof level === 'string') return level;
  return level.is[String(event[level.field])] ?? level.otherwise;
}
