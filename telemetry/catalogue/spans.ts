// Every span there is. All are read out of records, except the last, which a sampled client's host
// exports; each hangs below the incident it belongs to.

import type { LabelName } from '../labels.ts';

/** Attributes that are no label of a metric: unbounded over time, so they live in traces only. */
export const spanAttributes = {
  incident: 'the incident’s id',
  term: 'term of the decision',
  epoch: 'epoch of the decision',
  clients: 'clients that followed',
  voters: 'clients that spoke against the region',
  engaged: 'clients with an answer or a failure there',
  wanted: 'the decision that was refused: a decision reason',
  from: 'the region this client left',
  client: 'the client’s name: of a sampled share of clients only',
  action: 'closed list: what the receiver was told to do',
  attempt: 'which attempt, from 1',
  'http.response.status_code': 'what the receiver answered',
} as const;

export type AttributeName = LabelName | keyof typeof spanAttributes;

export type SpanSpec = {
  readonly kind: 'internal' | 'client';
  /** Name of the span above it; null: the root. */
  readonly parent: string | null;
  readonly meaning: string;
  readonly attributes: readonly AttributeName[];
  /** Names of events on it. */
  readonly events: readonly string[];
};

export const spans = {
  'regionpilot.incident': {
    kind: 'internal',
    parent: null,
    meaning:
      'From the first bad event until all regions are well and the fleet follows. Sent when it closes, after everything below it.',
    attributes: ['incident', 'group'],
    events: ['regionpilot.refused', 'regionpilot.shadow', 'regionpilot.tilt', 'regionpilot.order'],
  },
  'regionpilot.detect': {
    kind: 'internal',
    parent: 'regionpilot.incident',
    meaning: 'From the first bad event in a region until it counts as down.',
    attributes: ['group', 'region', 'home', 'rule', 'voters', 'engaged'],
    events: [],
  },
  'regionpilot.decide': {
    kind: 'internal',
    parent: 'regionpilot.incident',
    meaning: 'From down to the decision; of other decisions, the moment they were made.',
    attributes: ['group', 'reason', 'term', 'epoch'],
    events: [],
  },
  'regionpilot.publish': {
    kind: 'internal',
    parent: 'regionpilot.decide',
    meaning: 'From handing the decision to the log until it was read back.',
    attributes: ['group', 'term', 'epoch'],
    events: [],
  },
  'regionpilot.converge': {
    kind: 'internal',
    parent: 'regionpilot.decide',
    meaning: 'Until every reporting client followed.',
    attributes: ['group', 'term', 'epoch', 'clients'],
    events: [],
  },
  'regionpilot.alert.deliver': {
    kind: 'client',
    parent: 'regionpilot.incident',
    meaning:
      'One attempt to tell one receiver; the request carries its `traceparent`. Failed unless accepted.',
    attributes: [
      'receiver',
      'result',
      'action',
      'reason',
      'severity',
      'attempt',
      'http.response.status_code',
      'error.type',
    ],
    events: [],
  },
  'regionpilot.decision.apply': {
    kind: 'internal',
    parent: 'regionpilot.decide',
    meaning:
      'One sampled client: from the decision’s place in the log until a command was answered in the new region (at most 10 s).',
    attributes: ['group', 'region', 'from', 'client', 'term', 'epoch'],
    events: ['regionpilot.applied', 'regionpilot.answered'],
  },
} as const;

export type SpanName = keyof typeof spans;

export function spanOfName(name: SpanName): SpanSpec {
  return spans[name];
}
