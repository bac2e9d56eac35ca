// Reading alerts and silences.

import { alertStates, severities } from '@regionpilot/protocol';
import Type from 'typebox';
import type { AlertView } from '../contract/alerts.ts';
import { ProblemError } from '../problem.ts';
import type { Route } from '../route.ts';
import { alertPage, alertView, silenceList } from '../schemas/alerts.ts';
import { cursor, filterName, limit, oneOf, query } from '../schemas/common.ts';
import type { ReadContext } from './context.ts';
import { whole } from './read-groups.ts';
import { pageAfter } from './read-timeline.ts';

export function alertRoutes({ world }: ReadContext): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/api/v1/alerts',
      scope: 'viewer',
      tag: 'alerts',
      summary: 'Alerts, the most urgent first, and who was told of each',
      query: query({
        state: Type.Optional(oneOf(alertStates, 'Only in this state.')),
        severity: Type.Optional(oneOf(severities, 'Only so urgent.')),
        group: filterName('Only about this group.'),
        q: Type.Optional(
          Type.String({ minLength: 1, maxLength: 128, description: 'Part of what it says.' }),
        ),
        limit: limit(100),
        cursor,
      }),
      response: alertPage,
      handle: ({ query: given, nowMs }) => {
        const { limit: most, cursor: place, ...filter } = given as AlertQuery;
        const found = world.alerts(nowMs).filter((alert) => fits(alert, filter));
        return pageAfter(found, ({ fingerprint }) => fingerprint, filter, most, place);
      },
    },
    {
      method: 'GET',
      path: '/api/v1/alerts/:fingerprint',
      scope: 'viewer',
      tag: 'alerts',
      summary: 'One alert, and who was told of it',
      params: Type.Object({
        fingerprint: Type.String({ pattern: '^[0-9a-f]{16}$', description: 'Of the alert.' }),
      }),
      response: alertView,
      problems: ['not-found'],
      handle: ({ params, nowMs }) => {
        const wanted = params['fingerprint'];
        const found = world.alerts(nowMs).find(({ fingerprint }) => fingerprint === wanted);
        if (found === undefined) throw new ProblemError('not-found', 'No such alert is known');
        return { body: found };
      },
    },
    {
      method: 'GET',
      path: '/api/v1/silences',
      scope: 'viewer',
      tag: 'alerts',
      summary: 'Silences, and what each mutes',
      query: query({
        expired: Type.Optional(
          Type.Boolean({ default: false, description: 'Those that are over too.' }),
        ),
      }),
      response: silenceList,
      handle: ({ query: given, nowMs }) => {
        const all = world.silences(nowMs);
        const shown = given['expired'] === true ? all : all.filter((s) => s.state !== 'expired');
        return { body: whole(shown) };
      },
    },
  ];
}

type AlertFilter = {
  readonly state?: string;
  readonly severity?: string;
  readonly group?: string;
  readonly q?: string;
};
type AlertQuery = AlertFilter & { readonly limit: number; readonly cursor?: string };

function fits(alert: AlertView, { state, severity, group, q }: AlertFilter): boolean {
  const labels = Object.entries(alert.labels).map(([name, value]) => `${name}=${value}`);
  const words = [alert.summary, alert.description, ...labels].join('\n').toLowerCase();
  return (
    (state === undefined || alert.state === state) &&
    (severity === undefined || alert.severity === severity) &&
    (group === undefined ||
      (Object.hasOwn(alert.labels, 'group') && alert.labels['group'] === group)) &&
    (q === undefined || words.includes(q.toLowerCase()))
  );
}
