// What the console makes of names, numbers, addresses, keys and moments.

import { describe, expect, test } from 'vitest';
import { clientsRequest, parseFilter } from '../../../console/src/model/clients.ts';
import { mergedEntries } from '../../../console/src/model/entry.ts';
import { entryLine, filtered } from '../../../console/src/model/entry-line.ts';
import {
  admitted,
  ago,
  count,
  countdown,
  duration,
  listed,
  ratio,
} from '../../../console/src/model/format.ts';
import { harmless } from '../../../console/src/model/harmless.ts';
import {
  clientAt,
  clientOrigin,
  matrixLayout,
  moved,
  tally,
} from '../../../console/src/model/matrix.ts';
import { type Place, parsePlace, pathOf } from '../../../console/src/model/route.ts';
import {
  entryAt,
  momentAt,
  playedTo,
  positionOf,
  spanOf,
  stepTo,
} from '../../../console/src/model/scrub.ts';
import { pressed } from '../../../console/src/model/shortcuts.ts';
import { sparkPath } from '../../../console/src/model/spark.ts';
import { entry } from './build.ts';

describe('hostile names', () => {
  test('a name that turns its neighbours around shows the mark instead', () => {
    expect(harmless('ledger-\u202egpj.exe')).toBe('ledger-⟨U+202E⟩gpj.exe');
  });

  test('escapes, zero width and line breaks are visible', () => {
    expect(harmless('\u001b[31m\u200b\n\u2028')).toBe('⟨U+001B⟩[31m⟨U+200B⟩⟨U+000A⟩⟨U+2028⟩');
  });

  test('letters of every language stay as they are, and so does markup: it is only text', () => {
    expect(harmless('zürich-日本-<b>')).toBe('zürich-日本-<b>');
  });
});

test('numbers are short and have a unit', () => {
  expect([0, 430, 1_390, 42_000, 185_000, 7_800_000, 90_000_000].map(duration)).toEqual([
    '0 ms',
    '430 ms',
    '1.3 s',
    '42 s',
    '3 min 05 s',
    '2 h 10 min',
    '1 d 01 h',
  ]);
  expect([null, 0, 0.0004, 0.0123, 0.5].map(ratio)).toEqual([
    '–',
    '0 %',
    '<0.1 %',
    '1.2 %',
    '50 %',
  ]);
  expect([842, 12_400, 120_400, 999_600, 1_200_000].map(count)).toEqual([
    '842',
    '12.4k',
    '120k',
    '1M',
    '1.2M',
  ]);
  expect([10_000, 1_250, 0].map(admitted)).toEqual(['100 %', '12.5 %', '0 %']);
  expect([42_000, 845_000, 3_723_000, -5].map(countdown)).toEqual([
    '0:42',
    '14:05',
    '1:02:03',
    '0:00',
  ]);
  expect([ago(0, 1_500), ago(0, 61_000)]).toEqual(['just now', '1 min ago']);
  expect([listed([]), listed(['a']), listed(['a', 'b', 'c'])]).toEqual(['', 'a', 'a, b and c']);
});

describe('addresses', () => {
  const places: readonly Place[] = [
    { kind: 'overview' },
    { kind: 'group', group: 'payments/€ cache' },
    { kind: 'moment', group: 'g', atMs: 1_790_000_000_000 },
    { kind: 'entry', group: 'g', id: '0-17' },
    { kind: 'incident', id: 'payments-cache/1790000000000' },
    { kind: 'alert', fingerprint: 'f1' },
    { kind: 'alerts' },
    { kind: 'silences' },
    { kind: 'pipeline' },
    { kind: 'audit' },
    { kind: 'policy', group: 'g' },
  ];

  test.each(places)('a place is found again by its address: $kind', (place) => {
    expect(parsePlace(pathOf(place))).toEqual(place);
  });

  test('the filter of the clients is part of the address', () => {
    expect(parsePlace('/clients', '?q=web')).toEqual({ kind: 'clients', query: 'q=web' });
  });

  test.each(['/nowhere', '/groups', '/groups/g/at/soon', '/groups/g/else', '/alerts/a/b'])(
    '%s is nowhere',
    (path) => {
      expect(parsePlace(path).kind).toBe('nowhere');
    },
  );

  test('a broken escape does no harm', () => {
    expect(parsePlace('/groups/%E0%A4%A')).toEqual({ kind: 'group', group: '%E0%A4%A' });
  });
});

test('a request for clients has the filter, the page and nothing that was not asked for', () => {
  const filter = parseFilter('q=web&group=g&nonsense=1&home=');
  expect(clientsRequest(filter, 'c7')).toBe('/api/v1/clients?group=g&q=web&limit=50&cursor=c7');
});

describe('the matrix', () => {
  test('ten thousand clients fit a block a hand high, and few get large dots', () => {
    const many = matrixLayout(10_000, 1_000);
    expect(many.height).toBeLessThanOrEqual(96);
    expect(matrixLayout(24, 1_000)).toEqual({ cell: 16, columns: 62, height: 16 });
  });

  test('every client is found at the corner it was painted at', () => {
    const layout = matrixLayout(500, 300);
    for (const i of [0, 1, 99, 100, 499]) {
      const [x, y] = clientOrigin(i, layout);
      expect(clientAt(x + 1, y + 1, 500, layout)).toBe(i);
    }
    expect(clientAt(299.9, layout.height - 1, 500, layout)).toBeNull();
    expect(clientAt(-1, 0, 500, layout)).toBeNull();
  });

  test('arrow keys stay inside', () => {
    const layout = { cell: 10, columns: 10, height: 30 };
    expect(moved(0, 'ArrowLeft', 25, layout)).toBe(0);
    expect(moved(20, 'ArrowDown', 25, layout)).toBe(24);
    expect(moved(3, 'End', 25, layout)).toBe(24);
  });

  test('the count of a region names the worst first', () => {
    expect(tally('oods')).toBe('1 down, 1 suspect, 2 ok');
  });
});

describe('the scrubber', () => {
  const entries = [entry('3', 9_000), entry('2', 5_000), entry('1', 1_000)];
  const span = spanOf(entries, 0);

  test('the span holds every entry with room to spare', () => {
    expect(span).toEqual({ fromMs: -2_000, toMs: 12_000 });
  });

  test('a moment and its place on the track are the same thing', () => {
    expect(momentAt(positionOf(5_000, span), span)).toBe(5_000);
  });

  test('steps go from entry to entry and stop at the ends', () => {
    expect(stepTo(entries, 1_000, 'next', span)).toBe(5_000);
    expect(stepTo(entries, 9_000, 'next', span)).toBe(12_000);
    expect(stepTo(entries, 1_000, 'previous', span)).toBe(-2_000);
  });

  test('what was last before a moment', () => {
    expect(entryAt(entries, 8_999)?.id).toBe('2');
    expect(entryAt(entries, 999)).toBeNull();
  });

  test('it never plays slower than life, and ends at the end', () => {
    expect(playedTo(0, 100, span)).toBe(100);
    expect(playedTo(0, 100, { fromMs: 0, toMs: 200_000 })).toBe(1_000);
    expect(playedTo(11_990, 100, span)).toBe(12_000);
  });
});

test('keys: g and a letter goes, a lone letter does not', () => {
  const first = pressed(null, 'g');
  expect(pressed(first.pending, 'a').action).toEqual({ kind: 'go', place: { kind: 'alerts' } });
  expect(pressed(first.pending, '2').action).toEqual({ kind: 'group', index: 1 });
  expect(pressed(null, 'a').action).toBeNull();
  expect(pressed('g', 'x')).toEqual({ pending: null, action: null });
});

test('a gap in a sparkline is a gap, and noise does not fill the height', () => {
  expect(sparkPath([0, null, 1], 20, 11, 1)).toBe('M0.0 10.0M20.0 1.0');
  expect(sparkPath([0.01], 20, 11, 1)).toBe('M0.0 9.9');
});

describe('a line of the timeline', () => {
  test('a decision is what was decided, then why', () => {
    const said = entry('1', 0, {
      text: 'eu-west is back: it stayed clean',
      event: { kind: 'tiltLeft', reason: 'warmUp' },
    });
    expect(entryLine(said)).toEqual({ head: 'eu-west is back', tail: 'it stayed clean' });
  });

  test('a refusal says what was refused and by which rule', () => {
    const refused = entry('1', 0, {
      event: {
        kind: 'refused',
        rule: 'coolDown',
        wanted: 'regionDown',
        region: 'eu-west',
        home: '*',
        text: 'the last move was too recent, 900 ms to go',
        evidence: [],
        rejected: [],
      },
    });
    expect(entryLine(refused)).toEqual({
      head: 'Leaving eu-west was refused',
      tail: 'Cool down: the last move was too recent, 900 ms to go',
    });
    expect(filtered([refused], 'health')).toEqual([]);
    expect(filtered([refused], 'decisions')).toHaveLength(1);
  });

  test('a page and the stream overlap: each entry once, newest first', () => {
    const merged = mergedEntries([entry('1', 1), entry('2', 2)], [entry('2', 2), entry('3', 3)]);
    expect(merged.map(({ id }) => id)).toEqual(['3', '2', '1']);
  });
});
