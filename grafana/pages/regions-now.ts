// The first two rows of Regions: is anything wrong now, and where?

import type { Row } from '../frame.ts';
import { rising, words } from '../look.ts';
import { stat } from '../panels.ts';
import { map, table } from '../places.ts';
import { fold, is, not } from '../query.ts';
import { uids } from '../uids.ts';
import { byRegion, errorRatio, healths, objective } from './regions-shared.ts';

export const now: Row = {
  title: 'Now',
  panels: [
    stat(
      {
        title: 'Regions not healthy',
        means: 'Regions of all groups that the fleet sees as suspect or down.',
        bad: 'Up is bad. 0 is the only good value.',
        runbooks: ['region-down', 'region-suspect'],
      },
      {
        expr: `count(${fold('max', 'regionpilot.region.health.state', byRegion)} > 0 < 3) or vector(0)`,
      },
      { thresholds: rising(1, 2) },
    ),
    stat(
      {
        title: 'Error ratio',
        means:
          'Share of commands that failed for a reason that speaks against the region, everywhere.',
        bad: 'Up is bad. Above 0.1 % the error budget of the month shrinks too fast.',
        runbooks: ['error-budget-burn-fast'],
      },
      { expr: errorRatio([]) },
      { unit: 'percentunit', thresholds: rising(objective, 0.01) },
    ),
    stat(
      {
        title: 'Open incidents',
        means:
          'Groups with an incident that is not closed: something failed, moved or is on its way back.',
        bad: 'Up is bad.',
        runbooks: ['region-down'],
      },
      { expr: `sum(${fold('max', 'regionpilot.incident.open', ['group'])})` },
      { thresholds: rising(1, 2) },
    ),
    stat(
      {
        title: 'Firing pages',
        means: 'Alerts of severity page that fire now, or whose rule has no data.',
        bad: 'Up is bad: each of them wakes somebody.',
      },
      {
        expr: `${fold('sum', 'regionpilot.alerts.firing', [], { severity: is('page') })} or vector(0)`,
      },
      { thresholds: rising(1, 1) },
    ),
    stat(
      {
        title: 'Data age',
        means: 'Age of the newest batch that any aggregator has taken in.',
        bad: 'Up is bad: everything on this page is as old as that.',
        runbooks: ['agents-silent', 'aggregator-behind'],
      },
      { expr: `time() - ${fold('max', 'regionpilot.last_event.timestamp')}` },
      { unit: 's', thresholds: rising(5, 15) },
    ),
    stat(
      {
        title: 'Silent clients',
        means:
          'Share of the clients known within the last minute that do not report: they follow the last decision they heard.',
        bad: 'Up is bad. At 50 % of a home agentsSilent pages.',
        runbooks: ['agents-silent'],
      },
      {
        expr: `1 - ${fold('sum', 'regionpilot.clients', [], { state: is('reporting') })} / ${fold('sum', 'regionpilot.clients', [], { state: is('known') })}`,
      },
      { unit: 'percentunit', thresholds: rising(0.05, 0.5) },
    ),
  ],
};

export const where: Row = {
  title: 'Where',
  panels: [
    map(
      {
        title: 'Regions on the map',
        means: 'Worst health of each region over all groups, at the coordinates given for it.',
        bad: 'Orange is suspect, vermilion is down, grey is unknown.',
        runbooks: ['region-down'],
      },
      {
        expr: `max by (region, latitude, longitude) (${fold('max', 'regionpilot.region.health.state', ['region'])} * on (region) group_left (latitude, longitude) ${fold('max', 'regionpilot.region.info', ['region', 'latitude', 'longitude'], { latitude: not(''), longitude: not('') })})`,
      },
      { mappings: words(...healths), height: 10 },
    ),
    table(
      {
        title: 'Worst regions',
        means: 'One row per group and region. A click opens Failover for the group.',
        bad: 'Up is bad in all columns but the last two: connected clients and admitted share.',
        runbooks: ['region-down', 'client-failing-alone'],
      },
      [
        { heading: 'Error ratio', expr: errorRatio(byRegion), unit: 'percentunit' },
        { heading: 'Voters', expr: fold('sum', 'regionpilot.region.voters', byRegion) },
        {
          heading: 'Stalled',
          expr: fold('max', 'regionpilot.region.stalled', byRegion),
          unit: 's',
        },
        { heading: 'Connected', expr: fold('sum', 'regionpilot.region.connected', byRegion) },
        {
          heading: 'Admitted',
          expr: fold('max', 'regionpilot.region.admitted', byRegion, { home: is('*') }),
          unit: 'percentunit',
        },
      ],
      {
        height: 10,
        link: {
          title: 'Failover of this group',
          url: `/d/${uids.failover}?var-datasource=\${datasource}&var-group=\${__data.fields.group}&\${__url_time_range}`,
        },
      },
    ),
  ],
};
