// Marks on every graph: what changed when. From Prometheus, since Grafana's own store of annotations
// needs somebody to write to it, and that is missing when it matters.

import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import {
  type AnnotationQuery,
  AnnotationQueryBuilder,
} from '@grafana/grafana-foundation-sdk/dashboard';
import type { DecisionReason } from '../protocol/decision.ts';
import { datasource } from './dress.ts';
import { type Colour, colours } from './look.ts';
import { fold, happened, is, oneOf, series } from './query.ts';
import { intervalSeconds } from './uids.ts';

/** `$group` is not a variable of every page, and what happened to any group is news to all. */
export function annotations(): Builder<AnnotationQuery>[] {
  return [
    mark(
      'Failover',
      'bad',
      ofAllGroups(decided('regionDown', 'regionDownFromHome')),
      '{{group}}',
      '{{reason}}',
    ),
    mark(
      'Failback',
      'good',
      ofAllGroups(decided('rampStep')),
      '{{group}}',
      'A region takes more clients back',
    ),
    mark(
      'Failback taken back',
      'warn',
      ofAllGroups(decided('rampAborted')),
      '{{group}}',
      'New evidence against the region',
    ),
    mark(
      'Hold',
      'moved',
      ofAllGroups(decided('operatorHold', 'operatorHoldEnded')),
      '{{group}}',
      '{{reason}}',
    ),
    mark(
      'No safe target',
      'bad',
      ofAllGroups(decided('noSafeTarget')),
      '{{group}}',
      'Clients stay where they are',
    ),
    mark(
      'Config reload',
      'none',
      changed('regionpilot.alerts.config.reload_success.timestamp'),
      '{{instance}}',
      'Alerting took a new config',
    ),
    mark(
      'Restart',
      'none',
      `${series('process.uptime')} < ${intervalSeconds * 2}`,
      '{{job}}',
      '{{instance}}',
    ),
    mark(
      'Page firing',
      'warn',
      `${fold('sum', 'regionpilot.alerts.firing', ['alertname'], { severity: is('page') })} > 0`,
      '{{alertname}}',
      'A page fires',
    ),
  ];
}

function decided(...reasons: readonly DecisionReason[]): string {
  return `${happened('regionpilot.decisions', ['group', 'reason'], { reason: oneOf(...reasons) })} > 0`;
}

function changed(name: 'regionpilot.alerts.config.reload_success.timestamp'): string {
  return `changes(${series(name)}[$__rate_interval]) > 0`;
}

function ofAllGroups(expr: string): string {
  return expr.replaceAll(', group=~"$group"', '');
}

function mark(
  name: string,
  colour: Colour,
  expr: string,
  title: string,
  text: string,
): AnnotationQueryBuilder {
  return new AnnotationQueryBuilder()
    .name(name)
    .datasource(datasource)
    .enable(true)
    .iconColor(colours[colour])
    .expr(expr)
    .step(`${intervalSeconds}s`)
    .titleFormat(`${name}: ${title}`)
    .textFormat(text);
}
