import {
  at,
  batchLimits,
  connectionStates,
  errorClassNumber,
  eventKinds,
} from '@regionpilot/protocol';
import { describe, expect, test } from 'vitest';
import { type Draft, harvest } from '../../../agent/harvest.ts';
import type { Recorder } from '../../../agent/recorder.ts';
import { quiet, recorderAt } from './build.ts';

const eu = { group: 'cache', region: 'eu', target: 'eu:6379', probe: quiet };
const us = { ...eu, region: 'us' };

function reap(recorder: Recorder, nowMs: number, full = false) {
  return harvest(recorder, { nowMs, wallOffsetMs: 1_000_000, full, breaker: [] });
}

/** Rows as a human would write them down. */
function rowsOf({ columns, rows, strings, errors }: Draft) {
  return Array.from({ length: rows }, (_, row) => ({
    connection: at(columns.connection, row),
    region: strings[at(columns.region, row)],
    event: eventKinds[at(columns.event, row)],
    state: connectionStates[at(columns.state, row)],
    at: at(columns.at, row),
    ok: at(columns.ok, row),
    stalledMs: at(columns.stalledMs, row),
    errors: errors.flatMap((value, i) =>
      i % 3 === 0 && value === row ? [[errors[i + 1], errors[i + 2]]] : [],
    ),
  }));
}

function onlyDraft(drafts: readonly Draft[]): Draft {
  expect(drafts).toHaveLength(1);
  return drafts[0] as Draft;
}

describe('what a connection lived through', () => {
  test('is told in order, each step with its time, and the counts once', () => {
    const { recorder, clock } = recorderAt(5_000);
    const link = recorder.open(eu);
    link.changed('connecting');
    clock.nowMs = 5_020;
    link.changed('ready');
    link.answered(800);
    link.failed('timeout', 2);
    const draft = onlyDraft(reap(recorder, 5_030).drafts);
    expect(draft.baseMs).toBe(1_005_000);
    const timeout = errorClassNumber('timeout');
    expect(rowsOf(draft)).toMatchObject([
      { event: 'connecting', state: 'connecting', at: 0, ok: 0, errors: [] },
      { event: 'ready', state: 'ready', at: 20, ok: 1, errors: [[timeout, 2]] },
    ]);
    expect(onlyDraft(reap(recorder, 5_040).drafts).rows).toBe(0);
  });

  test('a link lost for a reason counts as one failure of that kind, and wakes the agent', () => {
    const { recorder, wakes } = recorderAt(0);
    recorder.open(eu).changed('closed', 'refused');
    const { drafts, failures } = reap(recorder, 1);
    expect(wakes).toEqual(['failure', 'change']);
    expect(failures).toBe(1);
    expect(rowsOf(onlyDraft(drafts))).toMatchObject([
      { event: 'closed', state: 'closed', errors: [[errorClassNumber('refused'), 1]] },
    ]);
  });

  test('a link that is down wakes the agent once, not with every attempt to come back', () => {
    const { recorder, wakes } = recorderAt(0);
    const link = recorder.open(eu);
    link.changed('connecting');
    expect(wakes).toEqual([]);
    link.changed('ready');
    expect(wakes.splice(0)).toEqual(['change']);
    link.changed('closed', 'reset');
    expect(wakes.splice(0)).toEqual(['failure', 'change']);
    reap(recorder, 10);
    for (let attempt = 0; attempt < 10; attempt++) {
      link.changed('reconnecting');
      link.changed('connecting');
      link.changed('closed', 'refused');
    }
    expect(wakes).toEqual([]);
    expect(onlyDraft(reap(recorder, 500).drafts).rows).toBe(30);
    link.changed('ready');
    link.changed('closed', 'reset');
    expect(wakes).toEqual(['change', 'failure', 'change']);
  });

  test('an error reply of a working server is an answer; a cancelled call is none', () => {
    const { recorder, wakes } = recorderAt(0);
    const link = recorder.open(eu);
    link.failed('wrongtype');
    link.failed('moved', 3);
    link.failed('cancelled', 5);
    const { drafts, failures } = reap(recorder, 1);
    expect(rowsOf(onlyDraft(drafts))).toMatchObject([{ event: 'sample', ok: 4 }]);
    expect(onlyDraft(drafts).errors).toHaveLength(9);
    expect([failures, wakes]).toEqual([0, []]);
  });

  test('the first failure wakes the agent, the thousandth does not', () => {
    const { recorder, wakes } = recorderAt(0);
    const link = recorder.open(eu);
    for (let i = 0; i < 1_000; i++) link.failed('timeout');
    expect(wakes).toEqual(['failure']);
    reap(recorder, 10);
    link.failed('timeout');
    expect(wakes).toEqual(['failure', 'failure']);
  });

  test('a calm connection is only mentioned in a full report', () => {
    const { recorder } = recorderAt(0);
    recorder.open(eu).changed('ready');
    reap(recorder, 1);
    expect(reap(recorder, 2).drafts[0]?.rows).toBe(0);
    expect(rowsOf(onlyDraft(reap(recorder, 3, true).drafts))).toMatchObject([
      { event: 'sample', state: 'ready', ok: 0 },
    ]);
  });

  test('latency is kept per region, in buckets', () => {
    const { recorder } = recorderAt(0);
    const [one, two, far] = [recorder.open(eu), recorder.open(eu), recorder.open(us)];
    one.answered(1);
    two.answered(1);
    far.answered(2);
    const { latency, strings } = onlyDraft(reap(recorder, 1).drafts);
    expect(
      latency.map(([group, region, ...rest]) => [
        strings[group ?? 9],
        strings[region ?? 9],
        ...rest,
      ]),
    ).toEqual([
      ['cache', 'eu', 0, 2],
      ['cache', 'us', 15, 1],
    ]);
    expect(onlyDraft(reap(recorder, 2).drafts).latency).toEqual([]);
    far.answered(1);
    expect(onlyDraft(reap(recorder, 3).drafts).latency).toEqual([[0, 1, 0, 1]]);
  });
});

describe('a connection number', () => {
  test('is given out again only after its goodbye arrived', () => {
    const { recorder } = recorderAt(0);
    const first = recorder.open(eu);
    first.close();
    const { gone } = onlyDraft(reap(recorder, 1).drafts);
    expect(gone).toEqual([0]);
    recorder.open(us).answered(1);
    expect(rowsOf(onlyDraft(reap(recorder, 2).drafts))).toMatchObject([{ connection: 1 }]);
    recorder.release(gone);
    recorder.open(us).answered(1);
    expect(rowsOf(onlyDraft(reap(recorder, 3).drafts))).toMatchObject([
      { connection: 0, region: 'us' },
    ]);
  });

  test('repeats its goodbye in every full report until that happens', () => {
    const { recorder } = recorderAt(0);
    recorder.open(eu).close();
    reap(recorder, 1);
    expect(onlyDraft(reap(recorder, 2).drafts).rows).toBe(0);
    const repeated = onlyDraft(reap(recorder, 3, true).drafts);
    expect(rowsOf(repeated)).toMatchObject([{ event: 'gone', state: 'gone' }]);
    recorder.release(repeated.gone);
    expect(onlyDraft(reap(recorder, 4, true).drafts).rows).toBe(0);
  });

  test('stays with its new owner when an old goodbye arrives twice', () => {
    const { recorder } = recorderAt(0);
    recorder.open(eu).close();
    const { gone } = onlyDraft(reap(recorder, 1).drafts);
    recorder.release(gone);
    recorder.open(us);
    recorder.release(gone);
    recorder.open(eu);
    expect(rowsOf(onlyDraft(reap(recorder, 2, true).drafts))).toMatchObject([
      { connection: 0, region: 'us' },
      { connection: 1, region: 'eu' },
    ]);
  });

  test('carries nothing over from its former life', () => {
    const { recorder } = recorderAt(0);
    const first = recorder.open(eu);
    first.failed('timeout');
    first.close();
    recorder.release(onlyDraft(reap(recorder, 1).drafts).gone);
    first.answered(1);
    first.failed('reset');
    first.changed('ready');
    first.close();
    recorder.open(us);
    expect(rowsOf(onlyDraft(reap(recorder, 2, true).drafts))).toMatchObject([
      { connection: 0, region: 'us', state: 'connecting', ok: 0, errors: [] },
    ]);
  });

  test('is refused to the 65,537th connection, whose handle is silent', () => {
    const { recorder } = recorderAt(0);
    for (let i = 0; i < batchLimits.connections; i++) recorder.open(eu);
    const beyond = recorder.open(eu);
    beyond.answered(1);
    beyond.failed('timeout');
    beyond.close();
    expect(recorder.refused).toBe(1);
    const { drafts } = reap(recorder, 1, true);
    expect(drafts.map(({ rows }) => rows)).toEqual([...Array(13).fill(5_000), 536]);
  });
});

describe('a stall', () => {
  test('is told the moment it begins and the moment it ends, once each', () => {
    const { recorder, wakes } = recorderAt(0);
    let since = 1_000;
    recorder.open({ ...eu, probe: { waitingSinceMs: () => since } });
    expect(recorder.look(1_200, 500)).toBe(1_500);
    expect(wakes).toEqual([]);
    expect(recorder.look(1_500, 500)).toBe(1_550);
    expect(wakes).toEqual(['change']);
    expect(rowsOf(onlyDraft(reap(recorder, 1_500).drafts))).toMatchObject([{ stalledMs: 500 }]);
    recorder.look(1_550, 500);
    since = 0;
    expect(recorder.look(1_600, 500)).toBe(2_100);
    expect(wakes).toEqual(['change', 'change']);
    expect(onlyDraft(reap(recorder, 1_600).drafts).rows).toBe(0);
  });

  test('of a command sent just after a look is still seen in time', () => {
    const { recorder } = recorderAt(0);
    let since = 0;
    recorder.open({ ...eu, probe: { waitingSinceMs: () => since } });
    const next = recorder.look(10_000, 500);
    since = 10_001;
    const then = recorder.look(next, 500);
    expect(then).toBe(10_501);
    recorder.look(then, 500);
    expect(recorder.stalled).toBe(true);
  });

  test('a probe of the host that throws or talks nonsense is nobody waiting', () => {
    const { recorder, survived } = recorderAt(0);
    const broken = (): number => {
      throw new Error('host bug');
    };
    recorder.open({ ...eu, probe: { waitingSinceMs: broken } });
    recorder.open({ ...eu, probe: { waitingSinceMs: () => Number.NaN } });
    expect(recorder.look(10_000, 500)).toBe(10_500);
    expect(recorder.stalled).toBe(false);
    expect(survived).toHaveLength(1);
  });
});

test('a link that flaps without end fills a bounded number of rows, and the rest is counted', () => {
  const { recorder } = recorderAt(0);
  const link = recorder.open(eu);
  for (let i = 0; i < 1_500; i++) {
    link.changed('connecting');
    link.changed('closed', 'refused');
  }
  const { drafts, lost, failures } = reap(recorder, 1);
  expect(drafts.reduce((sum, { rows }) => sum + rows, 0)).toBe(2_000);
  expect(lost).toBe(1_000);
  expect(failures).toBe(1_500);
});

describe('questions of our own', () => {
  test('are told once, by region, with the rows of their connections', () => {
    const { recorder } = recorderAt(5_000);
    recorder.open(eu).changed('ready');
    recorder.open(us).changed('ready');
    recorder.probed(eu, true);
    recorder.probed(eu, true);
    recorder.probed(us, false);
    const { probes, strings } = onlyDraft(reap(recorder, 5_100).drafts);
    const told = probes.map(([group, region, ...counts]) => [
      strings[group],
      strings[region],
      ...counts,
    ]);
    expect(told).toEqual([
      ['cache', 'eu', 2, 0],
      ['cache', 'us', 0, 1],
    ]);
    expect(onlyDraft(reap(recorder, 5_200, true).drafts).probes).toEqual([]);
  });

  test('wait for a row of their region, and count for no region without a connection', () => {
    const { recorder } = recorderAt(5_000);
    const link = recorder.open(eu);
    link.changed('ready');
    reap(recorder, 5_100);
    recorder.probed(eu, true);
    recorder.probed(us, true);
    expect(onlyDraft(reap(recorder, 5_200).drafts).probes).toEqual([]);
    link.answered(500);
    expect(onlyDraft(reap(recorder, 5_300).drafts).probes).toEqual([[0, 1, 1, 0]]);
  });
});
