// The README's picture: queries as Grafana sends them, and what is drawn of the answers.

import { describe, expect, test } from 'vitest';
import { hasData, linesOf } from '../../../grafana/picture/answer.ts';
import { asSent } from '../../../grafana/picture/ask.ts';
import { ticksUpTo } from '../../../grafana/picture/axes.ts';
import type { Answered, Panel, Taken } from '../../../grafana/picture/dashboard.ts';
import { inUnit } from '../../../grafana/picture/look.ts';
import { page } from '../../../grafana/picture/page.ts';

const choices = { chosen: { job: 'demo' }, scrapeSeconds: 1, stepSeconds: 1, rangeSeconds: 60 };

describe('a query', () => {
  test('is sent with the drop-downs and the windows put in; what nobody chose matches all', () => {
    const group = '$'.concat('{group}');
    const expr = `rate(x{job=~"$job", group=~"${group}"}[$__rate_interval]) / $__range`;
    expect(asSent(expr, choices)).toBe('rate(x{job=~"demo", group=~".+"}[4s]) / 60s');
    expect(asSent('$__rate_interval $__interval', { ...choices, stepSeconds: 15 })).toBe('16s 15s');
  });

  test('that answers NaN alone has no data, and a native histogram has', () => {
    const answer = (series: object) =>
      linesOf({
        status: 'success',
        data: { resultType: 'matrix', result: [{ metric: {}, ...series }] },
      });
    expect(hasData(answer({ values: [[1, 'NaN']] }))).toBe(false);
    expect(
      hasData(
        answer({
          values: [
            [1, 'NaN'],
            [2, '0'],
          ],
        }),
      ),
    ).toBe(true);
    expect(answer({ histograms: [[1, { count: '7' }]] })).toEqual([
      { labels: {}, isHistogram: true, points: [[1, 7]] },
    ]);
  });
});

test('values are said in the panel’s unit', () => {
  const said = (
    [
      [0.1234, 'percentunit'],
      [0.0004, 's'],
      [0.25, 's'],
      [12.345, 's'],
      [253.4, 'ops'],
      [Number.NaN, 's'],
    ] as const
  ).map(([value, unit]) => inUnit(value, unit));
  expect(said).toEqual(['12.3%', '400 µs', '250 ms', '12.3 s', '253/s', '–']);
  expect(ticksUpTo(1)).toEqual([0, 0.25, 0.5, 0.75, 1]);
  expect(ticksUpTo(0)).toEqual([0, 0.25]);
});

describe('the page', () => {
  const gridPos = { x: 0, y: 0, w: 12, h: 8 };
  const states: Panel = {
    type: 'state-timeline',
    title: 'Health & <more>',
    gridPos,
    targets: [{ refId: 'A', expr: '', legendFormat: '{{group}} {{region}}' }],
    fieldConfig: {
      defaults: {
        mappings: [
          {
            options: {
              '0': { text: 'healthy', color: '#00f' },
              '2': { text: 'down', color: '#f00' },
            },
          },
        ],
      },
      overrides: [],
    },
  };
  const points = [0, 0, 2, 2, 2, 0].map((value, second) => [second * 10, value] as const);
  const lines = [{ labels: { group: 'g', region: 'eu' }, isHistogram: false, points }];
  const drawn = (...panels: readonly Answered[]): string => {
    const taken: Taken = {
      title: 'Regions',
      panels,
      marks: [{ atSeconds: 20, name: 'Failover', colour: '#f00' }],
      fromSeconds: 0,
      toSeconds: 60,
      stepSeconds: 10,
    };
    return page(taken);
  };

  test('shows each state once as a band with its word, and hostile names as text', () => {
    const svg = drawn({ panel: states, answers: [lines] });
    expect(svg.match(/class="band">\w+/g)).toEqual(
      ['healthy', 'down', 'healthy'].map((word) => `class="band">${word}`),
    );
    expect(svg).toContain('Health &amp; &lt;more>');
    expect(svg).toContain('>g eu<');
    expect(svg).toContain('Failover');
    expect(svg).not.toContain('NaN');
  });

  test('says so where a panel has nothing to show, and where its kind is unknown', () => {
    const kinds = ['stat', 'table', 'geomap', 'timeseries', 'state-timeline', 'heatmap', 'pie'];
    const svg = drawn(
      ...kinds.map((type) => ({ panel: { type, title: type, gridPos }, answers: [] })),
    );
    expect(svg.match(/no data/g)).toHaveLength(kinds.length);
  });
});
