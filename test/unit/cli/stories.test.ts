import type { IncidentEvent, IncidentRecord } from '@regionpilot/protocol';
import { describe, expect, test } from 'vitest';
import { isWhole, lastStories, storiesOf, storyAt } from '../../../cli/stories.ts';

const ten = Date.UTC(2026, 10, 21, 10);
const minute = 60_000;

const record = (atMs: number, incident: string | null, event: IncidentEvent): IncidentRecord => ({
  v: 1,
  group: 'payments',
  incident,
  atMs,
  owner: 'a',
  term: 1,
  event,
});

const first = `payments/${ten}`;
const second = `payments/${ten + 30 * minute}`;
const tilt: IncidentEvent = { kind: 'tiltLeft', reason: 'lag' };
const order: IncidentEvent = { kind: 'overrideChanged', override: null, text: 'cleared' };
const closed: IncidentEvent = { kind: 'closed', openedMs: ten };

const log: readonly IncidentRecord[] = [
  record(ten - minute, null, { kind: 'ownerChanged', owner: 'a', term: 1 }),
  record(ten, first, tilt),
  record(ten + minute, null, order),
  record(ten + minute, null, order),
  record(ten + 2 * minute, first, closed),
  record(ten + 20 * minute, null, order),
  record(ten + 30 * minute, second, tilt),
];

describe('a log cut into stories', () => {
  const stories = storiesOf(log);

  test('quiet, incident, quiet, incident; an order during an incident belongs to it, once', () => {
    expect(stories.map(({ incident, records }) => [incident, records.length])).toEqual([
      [null, 1],
      [first, 3],
      [null, 1],
      [second, 1],
    ]);
  });

  test('the last incident, or the last two and what lies between', () => {
    expect(lastStories(stories, 1).map(({ incident }) => incident)).toEqual([second]);
    expect(lastStories(stories, 2)[0]?.incident).toBe(first);
    expect(lastStories(stories, 9)[0]?.incident).toBe(first);
    expect(lastStories(stories.slice(0, 1), 1)).toHaveLength(1);
    expect(lastStories([], 1)).toEqual([]);
  });

  test('the story of a moment is the last that had begun', () => {
    expect(storyAt(stories, ten + minute).map(({ incident }) => incident)).toEqual([first]);
    expect(storyAt(stories, ten - 2 * minute)).toEqual([]);
  });

  test('an incident is whole when it opened after the reading began', () => {
    const [, incident] = stories;
    expect(incident && isWhole(incident, ten - 1)).toBe(true);
    expect(incident && isWhole(incident, ten + 1)).toBe(false);
  });
});
