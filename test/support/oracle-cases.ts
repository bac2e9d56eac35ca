// More stories for us and a real Alertmanager: matchers, groups and letters from all over the world.
// And stories that we tell differently on purpose.

import type { Labels } from '@regionpilot/protocol';
import type { Rhythm } from '../../alerts/route.ts';
import type { AlertsCase, CaseWant } from './alerts-cases.ts';

const everySecond: Rhythm = { groupWaitMs: 1000, groupIntervalMs: 1000, repeatIntervalMs: 600_000 };
const plain = { rhythm: everySecond, groupBy: [], inhibit: [] };

const a: Labels = { alertname: 'a', zone: 'one' };
const b: Labels = { alertname: 'b', zone: 'one' };
const quoted: Labels = { alertname: 'a "quoted" \\ {x="y"}', zone: 'Zürich, 東京 😱' };
const plainText: Labels = { alertname: 'a', zone: 'Zürich' };
const east: Labels = { alertname: 'slow', region: 'us-east-1' };
const west: Labels = { alertname: 'slow', region: 'us-west-1' };
const nowhere: Labels = { alertname: 'slow' };

export const oracleCases: readonly AlertsCase[] = [
  {
    ...plain,
    name: 'groups: each value of the label is a story of its own, and so is having none',
    groupBy: ['region'],
    acts: [
      { atS: 1, kind: 'fire', alerts: [east] },
      { atS: 2.5, kind: 'fire', alerts: [west] },
      { atS: 4, kind: 'fire', alerts: [nowhere] },
    ],
    wants: [
      { betweenS: [2, 2.4], firing: [east], resolved: [] },
      { betweenS: [3.5, 3.9], firing: [west], resolved: [] },
      { betweenS: [5, 5.4], firing: [nowhere], resolved: [] },
    ],
    untilS: 7,
  },
  {
    ...plain,
    name: 'letters: quotes, braces and UTF-8 in values are silenced as written, and no others',
    acts: [
      {
        atS: 0.2,
        kind: 'silence',
        id: 's1',
        matchers: [
          'alertname="a \\"quoted\\" \\\\ {x=\\"y\\"}"',
          'zone=~"Z.rich, [\u6771\u4eac]+ .+"',
        ],
        untilS: 4.2,
      },
      { atS: 1, kind: 'fire', alerts: [quoted, plainText] },
    ],
    wants: [
      { betweenS: [2, 2.4], firing: [plainText], resolved: [] },
      { betweenS: [4.2, 5.6], firing: [quoted, plainText], resolved: [] },
    ],
    untilS: 7,
  },
  {
    ...plain,
    name: 'regex: it must match the whole value, and a missing label is the empty text',
    acts: [
      { atS: 0.2, kind: 'silence', id: 's1', matchers: ['region=~"us-east|us"'], untilS: 600 },
      { atS: 0.2, kind: 'silence', id: 's2', matchers: ['region!~"us-.*"'], untilS: 600 },
      { atS: 1, kind: 'fire', alerts: [east, west, nowhere] },
    ],
    wants: [{ betweenS: [2, 2.4], firing: [east, west], resolved: [] }],
    untilS: 5,
  },
  {
    ...plain,
    name: 'inhibition: a label that both lack is equal, and a source does not mute itself',
    inhibit: [{ source: ['alertname=~"a|b"'], target: ['alertname="b"'], equal: ['region'] }],
    acts: [
      { atS: 0.5, kind: 'fire', alerts: [a] },
      { atS: 1, kind: 'fire', alerts: [b] },
      { atS: 4.2, kind: 'resolve', alerts: [a] },
    ],
    wants: [
      { betweenS: [1.5, 1.9], firing: [a], resolved: [] },
      { betweenS: [4.2, 5.6], firing: [b], resolved: [a] },
    ],
    untilS: 7,
  },
  {
    ...plain,
    name: 'fire and resolve within the group wait: nobody is told anything',
    rhythm: { ...everySecond, groupWaitMs: 2000 },
    acts: [
      { atS: 1, kind: 'fire', alerts: [a] },
      { atS: 1.8, kind: 'resolve', alerts: [a] },
    ],
    wants: [],
    untilS: 6,
  },
  {
    ...plain,
    name: 'refire: after all is resolved a new story begins, with its own group wait',
    acts: [
      { atS: 1, kind: 'fire', alerts: [a] },
      { atS: 3.2, kind: 'resolve', alerts: [a] },
      { atS: 5.2, kind: 'fire', alerts: [a] },
    ],
    wants: [
      { betweenS: [2, 2.4], firing: [a], resolved: [] },
      { betweenS: [3.2, 4.4], firing: [], resolved: [a] },
      { betweenS: [5.2, 6.6], firing: [a], resolved: [] },
    ],
    untilS: 8,
  },
  {
    ...plain,
    name: 'inhibited after it was told: it is left out, and is back when the source resolves',
    inhibit: [{ source: ['alertname="b"'], target: ['alertname="a"'], equal: ['zone'] }],
    acts: [
      { atS: 1, kind: 'fire', alerts: [a] },
      { atS: 3.2, kind: 'fire', alerts: [b] },
      { atS: 6.2, kind: 'resolve', alerts: [b] },
    ],
    wants: [
      { betweenS: [2, 2.4], firing: [a], resolved: [] },
      { betweenS: [3.2, 4.6], firing: [b], resolved: [] },
      { betweenS: [6.2, 7.6], firing: [a], resolved: [b] },
    ],
    untilS: 9,
  },
  {
    ...plain,
    name: 'silenced after it was told, and let go again unchanged: nothing new is said',
    acts: [
      { atS: 1, kind: 'fire', alerts: [a] },
      { atS: 3.2, kind: 'silence', id: 's1', matchers: ['alertname="a"'], untilS: 5.2 },
    ],
    wants: [{ betweenS: [2, 2.4], firing: [a], resolved: [] }],
    untilS: 8,
  },
];

/** One story, two tellings: ours and, known and refused, Alertmanager's. */
export type Difference = {
  readonly story: AlertsCase;
  readonly reason: string;
  readonly theirs: readonly CaseWant[];
};

const calm: Rhythm = { groupWaitMs: 1000, groupIntervalMs: 5000, repeatIntervalMs: 600_000 };

export const differences: readonly Difference[] = [
  {
    reason: 'the last resolve goes out at once: nobody should stay paged a group interval longer',
    story: {
      ...plain,
      name: 'all resolved in the middle of a group interval',
      rhythm: calm,
      acts: [
        { atS: 1, kind: 'fire', alerts: [a] },
        { atS: 3, kind: 'resolve', alerts: [a] },
      ],
      wants: [
        { betweenS: [2, 2.4], firing: [a], resolved: [] },
        { betweenS: [3, 3.4], firing: [], resolved: [a] },
      ],
      untilS: 8.5,
    },
    theirs: [
      { betweenS: [2, 2.4], firing: [a], resolved: [] },
      { betweenS: [6.6, 7.4], firing: [], resolved: [a] },
    ],
  },
  {
    reason:
      'a resolve is told even under a silence, or what was opened stays open (alertmanager#226)',
    story: {
      ...plain,
      name: 'resolved while silenced',
      acts: [
        { atS: 1, kind: 'fire', alerts: [a] },
        { atS: 3.2, kind: 'silence', id: 's1', matchers: ['alertname="a"'], untilS: 600 },
        { atS: 5, kind: 'resolve', alerts: [a] },
      ],
      wants: [
        { betweenS: [2, 2.4], firing: [a], resolved: [] },
        { betweenS: [5, 5.4], firing: [], resolved: [a] },
      ],
      untilS: 8,
    },
    theirs: [{ betweenS: [2, 2.4], firing: [a], resolved: [] }],
  },
  {
    reason:
      'a story that was quiet for an interval waits for the group wait, not for the next round',
    story: {
      ...plain,
      name: 'another alert long after the last notice',
      rhythm: calm,
      acts: [
        { atS: 1, kind: 'fire', alerts: [a] },
        { atS: 7.8, kind: 'fire', alerts: [b] },
      ],
      wants: [
        { betweenS: [2, 2.4], firing: [a], resolved: [] },
        { betweenS: [8.7, 9.1], firing: [a, b], resolved: [] },
      ],
      untilS: 13,
    },
    theirs: [
      { betweenS: [2, 2.4], firing: [a], resolved: [] },
      { betweenS: [11.6, 12.4], firing: [a, b], resolved: [] },
    ],
  },
];
