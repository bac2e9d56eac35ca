// The first rows of Failover: what is in force, what was decided, and what was refused.

import type { Row } from '../frame.ts';
import { falling, rising, words } from '../look.ts';
import { areas, stat, timeline } from '../panels.ts';
import { fold, happened } from '../query.ts';

const orderEnds: string = fold('min', 'regionpilot.override.expiry.timestamp', ['group']);

export const now: Row = {
  title: 'Now',
  panels: [
    stat(
      {
        title: 'Slowest group to follow',
        means:
          'Share of reporting clients that follow the current decision, of the group that is furthest behind.',
        bad: 'Down is bad: below 100 % for more than a second some clients do not hear the decision.',
        runbooks: ['failover-not-converging'],
      },
      { expr: fold('min', 'regionpilot.convergence') },
      { unit: 'percentunit', thresholds: falling(0.99, 1) },
    ),
    stat(
      {
        title: 'Groups without a safe target',
        means: 'Groups of which no region is known to be safe. Their clients stay where they are.',
        bad: 'Up is bad: automation cannot leave this state by itself.',
        runbooks: ['no-safe-target'],
      },
      { expr: `sum(${fold('max', 'regionpilot.no_safe_target', ['group'])})` },
      { thresholds: rising(1, 1) },
    ),
    stat(
      {
        title: 'Failovers within a day',
        means: 'Automatic failovers within the last 24 hours of the group that has most of them.',
        bad: 'Up is bad: at 6 (the default) the flap budget is spent and every move is an operator’s.',
        runbooks: ['flap-budget-spent'],
      },
      { expr: fold('max', 'regionpilot.moves.day') },
      { thresholds: rising(3, 6) },
    ),
    stat(
      {
        title: 'Operator’s orders',
        means:
          'Groups for which an operator’s order is in force: a hold, the kill switch, shadow, or leave to pass a safety rule. It goes before automation.',
        bad: 'Neither is bad, but one that nobody remembers is.',
        runbooks: ['override-expiring'],
      },
      { expr: `sum(${fold('max', 'regionpilot.override.active', ['group'])})` },
      { thresholds: rising(1) },
    ),
    stat(
      {
        title: 'Next order ends in',
        means:
          'Time until the first of the orders in force ends by itself. No data: there is none with an end.',
        bad: 'Down is bad: automation acts again after it, wanted or not.',
        runbooks: ['override-expiring'],
      },
      { expr: `min(${orderEnds}) - time()` },
      { unit: 's', thresholds: falling(0, 900) },
    ),
    stat(
      {
        title: 'Groups only watched',
        means: 'Groups for which time or input looks wrong, so that nothing is decided.',
        bad: 'Up is bad, except for seconds after a start or a rebalance.',
        runbooks: ['aggregator-tilted'],
      },
      { expr: `sum(${fold('max', 'regionpilot.tilt', ['group'])}) or vector(0)` },
      { thresholds: rising(1, 2) },
    ),
  ],
};

export const decisions: Row = {
  title: 'Decided and refused',
  panels: [
    areas(
      {
        title: 'Decisions by reason',
        means:
          'Decisions published, by reason. regionDown and regionDownFromHome are failovers, rampStep brings clients back.',
        bad: 'Up is bad: a calm group decides nothing.',
        runbooks: ['region-down', 'flap-budget-spent'],
      },
      [
        {
          expr: happened('regionpilot.decisions', ['group', 'reason']),
          legend: '{{group}} {{reason}}',
        },
      ],
      { width: 8 },
    ),
    areas(
      {
        title: 'Moves between regions',
        means:
          'Decisions that sent clients of some home from one region to another, by reason. rampStep is the way back.',
        bad: 'Up is bad; to and fro between the same two is flapping.',
        runbooks: ['region-down', 'flap-budget-spent'],
      },
      [
        {
          expr: happened('regionpilot.decision.moves', ['group', 'from', 'to', 'reason']),
          legend: '{{group}} {{from}} to {{to}}: {{reason}}',
        },
      ],
      { width: 8 },
    ),
    areas(
      {
        title: 'Refusals by safety rule',
        means: 'Moves that were wanted and not made, by the rule that forbade them.',
        bad: 'Up is bad for flapBudget, targetNotHealthy and neverTheLastRegion; coolDown after a move is normal.',
        runbooks: ['flap-budget-spent', 'failover-failed'],
      },
      [{ expr: happened('regionpilot.refusals', ['group', 'rule']), legend: '{{group}} {{rule}}' }],
      { width: 8 },
    ),
    timeline(
      {
        title: 'State of each group',
        means:
          'Whether an incident is open, no region is safe, the group is only watched, or an operator’s order is in force.',
        bad: 'Any yes is worth a look; no safe target is the worst.',
        runbooks: ['no-safe-target', 'aggregator-tilted'],
      },
      [
        {
          expr: fold('max', 'regionpilot.incident.open', ['group']),
          legend: '{{group}} incident open',
        },
        {
          expr: fold('max', 'regionpilot.no_safe_target', ['group']),
          legend: '{{group}} no safe target',
        },
        {
          expr: fold('max', 'regionpilot.tilt', ['group']),
          legend: '{{group}} only watched',
        },
        {
          expr: fold('max', 'regionpilot.override.active', ['group']),
          legend: '{{group}} operator’s order',
        },
      ],
      { mappings: words([0, 'no', 'good'], [1, 'yes', 'bad']) },
    ),
  ],
};
