import { describe, expect, test } from 'vitest';
import { textsOf } from '../../../../alerts/receivers/template.ts';
import { alert, notice, resolvedNotice } from './notices.ts';

const shipped = { title: null, body: null };
const title = (of: Parameters<typeof textsOf>[0]) => textsOf(of, shipped).title;

describe('the shipped words', () => {
  test('a title says how urgent, what, and where', () => {
    expect(title(notice())).toBe('[page] eu-west is down (payments-cache)');
  });

  test('what the summary says already is not said twice', () => {
    const summary = 'payments-cache: eu-west is down';
    expect(title(notice({ alerts: [alert({ summary })] }))).toBe(
      '[page] payments-cache: eu-west is down',
    );
  });

  test('the end says so', () => {
    expect(title(resolvedNotice)).toBe('[resolved] eu-west is down (payments-cache)');
  });

  test('more alerts are counted, those that no longer fire are not', () => {
    const gone = alert({ state: 'resolved' });
    expect(title(notice({ alerts: [alert(), alert(), alert(), gone] }))).toContain('+2 more');
    expect(title(notice({ alerts: [alert(), gone] }))).not.toContain('more');
    expect(title(notice({ truncatedAlerts: 41 }))).toContain('+41 more');
  });

  test.each(['heartbeat', 'probe', 'test'] as const)(
    'a %s without alerts has a title',
    (action) => {
      expect(title(notice({ action, alerts: [], groupLabels: {} }))).toMatch(
        /^\[\w+\] RegionPilot /,
      );
    },
  );

  test('the body answers what, why, since when, and where to go on', () => {
    expect(textsOf(notice(), shipped).body).toBe(
      [
        '[page] eu-west is down',
        '41 of 50 clients cannot reach it.',
        'Why: down for 3 s, longer than 2 s',
        'Evidence: 41 of 50 clients refused, 2 domains',
        'Started: 2026-03-02T09:59:55.000Z',
        'Runbook: https://runbooks.example.org/region-down',
        'Dashboard: https://grafana.example.org/d/regions',
      ].join('\n'),
    );
  });

  test('two alerts are two paragraphs, and at most ten are told in full', () => {
    const bare = alert({ description: '', why: '', annotations: {} });
    const two = textsOf(notice({ alerts: [bare, bare] }), shipped).body;
    expect(two.split('\n\n')).toHaveLength(2);
    const many = Array.from({ length: 40 }, () => bare);
    const body = textsOf(notice({ alerts: many, truncatedAlerts: 5 }), shipped).body;
    expect(body.match(/Started/g)).toHaveLength(10);
    expect(body).toMatch(/\n\nand 35 more$/);
  });

  test('a hundred alerts with texts of 300 KB cannot take the shipped words away', () => {
    const large = alert({ description: 'é'.repeat(300_000), why: 'x'.repeat(300_000) });
    const of = notice({ alerts: Array.from({ length: 100 }, () => large) });
    expect(textsOf(of, shipped).title).toBe('[page] eu-west is down (payments-cache) +99 more');
    expect(textsOf(of, shipped).body).toHaveLength(8_000);
  });

  test('an acknowledged notice says by whom', () => {
    const { body } = textsOf(notice({ action: 'acknowledge', ackedBy: 'ana' }), shipped);
    expect(body).toMatch(/^Acknowledged by ana\.\n/);
  });
});

describe('templates of people', () => {
  const of = (template: string) => textsOf(notice(), { title: template, body: null });

  test('see the notice', () => {
    expect(of('{{ notice.severity | upcase }}: {{ notice.alerts[0].labels.region }}').title).toBe(
      'PAGE: eu-west',
    );
  });

  test.each([
    ['{{ notice.severity | nonsense }}', 'undefined filter'],
    ['{% if %}', 'title template failed'],
    ['{% include "/etc/passwd" %}', 'title template failed'],
    ['{% render "secrets" %}', 'title template failed'],
    ['{% for i in (1..1000000000) %}x{% endfor %}', 'title template failed'],
    ['{% for i in (1..9999) %}{% for j in (1..9999) %}x{% endfor %}{% endfor %}', 'title template'],
  ])('%s costs its own words only', (template, reason) => {
    const { title: said, body, note } = of(template);
    expect(said).toBe('[page] eu-west is down (payments-cache)');
    expect(note).toContain(reason);
    expect(body).toContain(note ?? 'no note');
  });

  test('a template without end is given up after three times', () => {
    const endless = '{% for i in (1..9999) %}{% for j in (1..9998) %}x{% endfor %}{% endfor %}';
    const notes = Array.from({ length: 5 }, () => of(endless).note);
    expect(notes[2]).toContain('limit exceeded');
    expect(notes[3]).toContain('too often');
    expect(notes[4]).toContain('too often');
  });

  test.each(['{{ notice.constructor }}', '{{ notice.__proto__ }}', '{{ notice.alerts.map }}'])(
    '%s finds nothing',
    (template) => {
      expect(of(template).title).toBe('eu-west is down');
    },
  );

  test('output has an end', () => {
    const { title: said } = of('{% for i in (1..5000) %}xxxxxxxxxx{% endfor %}');
    expect(Array.from(said)).toHaveLength(1_024);
    const body = '{% for i in (1..5000) %}xxxxxxxxxx{% endfor %}';
    expect(textsOf(notice(), { title: null, body }).body.length).toBeLessThanOrEqual(8_000);
  });
});

test('controls and direction marks never reach a person', () => {
  const summary = 'a\u202Eb\u0007c\u001B[31md\u2066e\r\nBcc: x\ud800';
  const { title: said, body } = textsOf(notice({ alerts: [alert({ summary })] }), shipped);
  expect(said).toBe('[page] abc[31mde Bcc: x\ufffd (payments-cache)');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
  expect(body).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u202a-\u202e\u2066-\u2069]/);
});
