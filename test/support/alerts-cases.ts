// Stories that both we and a real Alertmanager can be told: what fires when, and within which window
// which notice is wanted. Data only, so that one case runs on our virtual clock and, in real seconds,
// against Alertmanager. Windows are wide enough for both rhythms: Alertmanager looks once per group
// interval, we speak as soon as the interval has passed, and send a last resolve at once.

import type { Labels } from '@regionpilot/protocol';
import type { Rhythm } from '../../alerts/route.ts';

/** In the order of time; seconds from the start. */
export type CaseAct =
  | { readonly atS: number; readonly kind: 'fire' | 'resolve'; readonly alerts: readonly Labels[] }
  /** Matchers as text, for example `alertname=~".+"`. */
  | {
      readonly atS: number;
      readonly kind: 'silence';
      readonly id: string;
      readonly matchers: readonly string[];
      readonly untilS: number;
    }
  | { readonly atS: number; readonly kind: 'endSilence'; readonly id: string };

/** One notice within the window, with exactly these alerts in it. */
export type CaseWant = {
  readonly betweenS: readonly [number, number];
  readonly firing: readonly Labels[];
  readonly resolved: readonly Labels[];
};

export type AlertsCase = {
  readonly name: string;
  readonly rhythm: Rhythm;
  readonly groupBy: readonly string[];
  /** Matchers as text. */
  readonly inhibit: readonly {
    readonly source: readonly string[];
    readonly target: readonly string[];
    readonly equal: readonly string[];
  }[];
  readonly acts: readonly CaseAct[];
  /** All notices there are, in order; a notice that nobody wants fails the case. */
  readonly wants: readonly CaseWant[];
  readonly untilS: number;
};

/** A notice as it arrived, whoever sent it. */
export type CaseNotice = {
  readonly atS: number;
  readonly firing: readonly Labels[];
  readonly resolved: readonly Labels[];
};

const a: Labels = { alertname: 'a', zone: 'one' };
const b: Labels = { alertname: 'b', zone: 'one' };
const c: Labels = { alertname: 'c', zone: 'one' };
const d: Labels = { alertname: 'd', zone: 'one' };
const e: Labels = { alertname: 'e', zone: 'one' };
const other: Labels = { alertname: 'a', zone: 'two' };
const down: Labels = { alertname: 'down', zone: 'one' };

const everySecond: Rhythm = { groupWaitMs: 1000, groupIntervalMs: 1000, repeatIntervalMs: 600_000 };
const plain = { rhythm: everySecond, groupBy: [], inhibit: [] };

export const alertsCases: readonly AlertsCase[] = [
  {
    ...plain,
    name: 'batching: what fires within the group wait goes out together, later ones at the interval',
    acts: [
      { atS: 1, kind: 'fire', alerts: [a] },
      { atS: 1.5, kind: 'fire', alerts: [b] },
      { atS: 3.2, kind: 'fire', alerts: [c, d, e] },
    ],
    wants: [
      { betweenS: [2, 2.4], firing: [a, b], resolved: [] },
      { betweenS: [3.2, 4.4], firing: [a, b, c, d, e], resolved: [] },
    ],
    untilS: 7,
  },
  {
    ...plain,
    name: 'repeat: unchanged, it is said again only after the repeat interval',
    rhythm: { ...everySecond, repeatIntervalMs: 4000 },
    acts: [{ atS: 1, kind: 'fire', alerts: [a] }],
    wants: [
      { betweenS: [2, 2.4], firing: [a], resolved: [] },
      { betweenS: [6, 7.4], firing: [a], resolved: [] },
    ],
    untilS: 9.5,
  },
  {
    ...plain,
    name: 'resolved: each end is told once',
    acts: [
      { atS: 1, kind: 'fire', alerts: [a, b] },
      { atS: 3.2, kind: 'resolve', alerts: [b] },
      { atS: 6.2, kind: 'resolve', alerts: [a] },
    ],
    wants: [
      { betweenS: [2, 2.4], firing: [a, b], resolved: [] },
      { betweenS: [3.2, 4.6], firing: [a], resolved: [b] },
      { betweenS: [6.2, 7.6], firing: [], resolved: [a] },
    ],
    untilS: 10,
  },
  {
    ...plain,
    name: 'inhibition: the source mutes targets of its zone until it resolves',
    inhibit: [{ source: ['alertname="down"'], target: ['alertname="a"'], equal: ['zone'] }],
    acts: [
      { atS: 0.5, kind: 'fire', alerts: [down] },
      { atS: 1, kind: 'fire', alerts: [a, other] },
      { atS: 4.2, kind: 'resolve', alerts: [down] },
    ],
    wants: [
      { betweenS: [1.5, 1.9], firing: [down, other], resolved: [] },
      { betweenS: [4.2, 5.6], firing: [a, other], resolved: [down] },
    ],
    untilS: 8,
  },
  {
    ...plain,
    name: 'silence: one alert is muted from the start, the other is told, and the first when it ends',
    acts: [
      { atS: 0.2, kind: 'silence', id: 's1', matchers: ['alertname="a"'], untilS: 5.2 },
      { atS: 1, kind: 'fire', alerts: [a, b] },
    ],
    wants: [
      { betweenS: [2, 2.4], firing: [b], resolved: [] },
      { betweenS: [5.2, 6.6], firing: [a, b], resolved: [] },
    ],
    untilS: 9,
  },
  {
    ...plain,
    name: 'silence delete: a regex silence that is ended early lets notices through again',
    acts: [
      { atS: 0.2, kind: 'silence', id: 's2', matchers: ['alertname=~".+"'], untilS: 600 },
      { atS: 1, kind: 'fire', alerts: [a] },
      { atS: 4.2, kind: 'endSilence', id: 's2' },
    ],
    wants: [{ betweenS: [4.2, 5.6], firing: [a], resolved: [] }],
    untilS: 8,
  },
];

/** What differs from what was wanted, in words; empty: all as wanted. */
export function caseProblems(
  wants: readonly CaseWant[],
  got: readonly CaseNotice[],
): readonly string[] {
  const missing = wants.flatMap((want, at) => {
    const notice = got[at];
    if (notice === undefined) return [`wanted ${wordsOfWant(want)}, got nothing more`];
    return fits(want, notice) ? [] : [`wanted ${wordsOfWant(want)}, got ${wordsOf(notice)}`];
  });
  return [...missing, ...got.slice(wants.length).map((more) => `nobody wanted ${wordsOf(more)}`)];
}

function fits(want: CaseWant, got: CaseNotice): boolean {
  const [from, to] = want.betweenS;
  return from <= got.atS && got.atS <= to && alertsOf(want) === alertsOf(got);
}

function wordsOfWant(want: CaseWant): string {
  return `between ${want.betweenS.join(' and ')} s ${alertsOf(want)}`;
}

function wordsOf(got: CaseNotice): string {
  return `at ${got.atS.toFixed(2)} s ${alertsOf(got)}`;
}

function alertsOf({ firing, resolved }: Pick<CaseNotice, 'firing' | 'resolved'>): string {
  const names = (labels: readonly Labels[]) => labels.map(nameOf).sort().join(' ');
  return `firing [${names(firing)}] resolved [${names(resolved)}]`;
}

function nameOf(labels: Labels): string {
  return JSON.stringify(Object.entries(labels).sort());
}
