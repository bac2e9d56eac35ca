// The first rows of Pipeline: is anything lost or late now, and how do agents bear it?

import type { Row } from '../frame.ts';
import { falling, rising, words } from '../look.ts';
import { areas, lines, stat } from '../panels.ts';
import { fold, rate } from '../query.ts';

const byPartition = ['partition'] as const;

export const now: Row = {
  title: 'Now',
  panels: [
    stat(
      {
        title: 'Events per second',
        means: 'Events taken in by all aggregators together.',
        bad: 'A sudden fall is bad: agents are silent, or nobody reads.',
        runbooks: ['agents-silent'],
      },
      { expr: rate('regionpilot.pipeline.rows') },
      { unit: 'eps' },
    ),
    stat(
      {
        title: 'Lost',
        means:
          'Gaps, drops declared by agents and rejected records per second: whatever never counted.',
        bad: 'Up is bad. 0 is the only good value.',
        runbooks: ['events-lost'],
      },
      {
        expr: `${rate('regionpilot.pipeline.gaps')} + ${rate('regionpilot.pipeline.declared_drops')} + ${rate('regionpilot.pipeline.rejected')}`,
      },
      { unit: 'eps', thresholds: rising(0.001, 1) },
    ),
    stat(
      {
        title: 'Most records behind',
        means: 'Records between the reader and the end of the partition that is furthest behind.',
        bad: 'Up is bad: above 50,000 the aggregator stops deciding.',
        runbooks: ['aggregator-behind'],
      },
      { expr: fold('max', 'regionpilot.pipeline.lag_records') },
      { thresholds: rising(10_000, 50_000) },
    ),
    stat(
      {
        title: 'Most time behind',
        means: 'How far event time is behind the clock in the slowest partition.',
        bad: 'Up is bad: detection is late by as much.',
        runbooks: ['aggregator-behind'],
      },
      { expr: fold('max', 'regionpilot.pipeline.watermark.delay') },
      { unit: 's', thresholds: rising(1, 5) },
    ),
    stat(
      {
        title: 'Oldest heartbeat',
        means: 'Time since whoever answers for the decisions of a partition was last heard.',
        bad: 'Up is bad: after 5 s agents call the stream stale, after 15 s it pages.',
        runbooks: ['decision-stream-stale'],
      },
      { expr: `max(${fold('min', 'regionpilot.heartbeat.age', byPartition)})` },
      { unit: 's', thresholds: rising(5, 15) },
    ),
    stat(
      {
        title: 'Coldest partition',
        means: 'Whether every partition has seen a whole window since it was taken over.',
        bad: 'Cold is bad for longer than some seconds: nothing is decided before.',
        runbooks: ['aggregator-tilted'],
      },
      { expr: fold('min', 'regionpilot.pipeline.warm') },
      { mappings: words([0, 'cold', 'warn'], [1, 'warm', 'good']), thresholds: falling(0, 1) },
    ),
  ],
};

export const agents: Row = {
  title: 'Agents (those whose hosts export them)',
  panels: [
    lines(
      {
        title: 'Batches waiting in agents',
        means: 'Batches in memory of the agents that are not yet in the log.',
        bad: 'Up is bad: the log does not take what agents have to say.',
        runbooks: ['events-lost'],
      },
      [{ expr: fold('sum', 'regionpilot.agent.reports.waiting'), legend: 'batches' }],
      { width: 8 },
    ),
    lines(
      {
        title: 'Memory of waiting batches',
        means: 'Memory that waiting batches take in the fullest agent.',
        bad: 'Up is bad: at its bound an agent drops the oldest.',
        runbooks: ['events-lost'],
      },
      [{ expr: fold('max', 'regionpilot.agent.buffer.usage'), legend: 'fullest agent' }],
      { unit: 'bytes', width: 8 },
    ),
    lines(
      {
        title: 'Sent and given up by agents',
        means: 'Events that left agents or were given up, and of those the given up by reason.',
        bad: 'Any reason above 0 is bad: it is evidence that nobody will see.',
        runbooks: ['events-lost'],
      },
      [
        { expr: rate('regionpilot.agent.rows'), legend: 'all' },
        { expr: rate('regionpilot.agent.dropped', ['reason']), legend: 'given up: {{reason}}' },
      ],
      { unit: 'eps', width: 8 },
    ),
    lines(
      {
        title: 'Agents that follow',
        means: 'Share of exporting agents that follow the decision log.',
        bad: 'Down is bad: the rest keep an old decision.',
        runbooks: ['failover-not-converging'],
      },
      [{ expr: fold('avg', 'regionpilot.agent.following'), legend: 'following' }],
      { unit: 'percentunit', width: 8 },
    ),
    lines(
      {
        title: 'Decision log last heard',
        means:
          'Time since an agent last heard the decision log, of the agent for which it is longest.',
        bad: 'Up is bad: after 5 s the agent helps itself.',
        runbooks: ['decision-stream-stale'],
      },
      [{ expr: fold('max', 'regionpilot.agent.contact.age'), legend: 'longest' }],
      { unit: 's', thresholds: rising(5), width: 8 },
    ),
    lines(
      {
        title: 'Troubles agents kept to themselves',
        means:
          'Errors caught so that the host did not meet them, and connections that could not be counted.',
        bad: 'Up is bad: the first is a defect of ours, the second a bound or a name to mend.',
      },
      [
        { expr: rate('regionpilot.agent.survived_errors'), legend: 'errors survived' },
        { expr: rate('regionpilot.agent.connections_refused'), legend: 'connections not counted' },
      ],
      { unit: 'cps', width: 8 },
    ),
    areas(
      {
        title: 'Connections of applications',
        means:
          'Connections that are up, by group and region: used while a command waits for its answer, else idle.',
        bad: 'Used without end is bad: answers do not come. Growth without new processes is bad: connections leak.',
        runbooks: ['client-failing-alone'],
      },
      [
        {
          expr: fold('sum', 'db.client.connection.count', [
            'db.client.connection.pool.name',
            'db.client.connection.state',
          ]),
          legend: '{{db_client_connection_pool_name}} {{db_client_connection_state}}',
        },
      ],
      { width: 24 },
    ),
  ],
};
