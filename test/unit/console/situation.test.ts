// The sentence at the top of the console, told as an outage goes on.

import { describe, expect, test } from 'vitest';
import { groupSituation, situation } from '../../../console/src/model/situation.ts';
import { group, region } from './build.ts';

const down = region({ health: 'down', sinceMs: 4_000, errorRatio: 0.9 });
const east = region({ region: 'us-east' });

describe('one outage', () => {
  test('before it, everything is fine and nothing else is said', () => {
    const is = situation([group()], 10_000);
    expect(is).toMatchObject({ tone: 'calm', worst: null });
    expect(is.headline).toBe('All regions are healthy and 100 clients follow their decisions.');
  });

  test('a region that is down and still gets clients is bad', () => {
    const is = situation([group({ regions: [down, east] })], 10_000);
    expect(is.tone).toBe('bad');
    expect(is.headline).toMatch(
      /^payments-cache: eu-west is down, for 6\.0 s now\. All 100 clients follow, yet 45 % /,
    );
  });

  test('while clients move, those that do not follow yet are counted', () => {
    const moving = group({
      regions: [{ ...down, admit: 0 }, east],
      convergence: { applied: 60, share: 0.6 },
    });
    expect(groupSituation(moving).worked).toEqual({
      tone: 'watch',
      text: '40 of 100 clients do not follow yet',
    });
  });

  test('once nobody is sent to it and errors are gone, it is a thing to look at, no alarm', () => {
    const is = situation([group({ regions: [{ ...down, admit: 0 }, east] })], 10_000);
    expect(is.tone).toBe('watch');
    expect(is.headline).toMatch(/Clients were moved, and it worked\.$/);
    expect(is.worst?.decided.text).toBe('Nobody is sent to eu-west');
  });

  test('a few stragglers do not hide that it worked, yet they are counted', () => {
    const most = group({
      regions: [{ ...down, admit: 0 }, east],
      clients: { reporting: 10_000, known: 10_000 },
      convergence: { applied: 9_993, share: 0.9993 },
    });
    expect(groupSituation(most).worked.text).toBe('All but 7 clients follow, 0 % errors');
  });
});

test('a move that did not help is bad, though everybody follows', () => {
  const worse = group({
    regions: [
      { ...down, admit: 0 },
      { ...east, errorRatio: 0.2 },
    ],
  });
  expect(groupSituation(worse).worked).toEqual({
    tone: 'bad',
    text: 'All 100 clients follow, yet 20 % of commands fail',
  });
});

test('a region that is down and still admits clients is bad, even without traffic to fail', () => {
  const idle = group({ regions: [{ ...down, errorRatio: null, opsPerSecond: 0 }, east] });
  expect(groupSituation(idle).tone).toBe('bad');
  expect(situation([idle], 4_000).headline).toMatch(/Clients are still sent there\.$/);
});

test('no safe region is said before anything else that was decided', () => {
  const stuck = group({ noSafeTarget: true, suspended: ['warmUp'], regions: [down] });
  expect(groupSituation(stuck).decided.text).toBe('No region is safe: clients stay where they are');
});

test('nobody reporting is unknown, never well', () => {
  const silent = group({
    convergence: { applied: 0, share: null },
    clients: { reporting: 0, known: 9 },
  });
  expect(groupSituation(silent).tone).toBe('unknown');
});

test('the group where clients suffer is named first, and the others are counted', () => {
  const moved = group({ group: 'a', regions: [{ ...down, admit: 0 }, east] });
  const suffering = group({ group: 'b', regions: [down, east] });
  const is = situation([moved, suffering], 10_000);
  expect(is.worst?.group).toBe('b');
  expect(is.headline).toMatch(/1 other group also needs a look\.$/);
});

test('without any group the page says so', () => {
  expect(situation([], 0).headline).toMatch(/no client has reported/);
});
