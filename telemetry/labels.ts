// Every label there is, and who bounds it. A label nobody bounds ends a metrics store, so a client,
// a connection, an alert's fingerprint or an error's text is never one.

export const labels = {
  group: 'names in batches, at most 1,000 per events partition; a deployment has a handful',
  region: 'names in batches, at most 16 per group',
  home: '`*` and the homes for which a decision has a row of its own: regions, at most 16 per group',
  from: 'regions, at most 16 per group',
  to: 'regions, at most 16 per group',
  outcome: 'closed list: `success`, `error`; of notices `delivered`, `superseded`, `deadLettered`',
  class: 'closed list: the error classes of protocol/error-classes.ts',
  state: 'closed list: `reporting`, `known`',
  moment: 'closed list: `now`, `afterMove`',
  order: 'closed list: `use`, `avoid`, `shadow`, `off`, `passRules`',
  reason: 'closed list: decision, tilt, notice, suppression or drop reasons of the protocol',
  rule: 'closed list: the safety rules of protocol/incident.ts',
  stage: 'closed list: `detect`, `decide`, `publish`, `apply`',
  kind: 'closed list: the kinds of incident records',
  latitude: 'one per region',
  longitude: 'one per region',
  partition: "the topic's partitions",
  part: 'closed list: `aggregator`, `alerts`',
  topic:
    'closed list: the topics of protocol/topics.ts; of outboxes also `heartbeats`, `deadLetters`',
  alertname: 'rules of the alerts file',
  severity: 'closed list: `page`, `ticket`, `info`',
  receiver: 'receivers of the alerts file',
  result: 'closed list: `accepted`, `retry`, `uncertain`, `rejected`',
  hash: 'one at a time: the running config',
  metric: 'the metrics of this catalogue',
  scope: '`*` and the groups of the config file',
  setting: 'settings of the config file',
  value: 'one at a time: what the config file says, cut at 80 characters',
  'messaging.system': 'closed list: `kafka`, or `regionpilot` for the embedded log',
  'messaging.operation.name': 'closed list: `send`, `poll`',
  'messaging.destination.name': 'the topics of protocol/topics.ts, with the deployment’s prefix',
  'messaging.consumer.group.name':
    'the part’s consumer group; empty for a reader that belongs to none',
  'error.type':
    'closed list: the error codes of protocol/errors.ts, else `_OTHER`; empty where nothing failed. Of spans: how the attempt failed, as in `result`',
  'db.client.connection.pool.name':
    '`group/region`: at most 16 regions for each group the application uses',
  'db.client.connection.state': 'closed list: `used`, `idle`',
  'v8js.gc.type': 'closed list: `minor`, `major`, `incremental`, `weakcb`',
  'cpu.mode': 'closed list: `user`, `system`',
} as const;

export type LabelName = keyof typeof labels;
