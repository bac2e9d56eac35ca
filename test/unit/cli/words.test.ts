import { stripVTControlCharacters } from 'node:util';
import { formatDuration, nearest, parseDuration } from '@regionpilot/protocol';
import { describe, expect, test } from 'vitest';
import { parseMoment, resolveMoment } from '../../../cli/moment.ts';
import { unknownName } from '../../../cli/suggest.ts';
import { coloured, harmless, table } from '../../../cli/text.ts';

describe('durations', () => {
  test.each([
    ['90s', 90_000],
    ['30m', 1_800_000],
    ['1h30m', 5_400_000],
    ['2d', 172_800_000],
    ['250ms', 250],
    ['1.5h', 5_400_000],
  ])('%s is %i ms', (text, ms) => expect(parseDuration(text)).toBe(ms));

  test.each(['30', '', '-5m', '5 m', '5min', 'm5', '1e3s', `${'9'.repeat(400)}d`])(
    '%s is no duration',
    (text) => expect(parseDuration(text)).toBeNull(),
  );

  test.each([
    [40, '40ms'],
    [1_250, '1.2s'],
    [59_999, '59s'],
    [1_770_000, '29m 30s'],
    [3_600_000, '1h'],
    [183_600_000, '2d 3h'],
    [-90_000, '-1m 30s'],
  ])('%i ms reads %s', (ms, text) => expect(formatDuration(ms)).toBe(text));
});

describe('moments', () => {
  const nowMs = Date.UTC(2026, 10, 21, 10);

  test.each([
    ['now', '2026-11-21T10:00:00.000Z'],
    ['-10m', '2026-11-21T09:50:00.000Z'],
    ['2026-11-20T08:00:00Z', '2026-11-20T08:00:00.000Z'],
    ['2026-11-20T08:00', '2026-11-20T08:00:00.000Z'],
    ['2026-11-20T08:00:00+02:00', '2026-11-20T06:00:00.000Z'],
    ['2026-11-20', '2026-11-20T00:00:00.000Z'],
    ['1795255200000', '2026-11-21T10:00:00.000Z'],
  ])('%s is %s', (text, iso) => {
    const moment = parseMoment(text);
    expect(moment && new Date(resolveMoment(moment, nowMs)).toISOString()).toBe(iso);
  });

  test.each(['yesterday', '10m', '-10', '2026-13-41', '12:00', ''])('%s is no moment', (text) =>
    expect(parseMoment(text)).toBeNull(),
  );
});

describe('names that are nearly right', () => {
  test('the nearest is offered, a stranger is not', () => {
    expect(nearest('eu-wst', ['eu-west', 'eu-north'])).toBe('eu-west');
    expect(nearest('Payments', ['payments'])).toBe('payments');
    expect(nearest('mars', ['eu-west', 'eu-north'])).toBeNull();
  });

  test('the sentence lists what is known', () => {
    expect(unknownName('region', 'uss', ['eu', 'us'])).toBe(
      'no region uss (eu, us): did you mean us?',
    );
    expect(unknownName('group', 'x', [])).toBe('no group x (none is known)');
  });
});

describe('the terminal', () => {
  test('columns line up, coloured or not', () => {
    const lines = table(
      ['REGION', 'HEALTH'],
      [
        ['eu', coloured('bad', 'down')],
        ['us-west-1', 'ok'],
      ],
    );
    expect(lines.map(stripVTControlCharacters)).toEqual([
      'REGION     HEALTH',
      'eu         down',
      'us-west-1  ok',
    ]);
    expect(table(['A'], [])).toEqual([]);
  });

  test('text of a record cannot steer the terminal or fake a line', () => {
    expect(harmless('a\u001b[2Jb\nc\u202ed\u009be')).toBe('a?[2Jb?c?d?e');
  });
});
