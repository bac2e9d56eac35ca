import { describe, expect, test } from 'vitest';
import {
  buildReport,
  isClean,
  type Move,
  type Outage,
  type RunLog,
  type SentPage,
} from '../../../demo/report.ts';
import { decisionOf } from './build.ts';

const euDies: Outage = { fault: 'refused', region: 'eu', atMs: 10_000, clients: ['a', 'b', 'c'] };
const away = (client: string, atMs: number): Move => ({ client, from: 'eu', to: 'us', atMs });
const back = (client: string, atMs: number): Move => ({ client, from: 'us', to: 'eu', atMs });

function pageOf(fields: Partial<SentPage>): SentPage {
  return {
    receiver: 'pagerduty',
    dedupKey: 'rp-1',
    title: 'eu is down; moved',
    severity: 'warning',
    worst: 'warning',
    state: 'resolved',
    sentMs: 0,
    resolvedMs: null,
    attempts: 1,
    ...fields,
  };
}

const oneOutage: RunLog = {
  bus: 'embedded',
  outages: [euDies],
  healthChanges: [
    { region: 'eu', to: 'suspect', atMs: 9_000 },
    { region: 'us', to: 'suspect', atMs: 10_050 },
    { region: 'eu', to: 'suspect', atMs: 10_120 },
    { region: 'eu', to: 'down', atMs: 10_230 },
  ],
  decisions: [
    { decision: decisionOf({ epoch: 1, reason: 'initial', atMs: 1_000 }), seenMs: 1_020 },
    { decision: decisionOf({ epoch: 2, reason: 'regionDown', atMs: 10_230 }), seenMs: 10_250 },
    { decision: decisionOf({ epoch: 3, reason: 'rampStep', atMs: 15_000 }), seenMs: 15_010 },
  ],
  moves: [
    away('a', 10_255),
    away('b', 10_260),
    away('c', 10_300),
    ...['a', 'b', 'c'].map((client) => back(client, 16_000)),
  ],
  failures: [8_000, 10_010, 10_090],
  commands: { sent: 900, failed: 0, ambiguous: 2 },
  pages: [pageOf({ sentMs: 11_400, resolvedMs: 16_500 })],
  changes: [
    { receiver: 'pagerduty', title: 'all clients left eu', sentMs: 10_900 },
    { receiver: 'webhook', title: 'all clients left eu', sentMs: 10_901 },
  ],
};

describe('the report of an outage', () => {
  test('every phase is counted from the fault, and what was before it is left out', () => {
    expect(buildReport(oneOutage).phasesMs).toEqual({
      detected: 120,
      decided: 230,
      published: 250,
      appliedP50: 260,
      appliedP99: 300,
      appliedLast: 300,
      lastFailedCommand: 90,
    });
  });

  test('everybody who used the region moved and returned', () => {
    const report = buildReport(oneOutage);
    expect(report).toMatchObject({ fault: 'refused', clients: 3, moved: 3, returned: 3 });
    expect(report.commands).toEqual({ sent: 900, failed: 0, ambiguous: 2 });
    expect(isClean(report)).toBe(true);
  });

  test('decisions carry their time after the fault; those before it carry none', () => {
    const { decisions } = buildReport(oneOutage);
    expect(decisions.map(({ epoch, atMs }) => [epoch, atMs])).toEqual([
      [1, null],
      [2, 250],
      [3, 5_010],
    ]);
  });

  test('a client that never left, or left again, has not returned', () => {
    const moves = [away('a', 10_255), back('a', 16_000), away('a', 17_000), away('b', 10_260)];
    const report = buildReport({ ...oneOutage, moves });
    expect(report).toMatchObject({ clients: 3, moved: 2, returned: 0 });
    expect(isClean(report)).toBe(false);
  });

  test('a visitor that was not there at the fault is not counted', () => {
    const moves = [...oneOutage.moves, away('stranger', 10_400)];
    expect(buildReport({ ...oneOutage, moves })).toMatchObject({ moved: 3, clients: 3 });
  });

  test('pages are told with their time after the fault, and as bad as they ever were', () => {
    const before = pageOf({ receiver: 'webhook', worst: 'critical', sentMs: 9_000, attempts: 3 });
    const { pages, changes } = buildReport({ ...oneOutage, pages: [before, ...oneOutage.pages] });
    const shared = { dedupKey: 'rp-1', title: 'eu is down; moved' };
    expect(pages).toEqual([
      {
        ...{ ...shared, receiver: 'webhook', severity: 'critical', sentMs: 9_000 },
        ...{ afterFaultMs: null, resolvedMs: null, attempts: 3 },
      },
      {
        ...{ ...shared, receiver: 'pagerduty', severity: 'warning', sentMs: 11_400 },
        ...{ afterFaultMs: 1_400, resolvedMs: 16_500, attempts: 1 },
      },
    ]);
    expect(changes).toEqual([{ title: 'all clients left eu', sentMs: 10_900 }]);
  });

  test('a page that nobody resolved is not clean', () => {
    const pages = [...oneOutage.pages, pageOf({ sentMs: 12_000 })];
    expect(isClean(buildReport({ ...oneOutage, pages }))).toBe(false);
  });

  test('one failed command spoils a clean report, an ambiguous one does not', () => {
    const commands = { sent: 900, failed: 1, ambiguous: 0 };
    expect(isClean(buildReport({ ...oneOutage, commands }))).toBe(false);
  });

  test('of two outages the slower one counts in every phase, and clients of both', () => {
    const usDies: Outage = { fault: 'frozen', region: 'us', atMs: 20_000, clients: ['d'] };
    const report = buildReport({
      ...oneOutage,
      outages: [euDies, usDies],
      decisions: [
        ...oneOutage.decisions,
        { decision: decisionOf({ epoch: 4, reason: 'regionDown', atMs: 20_700 }), seenMs: 20_720 },
      ],
      moves: [
        ...oneOutage.moves,
        { client: 'd', from: 'us', to: 'eu', atMs: 20_750 },
        { client: 'd', from: 'eu', to: 'us', atMs: 26_000 },
      ],
    });
    expect(report).toMatchObject({ fault: 'refused,frozen', clients: 4, moved: 4, returned: 4 });
    expect(report.phasesMs).toMatchObject({ decided: 700, appliedP50: 750, appliedLast: 750 });
  });

  test('where nothing happened the phases are null and nothing is clean', () => {
    const quiet = { ...oneOutage, decisions: [], moves: [], failures: [], healthChanges: [] };
    const report = buildReport(quiet);
    expect(Object.values(report.phasesMs)).toEqual(Array(7).fill(null));
    expect(isClean(report)).toBe(false);
    expect(isClean(buildReport({ ...quiet, outages: [] }))).toBe(false);
  });
});
