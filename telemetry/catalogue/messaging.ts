// What a process writes to the event log and is handed by it, by OpenTelemetry's conventions for
// messaging (https://opentelemetry.io/docs/specs/semconv/messaging/messaging-metrics/). `part` is ours:
// aggregator and alerting can be one process, and both write to `state`.

export const messagingMetrics = {
  'messaging.client.sent.messages': {
    prometheus: 'messaging_client_sent_messages_total',
    kind: 'counter',
    unit: '{message}',
    labels: [
      'part',
      'messaging.system',
      'messaging.operation.name',
      'messaging.destination.name',
      'error.type',
    ],
    meaning:
      'Records given to the log; with an `error.type` those whose attempt failed: they wait for the next.',
    worse: 'none',
  },
  'messaging.client.operation.duration': {
    prometheus: 'messaging_client_operation_duration_seconds',
    kind: 'histogram',
    unit: 's',
    labels: [
      'part',
      'messaging.system',
      'messaging.operation.name',
      'messaging.destination.name',
      'error.type',
    ],
    meaning:
      'Time from giving a batch of records to the log until it said that it had them, or the attempt failed.',
    worse: 'up',
  },
  'messaging.client.consumed.messages': {
    prometheus: 'messaging_client_consumed_messages_total',
    kind: 'counter',
    unit: '{message}',
    labels: [
      'part',
      'messaging.system',
      'messaging.operation.name',
      'messaging.destination.name',
      'messaging.consumer.group.name',
    ],
    meaning: 'Records the log handed over; those read again to restore a state are not among them.',
    worse: 'none',
  },
} as const;
