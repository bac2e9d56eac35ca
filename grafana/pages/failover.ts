// What was decided, what was not, how fast it went, and whether clients followed.

import type { Page, Row } from '../frame.ts';
import { rising, words } from '../look.ts';
import { areas, lines, timeline } from '../panels.ts';
import { table } from '../places.ts';
import { fold, happened, is, not, oneOf, quantile } from '../query.ts';
import { uids } from '../uids.ts';
import { decisions, now } from './failover-now.ts';

const stages = [
  ['detect', 'from suspicion to down'],
  ['decide', 'from down to the decision'],
  ['publish', 'until it is read back from the log'],
  ['apply', 'until every reporting client follows'],
] as const;

const speed: Row = {
  title: 'How fast: detect, decide, publish, apply',
  panels: stages.map(([stage, from]) =>
    lines(
      {
        title: `Stage: ${stage}`,
        means: `How long failovers took ${from}: p50 and p99.`,
        bad: 'Up is bad: all four stages together should stay below 1 s for a frozen server and 500 ms for a refused connection.',
        runbooks: stage === 'apply' ? ['failover-not-converging'] : ['failover-failed'],
      },
      [0.5, 0.99].map((share) => ({
        expr: quantile(share, 'regionpilot.failover.stage.duration', ['group'], {
          stage: is(stage),
        }),
        legend: `{{group}} p${share * 100}`,
      })),
      { unit: 's', width: 6 },
    ),
  ),
};

const followed: Row = {
  title: 'Whether clients follow',
  panels: [
    lines(
      {
        title: 'Clients on the current decision',
        means: 'Share of reporting clients that follow the current decision of their group.',
        bad: 'Down is bad. A short notch at each decision is normal.',
        runbooks: ['failover-not-converging'],
      },
      [{ expr: fold('min', 'regionpilot.convergence', ['group']), legend: '{{group}}' }],
      { unit: 'percentunit' },
    ),
    areas(
      {
        title: 'Where clients are',
        means:
          'Reporting clients with a connection to each region: the load of a target before and after a move.',
        bad: 'Neither is bad; the sum must not shrink, and a target must bear what it gets.',
        runbooks: ['failover-failed'],
      },
      [
        {
          expr: fold('sum', 'regionpilot.region.connected', ['group', 'region']),
          legend: '{{group}} {{region}}',
        },
      ],
    ),
    lines(
      {
        title: 'Load and headroom of regions',
        means:
          'Clients that the decision sends to each region, and how many more it could carry: now, and after a move, when all clients of the group came. Headroom shows where `regionCapacity` is set.',
        bad: 'Headroom down is bad: below 0 after a move, a failover to the region is refused (targetWithoutHeadroom).',
        runbooks: ['failover-failed', 'no-safe-target'],
      },
      [
        {
          expr: fold('max', 'regionpilot.region.routed', ['group', 'region']),
          legend: '{{group}} {{region}} clients',
        },
        {
          expr: fold('max', 'regionpilot.region.headroom', ['group', 'region', 'moment']),
          legend: '{{group}} {{region}} headroom {{moment}}',
        },
      ],
      { width: 24 },
    ),
    lines(
      {
        title: 'Admitted shares',
        means: 'Share of clients that the decision sends to each region. A return shows as stairs.',
        bad: 'Down is bad: 0 % means that the region was left.',
        runbooks: ['region-down'],
      },
      [
        {
          expr: fold('max', 'regionpilot.region.admitted', ['group', 'home', 'region']),
          legend: '{{group}} {{region}} from {{home}}',
        },
      ],
      { unit: 'percentunit' },
    ),
    lines(
      {
        title: 'Failovers within 24 hours',
        means:
          'Automatic failovers of each group that the flap budget counts. The line is the budget by default.',
        bad: 'Up is bad: the group flaps.',
        runbooks: ['flap-budget-spent'],
      },
      [{ expr: fold('max', 'regionpilot.moves.day', ['group']), legend: '{{group}}' }],
      { thresholds: rising(6) },
    ),
  ],
};

const details: Row = {
  title: 'Orders, owners and the timeline',
  collapsed: true,
  panels: [
    table(
      {
        title: 'Newest decisions',
        means: 'Version of the newest decision of each group: term and epoch.',
        bad: 'A term that grows often is bad: owners change.',
        runbooks: ['decision-stream-stale'],
      },
      [
        {
          heading: 'Term',
          expr: fold('max', 'regionpilot.decision.term', ['group']),
          unit: 'none',
        },
        {
          heading: 'Epoch',
          expr: fold('max', 'regionpilot.decision.epoch', ['group']),
          unit: 'none',
        },
      ],
      { width: 8 },
    ),
    table(
      {
        title: 'Orders in force',
        means:
          'What operators ordered for which group, and when each order ends by itself. Empty: nobody ordered anything.',
        bad: 'An order that nobody remembers is bad, and so is one about to end that is still needed.',
        runbooks: ['override-expiring'],
      },
      [
        {
          heading: 'Ends',
          expr: `${fold('max', 'regionpilot.override.expiry.timestamp', ['group', 'order'])} * 1000`,
          unit: 'dateTimeFromNow',
        },
      ],
      { width: 8 },
    ),
    areas(
      {
        title: 'Timeline records by kind',
        means:
          'What was written to the timeline of incidents, by kind. `regionpilot explain` reads the same records.',
        bad: 'Up is bad: every record but a closing one says that something changed.',
      },
      [
        {
          expr: happened('regionpilot.incident.records', ['group', 'kind'], {
            kind: not('closed'),
          }),
          legend: '{{group}} {{kind}}',
        },
      ],
      { width: 8 },
    ),
    timeline(
      {
        title: 'Why a group is only watched',
        means:
          'Which doubt keeps the aggregator from deciding: its clock, its lag, its coverage, or that it just began.',
        bad: 'Any yes that lasts is bad.',
        runbooks: ['aggregator-tilted'],
      },
      [
        {
          expr: fold('max', 'regionpilot.tilt', ['group', 'reason']),
          legend: '{{group}} {{reason}}',
        },
      ],
      { mappings: words([0, 'no', 'good'], [1, 'yes', 'bad']) },
    ),
    lines(
      {
        title: 'Failovers and returns',
        means: 'Decisions that took clients away from a region, and steps that brought them back.',
        bad: 'Both again and again is bad: the group flaps.',
        runbooks: ['flap-budget-spent'],
      },
      [
        {
          expr: happened('regionpilot.decisions', ['group'], {
            reason: oneOf('regionDown', 'regionDownFromHome'),
          }),
          legend: '{{group}} away',
        },
        {
          expr: happened('regionpilot.decisions', ['group'], { reason: is('rampStep') }),
          legend: '{{group}} back',
        },
      ],
      { width: 24 },
    ),
  ],
};

export const failoverPage: Page = {
  uid: uids.failover,
  title: 'Failover',
  description:
    'What was decided, what was refused and why, how fast it went, and whether clients followed.',
  rows: [now, decisions, speed, followed, details],
};
