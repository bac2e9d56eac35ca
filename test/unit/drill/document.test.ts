import { expect, test } from 'vitest';
import { type Section, withSection } from '../../../bench/document.ts';

const section = (bench: string, value: number, causes: Section['causes'] = {}): Section => ({
  bench,
  commit: 'abc1234',
  machine: '2 × Test',
  about: 'What it measures.',
  date: '2026-11-21',
  causes,
  results: [
    {
      name: 'time',
      value,
      unit: 'ms',
      against: 'before | after',
      goal: 'at most 10',
      met: value <= 10,
    },
  ],
});

test('a bench replaces its own section and leaves the others as they were', () => {
  const both = withSection(withSection('', section('b', 1)), section('a', 2));
  expect(both.indexOf('## a')).toBeLessThan(both.indexOf('## b'));
  const again = withSection(both, section('b', 3));
  expect(again).toContain('| time | 3 ms |');
  expect(again).not.toContain('| time | 1 ms |');
  expect(again).toContain('| time | 2 ms |');
  expect(withSection(again, section('b', 3))).toBe(again);
});

test('a missed goal is told with its cause, a met one without', () => {
  const causes = { time: 'the disk is slow.' };
  expect(withSection('', section('a', 11, causes))).toContain(
    '*time* falls short: the disk is slow.',
  );
  expect(withSection('', section('a', 11))).toContain('cause not yet known');
  expect(withSection('', section('a', 10, causes))).not.toContain('falls short');
});
