// How the processes themselves are doing: the last row of Pipeline, closed until needed.

import type { Row } from '../frame.ts';
import { areas, lines } from '../panels.ts';
import { table } from '../places.ts';
import { fold, happened, is, observed, quantile, series } from '../query.ts';

const each = '{{job}} {{instance}}';

export const processRow: Row = {
  title: 'Processes',
  collapsed: true,
  panels: [
    lines(
      {
        title: 'Event loop delay',
        means: '99th percentile and longest delay of the event loop since the last collection.',
        bad: 'Up is bad: above some 100 ms the aggregator distrusts its own clock and only watches.',
        runbooks: ['aggregator-tilted'],
      },
      [
        { expr: series('nodejs.eventloop.delay.p99'), legend: `${each} p99` },
        { expr: series('nodejs.eventloop.delay.max'), legend: `${each} longest` },
      ],
      { unit: 's' },
    ),
    lines(
      {
        title: 'Event loop utilisation',
        means: 'Share of time that the event loop was busy since the process began.',
        bad: 'Up is bad: at 100 % everything waits.',
        runbooks: ['aggregator-behind'],
      },
      [{ expr: series('nodejs.eventloop.utilization'), legend: each }],
      { unit: 'percentunit' },
    ),
    lines(
      {
        title: 'Heap in use',
        means: 'JavaScript heap in use as a share of the size at which the process dies.',
        bad: 'Up is bad, above all a floor that rises for hours.',
      },
      [
        {
          expr: `${series('v8js.memory.heap.used')} / ${series('v8js.memory.heap.limit')}`,
          legend: each,
        },
      ],
      { unit: 'percentunit' },
    ),
    lines(
      {
        title: 'Pauses for garbage collection',
        means: '99th percentile of the pauses, by kind, all processes together.',
        bad: 'Up is bad: everything waits meanwhile; near 100 ms decisions are late.',
        runbooks: ['aggregator-behind'],
      },
      [
        {
          expr: quantile(0.99, 'v8js.gc.duration', ['v8js.gc.type']),
          legend: '{{v8js_gc_type}} p99',
        },
      ],
      { unit: 's' },
    ),
    lines(
      {
        title: 'Garbage collections',
        means: 'Collections per second by kind, all processes together.',
        bad: 'More and more major ones are bad: the heap is nearly full.',
        runbooks: ['aggregator-behind'],
      },
      [{ expr: observed('v8js.gc.duration', ['v8js.gc.type']), legend: '{{v8js_gc_type}}' }],
      { unit: 'cps' },
    ),
    lines(
      {
        title: 'Physical memory',
        means: 'Memory of the process as the system counts it.',
        bad: 'Up is bad if it does not end.',
      },
      [{ expr: series('process.memory.usage'), legend: each }],
      { unit: 'bytes' },
    ),
    areas(
      {
        title: 'Cores kept busy',
        means: 'CPU time used per second, by process and mode.',
        bad: 'Up is bad near the number of cores it may use.',
        runbooks: ['aggregator-behind'],
      },
      [
        {
          expr: `rate(${series('process.cpu.time')}[$__rate_interval])`,
          legend: `${each} {{cpu_mode}}`,
        },
      ],
      { unit: 'none' },
    ),
    lines(
      {
        title: 'Uptime',
        means: 'Time since each process began.',
        bad: 'A fall to zero is a restart; several in a row are bad.',
      },
      [{ expr: series('process.uptime'), legend: each }],
      { unit: 's' },
    ),
    areas(
      {
        title: 'Series left out',
        means:
          'Series that a collection left out because a metric had more of them than its limit.',
        bad: 'Up is bad: panels of that metric show too little.',
        runbooks: ['series-left-out'],
      },
      [
        {
          expr: happened('regionpilot.telemetry.series_dropped', ['metric']),
          legend: '{{metric}}',
        },
      ],
    ),
    areas(
      {
        title: 'OTLP exports',
        means: 'Exports that the collector accepted, and those it rejected, which are dropped.',
        bad: 'Any rejected are bad: there will be holes in these graphs. Decisions are not touched by it.',
      },
      [{ expr: happened('regionpilot.telemetry.exports', ['result']), legend: '{{result}}' }],
    ),
    table(
      {
        title: 'Aggregator settings that differ',
        means:
          'Settings of the aggregators that are not the defaults, for all groups (*) or for one. Empty: all are.',
        bad: 'Two values of one setting are bad: processes decide differently.',
      },
      [
        {
          heading: 'Processes',
          expr: fold('count', 'regionpilot.config.setting', ['scope', 'setting', 'value'], {
            part: is('aggregator'),
          }),
        },
      ],
      { width: 24 },
    ),
  ],
};
