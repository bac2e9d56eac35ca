// What becomes of events between agents and decisions: left to right as the data flows.

import type { Page, Row } from '../frame.ts';
import { rising, words } from '../look.ts';
import { areas, lines, timeline } from '../panels.ts';
import { fold, happened, increase, not, quantile, rate } from '../query.ts';
import { uids } from '../uids.ts';
import { agents, now } from './pipeline-now.ts';
import { processRow } from './process.ts';

const byPartition = ['partition'] as const;
const inPartition = 'partition {{partition}}';
const byTopic = ['part', 'topic'] as const;
/** The same in the words of OpenTelemetry's conventions. */
const byDestination = ['part', 'messaging.destination.name'] as const;
const ofDestination = '{{part}} {{messaging_destination_name}}';

const losses = [
  ['regionpilot.pipeline.gaps', 'gaps (batches)'],
  ['regionpilot.pipeline.declared_drops', 'dropped by agents (events)'],
  ['regionpilot.pipeline.rejected', 'rejected (records)'],
  ['regionpilot.pipeline.late', 'late (batches)'],
  ['regionpilot.pipeline.rows_refused', 'no room (events)'],
] as const;

const folding: Row = {
  title: 'Taken in',
  panels: [
    lines(
      {
        title: 'Events by partition',
        means: 'Events taken in per second and partition.',
        bad: 'One partition far above the others is bad: its reader falls behind first.',
        runbooks: ['aggregator-behind'],
      },
      [{ expr: rate('regionpilot.pipeline.rows', byPartition), legend: inPartition }],
      { unit: 'eps' },
    ),
    lines(
      {
        title: 'Batches and repeats',
        means: 'Batches taken in, and batches met again and counted once.',
        bad: 'Repeats for long are bad: a few are normal after a restart.',
        runbooks: ['events-lost'],
      },
      [
        { expr: rate('regionpilot.pipeline.batches'), legend: 'batches' },
        { expr: rate('regionpilot.pipeline.duplicates'), legend: 'repeats' },
      ],
      { unit: 'mps' },
    ),
    areas(
      {
        title: 'Lost, late, rejected',
        means:
          'What did not count, by cause: gaps in sequence numbers, drops that agents declare, records that are no batch, batches too old, events of more groups, regions, homes or connections than there is room for.',
        bad: 'Up is bad.',
        runbooks: ['events-lost', 'series-left-out'],
      },
      losses.map(([name, legend]) => ({ expr: increase(name), legend })),
    ),
    lines(
      {
        title: 'Clock skew',
        means: 'How far the clock of the client that is furthest off is from the log’s.',
        bad: 'Up is bad: above the line stamps are corrected, and may be off by as much as a delivery takes.',
        runbooks: ['aggregator-tilted'],
      },
      [
        {
          expr: fold('max', 'regionpilot.pipeline.clock_skew', byPartition),
          legend: inPartition,
        },
      ],
      { unit: 's', thresholds: rising(2), width: 6 },
    ),
    lines(
      {
        title: 'Times moved for clock skew',
        means: 'Times outside of what the log’s clock allows, moved to the nearest bound.',
        bad: 'Up is bad: clocks of clients or brokers disagree.',
        runbooks: ['aggregator-tilted'],
      },
      [{ expr: rate('regionpilot.pipeline.clamped', byPartition), legend: inPartition }],
      { unit: 'cps', width: 6 },
    ),
    lines(
      {
        title: 'Records behind',
        means:
          'Records between the reader and the end of each partition. The line is where deciding stops.',
        bad: 'Up is bad.',
        runbooks: ['aggregator-behind'],
      },
      [{ expr: fold('max', 'regionpilot.pipeline.lag_records', byPartition), legend: inPartition }],
      { thresholds: rising(50_000) },
    ),
    lines(
      {
        title: 'Seconds behind',
        means: 'How far event time is behind the clock in each partition.',
        bad: 'Up is bad.',
        runbooks: ['aggregator-behind'],
      },
      [
        {
          expr: fold('max', 'regionpilot.pipeline.watermark.delay', byPartition),
          legend: inPartition,
        },
      ],
      { unit: 's' },
    ),
    timeline(
      {
        title: 'Warm partitions',
        means: 'Whether each partition has seen a whole window since it was taken over.',
        bad: 'Cold for long is bad: its groups are not decided for.',
        runbooks: ['aggregator-tilted'],
      },
      [{ expr: fold('max', 'regionpilot.pipeline.warm', byPartition), legend: inPartition }],
      { mappings: words([0, 'cold', 'warn'], [1, 'warm', 'good']) },
    ),
  ],
};

const log: Row = {
  title: 'The log',
  panels: [
    lines(
      {
        title: 'Written to the log',
        means: 'Records given to the log per second, failed attempts included, by part and topic.',
        bad: 'A topic that falls silent is bad: `decisions` carries a heartbeat every second.',
        runbooks: ['decision-stream-stale'],
      },
      [{ expr: rate('messaging.client.sent.messages', byDestination), legend: ofDestination }],
      { unit: 'mps', width: 8 },
    ),
    lines(
      {
        title: 'Handed over by the log',
        means: 'Records handed over by the log per second, by part and topic.',
        bad: 'Far below what is written is bad: a reader falls behind.',
        runbooks: ['aggregator-behind'],
      },
      [{ expr: rate('messaging.client.consumed.messages', byDestination), legend: ofDestination }],
      { unit: 'mps', width: 8 },
    ),
    lines(
      {
        title: 'Time to write',
        means:
          '99th percentile of the time until the log has a batch, or its attempt has failed, by part and topic.',
        bad: 'Up is bad: decisions and alerts leave later by as much.',
        runbooks: ['decision-stream-stale'],
      },
      [
        {
          expr: quantile(0.99, 'messaging.client.operation.duration', byDestination),
          legend: ofDestination,
        },
      ],
      { unit: 's', width: 8 },
    ),
    lines(
      {
        title: 'Not yet written',
        means: 'Records that wait to be written, by part and topic.',
        bad: 'Up is bad: the log is slow or away.',
        runbooks: ['decision-stream-stale'],
      },
      [{ expr: fold('sum', 'regionpilot.outbox.waiting', byTopic), legend: '{{part}} {{topic}}' }],
      { width: 8 },
    ),
    areas(
      {
        title: 'Failed writes and given up',
        means:
          'Records whose write failed and was repeated, and records given up because too many waited.',
        bad: 'Up is bad; given up is worse.',
        runbooks: ['events-lost'],
      },
      [
        {
          expr: happened('messaging.client.sent.messages', byDestination, {
            'error.type': not(''),
          }),
          legend: `${ofDestination} failed`,
        },
        {
          expr: happened('regionpilot.outbox.dropped', byTopic),
          legend: '{{part}} {{topic}} given up',
        },
      ],
      { width: 8 },
    ),
    areas(
      {
        title: 'Dead letters',
        means: 'Records that could not be decoded, by the topic they came from.',
        bad: 'Up is bad: somebody writes what nobody can read.',
        runbooks: ['events-lost'],
      },
      [{ expr: happened('regionpilot.dead_letters', byTopic), legend: '{{part}} {{topic}}' }],
      { width: 8 },
    ),
    lines(
      {
        title: 'Rebalances',
        means: 'Partitions given to a process, by part and topic.',
        bad: 'Up is bad outside of starts and stops: instances come and go.',
        runbooks: ['aggregator-tilted'],
      },
      [{ expr: happened('regionpilot.rebalances', byTopic), legend: '{{part}} {{topic}}' }],
      { width: 8 },
    ),
    lines(
      {
        title: 'Heartbeat age',
        means:
          'Time since whoever answers for the decisions of a partition was last heard. The line pages.',
        bad: 'Up is bad.',
        runbooks: ['decision-stream-stale'],
      },
      [{ expr: fold('min', 'regionpilot.heartbeat.age', byPartition), legend: inPartition }],
      { unit: 's', thresholds: rising(15), width: 8 },
    ),
    lines(
      {
        title: 'Clients remembered',
        means:
          'Clients in the state of each partition’s reader: the size of what is saved and restored.',
        bad: 'Growth without new clients is bad.',
        runbooks: ['aggregator-behind'],
      },
      [{ expr: fold('max', 'regionpilot.pipeline.clients', byPartition), legend: inPartition }],
      { width: 8 },
    ),
    lines(
      {
        title: 'Size of the state',
        means: 'Size of the newest snapshot of each partition’s state.',
        bad: 'Growth without new clients is bad: whoever takes over has to read it all.',
        runbooks: ['aggregator-behind'],
      },
      [{ expr: fold('max', 'regionpilot.snapshot.size', byPartition), legend: inPartition }],
      { unit: 'bytes', width: 12 },
    ),
    lines(
      {
        title: 'Time to restore',
        means:
          'From being given a partition to knowing where to read on, at the last takeover of each.',
        bad: 'Up is bad: nobody folds the partition meanwhile.',
        runbooks: ['aggregator-behind'],
      },
      [
        {
          expr: fold('max', 'regionpilot.snapshot.restore.duration', byPartition),
          legend: inPartition,
        },
      ],
      { unit: 's', width: 12 },
    ),
  ],
};

export const pipelinePage: Page = {
  uid: uids.pipeline,
  title: 'Pipeline',
  description: 'What becomes of events between agents and decisions, in the order of their way.',
  rows: [now, agents, folding, log, processRow],
};
