// The first rows of Alert delivery: what fires, and does anything stand in its way?

import type { Row } from '../frame.ts';
import { falling, rising, words } from '../look.ts';
import { heat, lines, stat, timeline } from '../panels.ts';
import { table } from '../places.ts';
import { fold, spread } from '../query.ts';

const circuit = words([0, 'closed', 'good'], [1, 'open', 'bad']);

export const now: Row = {
  title: 'Now',
  panels: [
    stat(
      {
        title: 'Firing alerts',
        means:
          'Alerts of any severity that fire, or whose rule has no data. The watchdog is always one of them.',
        bad: 'Up is bad. 0 is bad too: the watchdog is gone, so nobody evaluates anything.',
        runbooks: ['watchdog'],
      },
      { expr: fold('sum', 'regionpilot.alerts.firing') },
      { thresholds: falling(0, 1) },
    ),
    stat(
      {
        title: 'Notices waiting',
        means: 'Notices that wait for their first or next attempt, all receivers together.',
        bad: 'Up is bad if it does not end.',
        runbooks: ['alert-delivery-failing'],
      },
      { expr: fold('sum', 'regionpilot.alerts.waiting') },
      { thresholds: rising(10, 100) },
    ),
    stat(
      {
        title: 'Longest wait',
        means: 'How long the longest waiting notice waits.',
        bad: 'Up is bad: somebody is not told what they should know.',
        runbooks: ['alert-delivery-failing'],
      },
      { expr: fold('max', 'regionpilot.alerts.oldest_waiting') },
      { unit: 's', thresholds: rising(10, 60) },
    ),
    stat(
      {
        title: 'Given up',
        means: 'Notices given up since their partitions were taken over.',
        bad: 'Up is bad: somebody should have been told and never will be.',
        runbooks: ['alerts-dead-lettered'],
      },
      { expr: fold('sum', 'regionpilot.alerts.dead_letters') },
      { thresholds: rising(1, 1) },
    ),
    stat(
      {
        title: 'Way of a synthetic alert',
        means: 'How long the last synthetic alert took through everything but the receiver.',
        bad: 'Up is bad.',
        runbooks: ['alert-delivery-failing'],
      },
      { expr: fold('max', 'regionpilot.alerts.probe.latency') },
      { unit: 's', thresholds: rising(1, 5) },
    ),
    stat(
      {
        title: 'Last reload',
        means: 'Whether the newest config could be used by every process.',
        bad: 'Refused is bad: an older config runs on.',
        runbooks: ['alert-config-refused'],
      },
      { expr: fold('min', 'regionpilot.alerts.config.reload_successful') },
      { mappings: words([0, 'refused', 'bad'], [1, 'used', 'good']), thresholds: falling(0, 1) },
    ),
  ],
};

export const all: Row = {
  title: 'All receivers',
  panels: [
    lines(
      {
        title: 'Firing by severity',
        means: 'Alerts that fire, by severity.',
        bad: 'Up is bad.',
        runbooks: ['region-down'],
      },
      [{ expr: fold('sum', 'regionpilot.alerts.firing', ['severity']), legend: '{{severity}}' }],
    ),
    table(
      {
        title: 'What fires',
        means: 'Rules with alerts that fire now.',
        bad: 'Up is bad, but for the watchdog, which is always there.',
        runbooks: ['watchdog'],
      },
      [
        {
          heading: 'Alerts',
          expr: `${fold('sum', 'regionpilot.alerts.firing', ['alertname', 'severity'])} > 0`,
        },
      ],
    ),
    timeline(
      {
        title: 'Circuits',
        means:
          'Whether a receiver seems dead or has said never again: then nothing is sent but a try now and then.',
        bad: 'Open is bad.',
        runbooks: ['alert-delivery-failing'],
      },
      [
        {
          expr: fold('max', 'regionpilot.alerts.receiver.down', ['receiver']),
          legend: '{{receiver}}',
        },
      ],
      { mappings: circuit },
    ),
    heat(
      {
        title: 'Spread of delivery times',
        means: 'Time from the record that caused a notice to the receiver’s yes. Brighter is more.',
        bad: 'A band that moves up is bad.',
        runbooks: ['alert-delivery-failing'],
      },
      { expr: spread('regionpilot.alerts.delivery.duration') },
    ),
    lines(
      {
        title: 'Heartbeat age',
        means: 'Time since a heartbeat was last delivered to each receiver that wants one.',
        bad: 'Up is bad: the receiver will think that alerting is dead.',
        runbooks: ['watchdog'],
      },
      [
        {
          expr: fold('min', 'regionpilot.alerts.heartbeat.age', ['receiver']),
          legend: '{{receiver}}',
        },
      ],
      { unit: 's' },
    ),
  ],
};
