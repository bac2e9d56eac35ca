// Reading groups, regions and who is asking.

import type { Page } from '../contract/answers.ts';
import type { GroupState } from '../contract/groups.ts';
import type { SessionInfo } from '../contract/session.ts';
import { policyEtag, policyView } from '../model/policy.ts';
import type { Route } from '../route.ts';
import { groupParams } from '../schemas/common.ts';
import { groupList, groupState, regionList } from '../schemas/groups.ts';
import { policyView as policySchema, sessionInfo } from '../schemas/pipeline.ts';
import { groupAt, type ReadContext } from './context.ts';

export function groupRoutes(context: ReadContext): readonly Route[] {
  const { world, session } = context;
  return [
    {
      method: 'GET',
      path: '/api/v1/session',
      scope: 'viewer',
      tag: 'session',
      summary: 'Who is asking, and what they may do',
      response: sessionInfo,
      handle: ({ identity, nowMs }) => {
        const { actor, scope, auth, expiresMs } = identity;
        // Relay clients do not get here.
        const info: SessionInfo = {
          actor,
          scope: scope === 'relay' ? 'viewer' : scope,
          auth,
          expiresMs,
          ...session,
          nowMs,
        };
        return { body: info };
      },
    },
    {
      method: 'GET',
      path: '/api/v1/groups',
      scope: 'viewer',
      tag: 'groups',
      summary: 'Every group as it is now',
      response: groupList,
      handle: ({ nowMs }) => ({ body: whole(world.groupStates(nowMs)) }),
    },
    {
      method: 'GET',
      path: '/api/v1/groups/:group',
      scope: 'viewer',
      tag: 'groups',
      summary: 'One group as it is now',
      params: groupParams,
      response: groupState,
      problems: ['not-found'],
      handle: ({ params, nowMs }) => ({ body: groupAt(context, params['group'] ?? '', nowMs) }),
    },
    {
      method: 'GET',
      path: '/api/v1/groups/:group/policy',
      scope: 'viewer',
      tag: 'policy',
      summary: 'The settings in force, and where each comes from',
      params: groupParams,
      response: policySchema,
      problems: ['not-found'],
      handle: ({ params, nowMs }) => {
        const { group } = groupAt(context, params['group'] ?? '', nowMs);
        return {
          headers: { etag: policyEtag(world.policies, group) },
          body: policyView(group, world.policyOf(group), world.policies),
        };
      },
    },
    {
      method: 'GET',
      path: '/api/v1/regions',
      scope: 'viewer',
      tag: 'groups',
      summary: 'Every region as all groups see it',
      response: regionList,
      handle: ({ nowMs }) => ({ body: whole(regionsOf(world.groupStates(nowMs))) }),
    },
  ];
}

/** A list that is small enough to be one page. */
export function whole<Item>(items: readonly Item[]): Page<Item> {
  return { items, next: null, total: items.length };
}

function regionsOf(groups: readonly GroupState[]) {
  const names = new Set(groups.flatMap(({ regions }) => regions.map(({ region }) => region)));
  return [...names].sort().map((region) => ({
    region,
    groups: groups.flatMap((group) =>
      group.regions
        .filter((each) => each.region === region)
        .map(({ health, admit, connected, opsPerSecond, errorRatio }) => ({
          group: group.group,
          health,
          admit,
          connected,
          opsPerSecond,
          errorRatio,
        })),
    ),
  }));
}
