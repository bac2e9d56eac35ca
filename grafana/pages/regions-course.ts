// The middle rows of Regions: since when, and how bad for callers?

import type { Row } from '../frame.ts';
import { falling, rising, words } from '../look.ts';
import { areas, heat, history, lines, timeline } from '../panels.ts';
import { fold, is, quantile, rate, spread } from '../query.ts';
import { byRegion, errorRatio, healths, inRegion, objective } from './regions-shared.ts';

export const when: Row = {
  title: 'When',
  panels: [
    timeline(
      {
        title: 'Health',
        means: 'Health of each region as judged by the fleet, over time. Equal values are joined.',
        bad: 'Suspect is a warning, down means clients are sent elsewhere, unknown means too little evidence.',
        runbooks: ['region-down', 'region-suspect'],
      },
      [{ expr: fold('max', 'regionpilot.region.health.state', byRegion), legend: inRegion }],
      { mappings: words(...healths) },
    ),
    history(
      {
        title: 'Probe results',
        means:
          'Share of probes that failed, sample by sample: what clients asked a region on nobody’s behalf because they had nothing else to ask. No sample: traffic was enough, or nobody asked.',
        bad: 'Up is bad: a region that is no longer used, or not yet again, does not serve.',
        runbooks: ['region-down', 'region-suspect'],
      },
      [
        {
          expr: `${rate('regionpilot.probes', byRegion, { outcome: is('error') })} / ${rate('regionpilot.probes', byRegion)}`,
          legend: inRegion,
        },
      ],
      { unit: 'percentunit', thresholds: rising(0.0001, 0.5) },
    ),
    history(
      {
        title: 'Admitted share',
        means:
          'Share of clients that the decision in force sends to each region, sample by sample.',
        bad: 'Down is bad: 0 % means that the region was left; between is a return in steps.',
        runbooks: ['region-down'],
      },
      [
        {
          expr: fold('max', 'regionpilot.region.admitted', ['group', 'home', 'region']),
          legend: '{{group}} {{region}} from {{home}}',
        },
      ],
      { unit: 'percentunit', thresholds: falling(0.0001, 1) },
    ),
  ],
};

export const red: Row = {
  title: 'Rate, errors, duration',
  panels: [
    lines(
      {
        title: 'Commands per second',
        means: 'Commands that clients saw answered or failed, by region.',
        bad: 'A fall in one region without a rise in another is bad: callers are gone or silent.',
        runbooks: ['agents-silent'],
      },
      [{ expr: rate('regionpilot.connection.events', byRegion), legend: inRegion }],
      { unit: 'ops' },
    ),
    lines(
      {
        title: 'Error ratio by region',
        means:
          'Share of commands that failed for a reason that speaks against the region. The line is the objective of 0.1 %.',
        bad: 'Up is bad.',
        runbooks: ['error-budget-burn-fast', 'error-budget-burn-slow'],
      },
      [{ expr: errorRatio(byRegion), legend: inRegion }],
      { unit: 'percentunit', thresholds: rising(objective) },
    ),
    lines(
      {
        title: 'Command duration',
        means:
          'Time from sending a command to its answer, as clients measured it: p50, p95 and p99 by region.',
        bad: 'Up is bad.',
        runbooks: ['region-suspect'],
      },
      [0.5, 0.95, 0.99].map((share) => ({
        expr: quantile(share, 'regionpilot.command.duration', byRegion),
        legend: `${inRegion} p${Math.round(share * 100)}`,
      })),
      { unit: 's' },
    ),
    heat(
      {
        title: 'Spread of command durations',
        means: 'How many commands took how long, all regions together. Brighter is more.',
        bad: 'A bright band that moves up, or a second one above it, is bad.',
      },
      { expr: spread('regionpilot.command.duration') },
    ),
    areas(
      {
        title: 'Errors by class',
        means:
          'Failed commands per second by error class, those that speak against nobody included.',
        bad: 'Up is bad; which class says where to look: refused the process, timeout the network or a frozen server.',
        runbooks: ['region-down'],
      },
      [{ expr: rate('regionpilot.connection.errors', ['class']), legend: '{{class}}' }],
      { unit: 'ops' },
    ),
    lines(
      {
        title: 'Oldest unanswered command',
        means:
          'Age of the oldest command without an answer, by region. A frozen server or a black hole shows here first.',
        bad: 'Up is bad: from 500 ms on a client votes against the region.',
        runbooks: ['region-down'],
      },
      [{ expr: fold('max', 'regionpilot.region.stalled', byRegion), legend: inRegion }],
      { unit: 's', thresholds: rising(0.5) },
    ),
  ],
};
