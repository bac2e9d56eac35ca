// Words by templates of strangers: they cannot reach out, run for long, grow large or throw.

import { describe, expect, test } from 'vitest';
import { parseTemplate, renderTemplate } from '../../../../alerts/rules/templates.ts';
import { duration, percent, thousands } from '../../../../alerts/rules/words.ts';

const scope = {
  labels: { region: 'eu-west', html: '<img src=x onerror=alert(1)>' },
  value: 0.0002,
  context: { clients: 1_000 },
  state: 'firing',
};

const render = (text: string): string => renderTemplate(parseTemplate(text), scope);

test('values, conditions and our own filters', () => {
  expect(
    render('{{ labels.region }}: {{ value | percent }} of {{ context.clients | thousands }}'),
  ).toBe('eu-west: 0.02 % of 1,000');
  expect(render('{% if state == "firing" %}now{% else %}later{% endif %}')).toBe('now');
  expect(render('plain, as it is')).toBe('plain, as it is');
  expect(render('{{ labels.nothing }}')).toBe('');
  expect(render('{{ labels.nothing | percent }}')).toBe('?');
});

describe('a hostile template', () => {
  test.each([
    '{% include "/etc/passwd" %}',
    '{% render "/etc/passwd" %}',
    '{% layout "/etc/passwd" %}',
    '{% if %}',
    '{{ value | nosuchfilter }}',
    '{% unknown %}',
    'x'.repeat(30_000).concat('{{ value }}'),
  ])('that does not parse says so in the place of its text: %.30s', (text) => {
    const parsed = parseTemplate(text);
    expect(parsed.kind === 'broken' ? 'broken' : render(text)).toMatch(/broken|template failed/);
    expect(render(text)).toMatch(/^\(template (does not parse|failed)/);
    expect(render(text).length).toBeLessThan(300);
  });

  test.each([
    '{{ labels.constructor }}',
    '{{ labels.__proto__ }}',
    '{{ labels.constructor.constructor }}',
    '{{ labels.toString }}',
    '{{ value.constructor }}',
    '{{ state.constructor.name }}',
  ])('reaches no prototype and no function: %s', (text) => {
    expect(render(text)).toBe('');
  });

  test.each([
    '{% for i in (1..1000000000) %}{{ i }}{% endfor %}',
    '{% for i in (1..100000) %}{% for j in (1..100000) %}x{% endfor %}{% endfor %}',
    `${'{% for i in (1..400) %}'.repeat(6)}x${'{% endfor %}'.repeat(6)}`,
    '{% assign s = "xxxxxxxxxxxxxxxx" %}{% for i in (1..60) %}{% assign s = s | append: s %}{% endfor %}{{ s }}',
  ])('that loops or grows is stopped: %.40s', (text) => {
    expect(render(text)).toMatch(/^\(template failed/);
  });

  test('long text is cut at 2,000 code points, between characters', () => {
    const cutAt = [...render('{% for i in (1..3000) %}🙂{% endfor %}')];
    expect(cutAt).toHaveLength(2_000);
    expect(cutAt.at(-2)).toBe('🙂');
    expect([...render('🙂'.repeat(5_000))]).toHaveLength(2_000);
  });

  test('labels stay what they are: escaping is for whoever shows them', () => {
    expect(render('{{ labels.html }}')).toBe('<img src=x onerror=alert(1)>');
  });
});

test('numbers as people read them', () => {
  expect([0.998, 0.0002, 1, 0, 0.5, 0.12345].map(percent)).toEqual([
    '99.8 %',
    '0.02 %',
    '100 %',
    '0 %',
    '50 %',
    '12.3 %',
  ]);
  expect([0, 999, 1_000, 1_234_567].map(thousands)).toEqual(['0', '999', '1,000', '1,234,567']);
  expect([250, 15_000, 61_000, 7_200_000, 259_200_000].map(duration)).toEqual([
    '250 ms',
    '15 s',
    '1 min',
    '2 h',
    '3 d',
  ]);
});
