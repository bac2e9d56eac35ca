// The promises of `--json` of the commands that look at a deployment or change it.

import { decisionSchema, overrideSchema, topicNames } from '@regionpilot/protocol';
import Type, { type TSchema } from 'typebox';
import { anything, byName, count, document, line, moment, orNull, text, yes } from './parts.ts';

const spec = Type.Object({
  name: text,
  partitions: count,
  replication: count,
  minInsyncReplicas: count,
  cleanup: Type.Enum(['compact', 'delete']),
  retentionMs: count,
  maxRecordBytes: count,
});

const problem = Type.Object({ topic: text, setting: text, got: text, wanted: text });

const story = Type.Object({
  incident: orNull(text),
  startMs: moment,
  records: Type.Array(
    Type.Object({ group: text, atMs: moment, event: Type.Object({ kind: text }) }),
  ),
});

const judgement = Type.Object({
  region: text,
  verdict: Type.Enum(['down', 'suspect', 'ok', 'thin']),
  evidence: Type.Object({}),
});

const effect = Type.Object({
  group: text,
  kind: Type.Enum(['waiting', 'heard', 'decided', 'refused']),
});

const ordered = {
  effects: Type.Array(effect),
  complete: yes,
};

const ms = orNull(Type.Number());
const phases = Type.Object({
  detected: ms,
  decided: ms,
  published: ms,
  appliedP50: ms,
  appliedP99: ms,
  appliedLast: ms,
  lastFailedCommand: ms,
});
const spread = Type.Object({ p50: Type.Number(), p99: Type.Number(), max: Type.Number() });
const commands = Type.Object({ sent: count, failed: count, ambiguous: count });

const drill: TSchema = Type.Object(
  {
    fault: text,
    bus: Type.Enum(['kafka', 'embedded']),
    clients: count,
    moved: count,
    returned: count,
    phasesMs: phases,
    commands,
    decisions: Type.Array(Type.Object({ atMs: Type.Number(), epoch: count, text })),
    outageMs: orNull(spread),
    longestCommandMs: Type.Number(),
    processes: count,
    ratePerSecond: Type.Number(),
    policy: text,
    runs: Type.Array(Type.Object({ moved: count, returned: count, phasesMs: phases, commands })),
  },
  { $id: 'https://regionpilot.io/schemas/drill.v1.json', title: 'regionpilot drill --json' },
);

/** Services log on stderr, a JSON object per line. */
const logLine = (name: string): TSchema => line(name, { level: text, time: text, event: text });

export const operatingSchemas: Readonly<Record<string, TSchema>> = {
  aggregator: logLine('aggregator'),
  api: logLine('api'),
  'alerts run': logLine('alerts run'),
  'topics apply': document('topics apply', {
    changes: Type.Array(Type.Object({ topic: text, change: text })),
    problems: Type.Array(problem),
  }),
  'topics verify': document('topics verify', {
    topics: Type.Array(spec),
    problems: Type.Array(problem),
  }),
  explain: document('explain', {
    group: text,
    stories: Type.Array(story),
    now: Type.Object({ decision: orNull(decisionSchema), judgements: Type.Array(judgement) }),
  }),
  'hold set': document('hold set', { order: overrideSchema, ...ordered }),
  'hold clear': document('hold clear', { order: orNull(overrideSchema), ...ordered }),
  tap: line('tap', {
    topic: Type.Enum([...topicNames]),
    partition: count,
    offset: count,
    appendedMs: moment,
    key: text,
    kind: text,
    summary: text,
    value: anything,
  }),
  replay: document('replay', {
    source: text,
    inputs: count,
    recorded: Type.Array(decisionSchema),
    replayed: count,
    identical: yes,
    difference: orNull(Type.Object({ index: count, recorded: text, replayed: text })),
    otherwise: orNull(Type.Array(decisionSchema)),
  }),
  drill,
  'token create': document('token create', { token: text, entry: tokenEntry() }),
  'token list': document('token list', { tokens: Type.Array(tokenEntry()) }),
  'token revoke': document('token revoke', { revoked: Type.Array(tokenEntry()) }),
};

function tokenEntry(): TSchema {
  return Type.Object({
    id: text,
    name: text,
    scope: text,
    createdMs: moment,
    expiresMs: moment,
    revokedMs: orNull(moment),
  });
}

const settings = byName(Type.Union([text, yes]));
const explained = Type.Object({
  key: text,
  value: anything,
  default: anything,
  range: text,
  meaning: text,
  origin: Type.Enum(['flag', 'env', 'context', 'file', 'default']),
  from: orNull(text),
  flag: orNull(text),
  env: orNull(text),
});

export const configSchemas: Readonly<Record<string, TSchema>> = {
  'config validate': document('config validate', {
    ok: yes,
    files: Type.Array(
      Type.Object({
        file: text,
        ok: yes,
        unreadable: orNull(text),
        problems: Type.Array(Type.Object({ path: text, value: text, expected: text })),
        warnings: Type.Array(text),
      }),
    ),
  }),
  'config explain': document('config explain', { settings: Type.Array(explained) }),
  'config diff': document('config diff', {
    a: text,
    b: text,
    same: yes,
    differences: Type.Array(Type.Object({ key: text, a: anything, b: anything })),
  }),
  'context list': document('context list', {
    file: text,
    current: orNull(text),
    contexts: Type.Array(Type.Object({ name: text, settings })),
  }),
  'context show': document('context show', { name: text, settings }),
  'context use': document('context use', { name: text, current: orNull(text) }),
  'context set': document('context set', { name: text, current: orNull(text) }),
  'context delete': document('context delete', { name: text, current: orNull(text) }),
};
