// Whether people are told, how fast, and what stands in the way: a row for each receiver.

import type { Page, Row } from '../frame.ts';
import { rising } from '../look.ts';
import { areas, lines, stat } from '../panels.ts';
import { table } from '../places.ts';
import { fold, happened, is, quantile, series } from '../query.ts';
import { uids } from '../uids.ts';
import { all, now } from './alert-delivery-now.ts';

const receiver: Row = {
  title: 'Receiver $receiver',
  repeat: 'receiver',
  panels: [
    lines(
      {
        title: 'Waiting for $receiver',
        means: 'Notices that wait for their first or next attempt.',
        bad: 'Up is bad if it does not end.',
        runbooks: ['alert-delivery-failing'],
      },
      [{ expr: fold('sum', 'regionpilot.alerts.waiting', ['receiver']), legend: 'waiting' }],
      { width: 8 },
    ),
    lines(
      {
        title: 'Longest wait and failing time of $receiver',
        means:
          'How long the longest waiting notice waits, and for how long the receiver has failed while something waits.',
        bad: 'Up is bad: at a minute of failing alertDeliveryFailing pages.',
        runbooks: ['alert-delivery-failing'],
      },
      [
        {
          expr: fold('max', 'regionpilot.alerts.oldest_waiting', ['receiver']),
          legend: 'longest wait',
        },
        {
          expr: fold('max', 'regionpilot.alerts.receiver.failing', ['receiver']),
          legend: 'failing',
        },
      ],
      { unit: 's', thresholds: rising(60), width: 8 },
    ),
    areas(
      {
        title: 'Attempts to $receiver',
        means: 'Attempts to deliver, by what became of them.',
        bad: 'Anything but accepted is bad if it lasts; rejected will not be tried again.',
        runbooks: ['alert-delivery-failing'],
      },
      [{ expr: happened('regionpilot.alerts.attempts', ['result']), legend: '{{result}}' }],
      { width: 8 },
    ),
    areas(
      {
        title: 'Notices for $receiver by reason',
        means: 'What the receiver was to be told, and why now.',
        bad: 'Up is bad: people get tired of many.',
        runbooks: ['flap-budget-spent'],
      },
      [{ expr: happened('regionpilot.alerts.notices', ['reason']), legend: '{{reason}}' }],
      { width: 8 },
    ),
    areas(
      {
        title: 'How notices for $receiver ended',
        means: 'Delivered, superseded by newer news before they left, or dead lettered.',
        bad: 'Any deadLettered are bad.',
        runbooks: ['alerts-dead-lettered'],
      },
      [{ expr: happened('regionpilot.alerts.notices.ended', ['outcome']), legend: '{{outcome}}' }],
      { width: 8 },
    ),
    lines(
      {
        title: 'Delivery time to $receiver',
        means: 'Time from the record that caused a notice to the receiver’s yes: p50 and p99.',
        bad: 'Up is bad.',
        runbooks: ['alert-delivery-failing'],
      },
      [0.5, 0.99].map((share) => ({
        expr: quantile(share, 'regionpilot.alerts.delivery.duration', ['receiver']),
        legend: `p${share * 100}`,
      })),
      { unit: 's', width: 8 },
    ),
    areas(
      {
        title: 'Held back from $receiver',
        means:
          'What fires and is not being told now: alerts silenced, inhibited, acknowledged, or grouped (waiting for others), and notices limited by the receiver’s rate, back-off or open circuit.',
        bad: 'Limited for long is bad: somebody is not told. Silenced is bad if nobody remembers why.',
        runbooks: ['alert-delivery-failing'],
      },
      [{ expr: fold('sum', 'regionpilot.alerts.suppressed', ['reason']), legend: '{{reason}}' }],
      { width: 24 },
    ),
  ],
};

const config: Row = {
  title: 'Processes and their config',
  collapsed: true,
  panels: [
    table(
      {
        title: 'Config in use',
        means: 'Hash of the config each process uses, and since when.',
        bad: 'More than one hash for longer than a reload takes is bad: processes judge differently.',
        runbooks: ['alert-config-refused'],
      },
      [
        { heading: 'In use', expr: series('regionpilot.alerts.config.info') },
        {
          heading: 'Since',
          expr: `${series('regionpilot.alerts.config.reload_success.timestamp')} * 1000`,
          unit: 'dateTimeFromNow',
        },
      ],
    ),
    table(
      {
        title: 'Alerting settings that differ',
        means:
          'Settings and shipped rules of alerting that are not the defaults. Empty: all are. Receivers and routes are always your own.',
        bad: 'A shipped rule that is off is bad if nobody remembers why; two values of one setting are bad.',
        runbooks: ['alert-config-refused'],
      },
      [
        {
          heading: 'Processes',
          expr: fold('count', 'regionpilot.config.setting', ['setting', 'value'], {
            part: is('alerts'),
          }),
        },
      ],
    ),
    lines(
      {
        title: 'Partitions each process speaks for',
        means: 'How the groups are shared among the alerting processes.',
        bad: 'A sum below the number of partitions is bad: nobody speaks for the rest.',
        runbooks: ['watchdog'],
      },
      [{ expr: series('regionpilot.alerts.partitions'), legend: '{{instance}}' }],
    ),
    stat(
      {
        title: 'Configs in use',
        means: 'How many different configs the alerting processes use.',
        bad: 'Up is bad: 1 is the only good value once a reload is through.',
        runbooks: ['alert-config-refused'],
      },
      { expr: `count(${fold('count', 'regionpilot.alerts.config.info', ['hash'])})` },
      { thresholds: rising(2) },
    ),
    stat(
      {
        title: 'Notices just given up',
        means: 'Notices that ended as dead letters within the last step of the picture.',
        bad: 'Up is bad.',
        runbooks: ['alerts-dead-lettered'],
      },
      { expr: happened('regionpilot.alerts.notices.ended', [], { outcome: is('deadLettered') }) },
      { thresholds: rising(1, 1) },
    ),
  ],
};

export const deliveryPage: Page = {
  uid: uids.delivery,
  title: 'Alert delivery',
  description: 'Whether people are told, how fast, and what stands in the way.',
  rows: [now, all, receiver, config],
};
