// Reading the machinery, orders in force, and who did what.

import type { AuditEntry } from '../contract/orders.ts';
import type { AuditKept } from '../model/world.ts';
import type { Route } from '../route.ts';
import { cursor, limit, page, query } from '../schemas/common.ts';
import { orderOfGroup } from '../schemas/groups.ts';
import { auditPage, pipelineState } from '../schemas/pipeline.ts';
import type { ReadContext } from './context.ts';
import { whole } from './read-groups.ts';
import { pageAfter } from './read-timeline.ts';

export function pipelineRoutes({ world, around }: ReadContext): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/api/v1/pipeline',
      scope: 'viewer',
      tag: 'pipeline',
      summary: 'How the machinery itself is doing',
      response: pipelineState,
      handle: ({ nowMs }) => ({ body: world.pipeline(around(), nowMs) }),
    },
    {
      method: 'GET',
      path: '/api/v1/overrides',
      scope: 'viewer',
      tag: 'orders',
      summary: "Operators' orders that are in force, by group; `*` is every group",
      response: page('OrderPage', orderOfGroup),
      handle: ({ nowMs }) => ({
        body: whole(
          [...world.overrides]
            .filter(([, { expiresMs }]) => expiresMs > nowMs)
            .map(([group, order]) => {
              const { hold, automation, overrideRules, author, reason, atMs, expiresMs } = order;
              const scope = group === '*' ? 'all' : 'group';
              return {
                group,
                scope,
                hold,
                automation,
                overrideRules,
                author,
                reason,
                atMs,
                expiresMs,
              };
            }),
        ),
      }),
    },
    {
      method: 'GET',
      path: '/api/v1/audit',
      scope: 'operator',
      tag: 'audit',
      summary: 'Who did what and why, newest first',
      query: query({ limit: limit(100), cursor }),
      response: auditPage,
      handle: ({ query: given }) => {
        const { limit: most, cursor: place } = given as { limit: number; cursor?: string };
        const entries = world.audit.map(auditEntry).reverse();
        return pageAfter(entries, ({ id }) => id, {}, most, place);
      },
    },
  ];
}

function auditEntry({ record }: AuditKept): AuditEntry {
  const { id, atMs, actor, auth, action, target, reason, before, after, requestId } = record;
  return {
    id,
    atMs,
    actor,
    auth,
    action,
    target,
    reason,
    before,
    after,
    requestId: requestId ?? '',
  };
}
