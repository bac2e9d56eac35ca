// The live stream as the console reads it: pieces of text in, a fleet out, and a loud word when what
// is shown may not be true any more.

import type { LiveMessage } from '@regionpilot/api/contract';
import { describe, expect, test } from 'vitest';
import {
  applyMessage,
  emptyFleet,
  liveAlerts,
  urgentAlerts,
} from '../../../console/src/model/fleet.ts';
import { dataAgeMs, staleness } from '../../../console/src/model/freshness.ts';
import { backoffMs, readSse, sseStart } from '../../../console/src/model/sse.ts';
import { alert, entry, group } from './build.ts';

const snapshot = (part: Partial<Extract<LiveMessage, { kind: 'snapshot' }>> = {}): LiveMessage => ({
  kind: 'snapshot',
  nowMs: 10_000,
  instance: 'a',
  groups: [group()],
  incidents: [],
  alerts: [],
  silences: [],
  pipeline: {
    asOfMs: 0,
    bus: { kind: 'embedded', ok: true, text: '' },
    deciders: [],
    folders: [],
    alerting: [],
    receivers: [],
    followers: { live: 0, relay: 0 },
  },
  timeline: [],
  demo: null,
  ...part,
});

describe('server-sent events', () => {
  test('an event that arrives in three pieces is read once it is complete', () => {
    const [one, none] = readSse(sseStart, 'id: x-1\nevent: gro');
    const [two, still] = readSse(one, 'up\ndata: {"a":1}\n');
    const [, events] = readSse(two, '\n');
    expect([none, still]).toEqual([[], []]);
    expect(events).toEqual([{ id: 'x-1', event: 'group', data: '{"a":1}' }]);
  });

  test('a comment is no event, a retry is remembered, lines may end the other way', () => {
    const [state, events] = readSse(sseStart, 'retry: 2500\r\n\r\n: alive\r\n\r\n');
    expect([state.retryMs, events]).toEqual([2_500, []]);
  });

  test('data of several lines is one text', () => {
    expect(readSse(sseStart, 'data: a\ndata: b\n\n')[1][0]?.data).toBe('a\nb');
  });

  test('each failure waits longer, up to a bound', () => {
    const waits = [1, 2, 3, 4, 5, 6, 20].map((attempt) => backoffMs(attempt, () => 0.5));
    expect(waits).toEqual([500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000]);
  });
});

describe('the fleet', () => {
  test('a group that is told again keeps its place', () => {
    const two = applyMessage(
      emptyFleet,
      snapshot({ groups: [group({ group: 'b' }), group({ group: 'a' })] }),
    );
    const after = applyMessage(two, { kind: 'group', group: group({ group: 'a', epoch: 9 }) });
    expect(after.groups.map(({ group, epoch }) => [group, epoch])).toEqual([
      ['a', 9],
      ['b', 1],
    ]);
  });

  test('an entry told twice is listed once, and a late one finds its place in time', () => {
    const messages = [entry('1', 100), entry('3', 300), entry('2', 200), entry('3', 300)];
    const fleet = messages.reduce(
      (f, e) => applyMessage(f, { kind: 'timeline', entry: e }),
      emptyFleet,
    );
    expect(fleet.timeline.map(({ id }) => id)).toEqual(['3', '2', '1']);
  });

  test('a snapshot forgets what was known before', () => {
    const before = applyMessage(emptyFleet, { kind: 'alert', alert: alert() });
    expect(applyMessage(before, snapshot()).alerts).toEqual([]);
  });

  test('what is resolved, taken, silenced or only informs does not ask for a person', () => {
    const alerts = [
      alert({ fingerprint: '1' }),
      alert({ fingerprint: '2', state: 'resolved' }),
      alert({ fingerprint: '3', ackedBy: 'noah' }),
      alert({ fingerprint: '4', silencedBy: ['s'] }),
      alert({ fingerprint: '5', severity: 'info' }),
    ];
    const fleet = { ...emptyFleet, alerts };
    expect(urgentAlerts(fleet).map((a) => a.fingerprint)).toEqual(['1']);
    expect(liveAlerts(fleet)).toHaveLength(4);
  });
});

describe('staleness', () => {
  const open = { kind: 'open', heardMs: 10_000 } as const;

  test('a line that was heard a moment ago with fresh facts is fresh', () => {
    expect(staleness(open, [group()], 11_000).kind).toBe('fresh');
  });

  test('twelve seconds of silence are allowed, not one more', () => {
    const fresh = group({ asOfMs: 22_000 });
    expect(staleness(open, [fresh], 22_000).kind).toBe('fresh');
    expect(staleness(open, [fresh], 22_001).kind).toBe('silent');
  });

  test('facts grow old while nobody tells newer ones', () => {
    expect(dataAgeMs(group({ dataAgeMs: 100, asOfMs: 10_000 }), 13_000)).toBe(3_100);
    expect(staleness({ kind: 'open', heardMs: 15_000 }, [group()], 15_000)).toEqual({
      kind: 'oldData',
      text: 'The newest facts of payments-cache are 5.1 s old. Health and shares may have changed since.',
    });
  });

  test('a broken line says since when, why, and when it tries again', () => {
    const broken = {
      kind: 'broken',
      sinceMs: 4_000,
      why: 'the server cannot be reached',
      retryAtMs: 11_500,
    } as const;
    expect(staleness(broken, [], 10_000)).toEqual({
      kind: 'disconnected',
      text: 'No connection for 6.0 s: the server cannot be reached. What you see is from before.',
      retryInMs: 1_500,
    });
  });
});
