import { PipelineError } from '@regionpilot/protocol';
import { expect, test } from 'vitest';
import { parseAlertsFile } from '../../../../alerts/config/parse.ts';

function refusalOf(text: string): string {
  try {
    parseAlertsFile('alerts.yaml', text);
  } catch (error) {
    if (error instanceof PipelineError) return error.message;
    throw error;
  }
  return 'accepted';
}

test('a few lines that unfold into billions end early', () => {
  const bomb = Array.from(
    { length: 12 },
    (_, i) => `a${i + 1}: &a${i + 1} [${Array(9).fill(`*a${i}`).join(', ')}]`,
  );
  const text = ['a0: &a0 [x, x, x, x, x, x, x, x, x]', ...bomb].join('\n');
  expect(refusalOf(text)).toContain('more than 20000 values, aliases counted');
});

test('an anchor within itself ends', () => {
  expect(refusalOf('rules: &a { b: *a }')).toContain('nested deeper than 24 levels');
});

test('an alias of nothing names the anchor it may have meant', () => {
  const text = 'inhibit: &inner []\nroute: *iner\n';
  expect(refusalOf(text)).toMatch(/alerts.yaml:2:8 .*iner/);
});

test.each([
  ['brackets alone', '['.repeat(20_000), /neither YAML nor JSON|nested too deeply/],
  ['a megabyte of brackets', '['.repeat(1_000_000), /more than 100000 words and signs/],
  ['a megabyte of quotes', '"'.repeat(1_000_000), /more than 100000 words and signs/],
  ['deep but whole', `route: ${'['.repeat(500)}${']'.repeat(500)}`, /nested deeper than 24 levels/],
  ['over a megabyte', `# ${'x'.repeat(1_048_576)}`, /larger than 1048576 bytes/],
  ['a tag', 'route: !!js/function "x"', /alerts.yaml:1:8 .*tag/i],
  ['a tag of its own', 'rules: !steal { a: b }', /tag/i],
  ['two documents', 'route: {}\n---\nroute: {}\n', /neither YAML nor JSON/],
  ['a list', '- a\n- b\n', /sections by name/],
  ['a text', 'hello', /sections by name/],
  ['not a number', 'objectives: { default: .nan }', /finite number/],
  ['a map as a name', '? [a, b]\n: c\n', /a name here must be plain text/],
  [
    'a name without end',
    `rules: { ${'a.'.repeat(100_000)}: 1 }`,
    /a name of more than 200 characters/,
  ],
  ['nonsense', '{{{{ }}: :: -', /neither YAML nor JSON/],
  ['zeros', '\u0000\u0000\u0000', /alerts.yaml/],
])('%s: a clear refusal', (_, text, expected) => {
  expect(refusalOf(text)).toMatch(expected);
});

test('a key written twice is said where it is written again, next to other mistakes', () => {
  const text = 'startDelay: 5s\nstartDelay: 9s\nstartDely: 1s\n';
  expect(refusalOf(text)).toBe(
    [
      'alerts.yaml has 2 problems',
      'alerts.yaml:2:1 startDelay: written twice',
      'alerts.yaml:3:1 startDely: no such field; did you mean startDelay?',
    ].join('\n'),
  );
});

test('names that every object has are only names', () => {
  const text =
    'receivers: { __proto__: { kind: slack }, constructor: { kind: slack, urlFile: /s } }';
  expect(refusalOf(text)).toContain('receivers.__proto__');
  expect(refusalOf('rules: { toString: { off: true } }')).toContain('a shipped rule');
  expect(({} as Record<string, unknown>)['kind']).toBeUndefined();
});

test('ten thousand mistakes are counted, a hundred are shown', () => {
  const text = Array.from({ length: 9_000 }, (_, i) => `field${i}: 1`).join('\n');
  const lines = refusalOf(text).split('\n');
  expect(lines.length).toBeLessThanOrEqual(102);
  expect(lines.at(-1)).toMatch(/^and \d+ more$/);
});
