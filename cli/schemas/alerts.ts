// The promises of `alerts … --json`.

import { alertsTopicSchemas, deliverySchema, severities } from '@regionpilot/protocol';
import Type, { type TSchema } from 'typebox';
import { byName, count, document, moment, orNull, text, texts, yes } from './parts.ts';

const labels = byName(text);
const severity = Type.Enum([...severities]);
const record = (kind: keyof typeof alertsTopicSchemas): TSchema => {
  // Named again in several places of one document, a schema may not carry its name there.
  const { $id: _id, ...schema } = alertsTopicSchemas[kind] as TSchema & { readonly $id?: string };
  return schema as TSchema;
};

const told = Type.Object({ receiver: text, dedupKey: text, seq: count, outcome: text });

const listed = Type.Object({
  fingerprint: text,
  labels,
  severity,
  state: text,
  sinceMs: moment,
  endsMs: orNull(moment),
  summary: text,
  flapping: yes,
  told: Type.Array(told),
  ackedBy: orNull(text),
  silencedBy: texts,
});

const shownNotice = Type.Object({
  receiver: text,
  dedupKey: text,
  seq: count,
  action: text,
  reason: text,
  severity,
  atMs: moment,
  outcome: text,
  endedMs: orNull(moment),
  attempts: count,
  error: orNull(text),
});

const preview = Type.Object({
  now: Type.Object({
    alerts: Type.Array(Type.Object({ fingerprint: text, what: text, severity: text })),
    pages: count,
  }),
  lastDay: Type.Object({ notices: count, pages: count, partly: count, alerts: byName(count) }),
});

const page = Type.Object({
  dedupKey: text,
  groupLabels: labels,
  alerts: texts,
  fingerprints: texts,
  receivers: texts,
  summary: text,
  atMs: moment,
  endedMs: orNull(moment),
  timeToPageMs: Type.Number(),
});

const replayed = Type.Object({ pages: count, noise: byName(count), flaps: count, alerts: count });

/** A silence that is only tried has no id yet. */
const silence = Type.Object({ id: orNull(text), startsMs: moment, endsMs: moment, author: text });

export const alertsSchemas: Readonly<Record<string, TSchema>> = {
  'alerts list': document('alerts list', { atMs: moment, alerts: Type.Array(listed) }),
  'alerts show': document('alerts show', {
    atMs: moment,
    alerts: Type.Array(Type.Object({ fingerprint: text, labels, severity, state: text })),
    notices: Type.Array(shownNotice),
    attempts: Type.Array(deliverySchema),
    attemptsLeftOut: count,
    silences: Type.Array(silence),
    acks: Type.Array(record('ack')),
  }),
  'alerts ack': document('alerts ack', { acks: Type.Array(record('ack')) }),
  'alerts silence': document('alerts silence', { dryRun: yes, silence, preview }),
  'alerts silences': document('alerts silences', {
    atMs: moment,
    silences: Type.Array(
      Type.Object({
        id: text,
        startsMs: moment,
        endsMs: moment,
        state: Type.Enum(['active', 'waiting', 'over']),
        mutes: count,
      }),
    ),
  }),
  'alerts unsilence': document('alerts unsilence', { silence }),
  'alerts check': document('alerts check', {
    file: text,
    rules: byName(count),
    receivers: Type.Array(Type.Object({ name: text, kind: text })),
    routes: count,
    warnings: texts,
  }),
  'alerts routes test': document('alerts routes test', {
    labels,
    routes: Type.Array(Type.Object({ receivers: texts, groupLabels: labels, dedupKey: text })),
  }),
  'alerts test': document('alerts test', {
    receiver: text,
    kind: text,
    answers: Type.Array(
      Type.Object({
        action: text,
        tookMs: count,
        result: text,
        status: orNull(count),
        error: orNull(text),
      }),
    ),
  }),
  'alerts replay': document('alerts replay', {
    fromMs: moment,
    toMs: moment,
    names: Type.Object({ a: text, b: text }),
    notes: texts,
    same: yes,
    a: replayed,
    b: replayed,
    onlyA: Type.Array(page),
    onlyB: Type.Array(page),
    both: Type.Array(
      Type.Object({ a: page, b: page, timeToPageMsA: Type.Number(), timeToPageMsB: Type.Number() }),
    ),
  }),
};
