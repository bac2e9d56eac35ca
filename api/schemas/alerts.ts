// Shapes of alerts, who was told, and silences.

import {
  alertStates,
  matcherOps,
  noticeActions,
  noticeOutcomes,
  noticeReasons,
  severities,
} from '@regionpilot/protocol';
import Type, { type TSchema } from 'typebox';
import { count, flag, list, map, ms, oneOf, orNull, page, text } from './common.ts';

const noticeView = Type.Object(
  {
    receiver: text('Who was told.'),
    dedupKey: text('The story at that receiver.'),
    action: oneOf(noticeActions, 'What the receiver was told to do.'),
    reason: oneOf(noticeReasons, 'Why this notice, and why then.'),
    atMs: ms('When.'),
    outcome: oneOf(['waiting', ...noticeOutcomes], 'How it ended.'),
    attempts: count('How often it was tried.'),
    error: orNull(Type.String(), 'What the receiver said last; null: nothing bad.'),
  },
  { title: 'NoticeView', description: 'What one receiver was told last.' },
);

export const alertView: TSchema = Type.Object(
  {
    fingerprint: text('Its identity, 16 hex digits.'),
    labels: map(Type.String(), 'What it is about.'),
    severity: oneOf(severities, 'How soon somebody must look.'),
    state: oneOf(alertStates, 'Where it is in its life.'),
    startsMs: ms('Since when.'),
    endsMs: orNull(Type.Integer(), 'When it was resolved; null: it is not. ms since 1970.'),
    updatedMs: ms('Its last change.'),
    expiresMs: orNull(Type.Integer(), 'Resolved after this unless said again; ms since 1970.'),
    summary: text('One line.'),
    description: text('More.'),
    annotations: map(Type.String(), '`runbook`, `dashboard`, … '),
    value: orNull(Type.Number(), 'What its rule compared last; null without data.'),
    flapping: flag('It changes so often that it is kept open.'),
    why: text('Its last transition, in words.'),
    ackedBy: orNull(Type.String(), 'Who has it; null: nobody.'),
    silencedBy: list(Type.String(), 'Ids of the silences that mute it now.'),
    notices: list(noticeView, 'Who was told what.'),
  },
  { title: 'AlertView', description: 'An alert and who was told of it.' },
);
export const alertPage: TSchema = page('AlertPage', alertView);

const matcher = Type.Object(
  {
    label: text('Name of a label, or `severity`.'),
    op: oneOf(matcherOps, 'How they are compared; ~ is RE2 on the whole value.'),
    value: text('The value or pattern.'),
  },
  { title: 'Matcher', description: 'One condition on labels.' },
);

export const silenceView: TSchema = Type.Object(
  {
    v: Type.Literal(1, { description: 'Version of the record.' }),
    kind: Type.Literal('silence', { description: 'What the record is.' }),
    id: text('Its id.'),
    matchers: list(matcher, 'All must match.'),
    startsMs: ms('When it begins.'),
    endsMs: ms('When it ends.'),
    author: text('Who asked for it.'),
    reason: text('Why.'),
    state: oneOf(['pending', 'active', 'expired'], 'Whether it is in force.'),
    mutes: list(Type.String(), 'Fingerprints of the alerts it mutes now.'),
  },
  { title: 'SilenceView', description: 'A silence.' },
);
export const silenceList: TSchema = page('SilencePage', silenceView);
