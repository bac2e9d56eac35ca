// Reading clients one by one.

import Type from 'typebox';
import { type ClientFilter, clientPage, clientSorts } from '../model/client-page.ts';
import { clientMatrix } from '../model/matrix.ts';
import type { Route } from '../route.ts';
import { clientStates, clientMatrix as matrixSchema, verdicts } from '../schemas/clients.ts';
import { cursor, filterName, groupParams, limit, oneOf, query } from '../schemas/common.ts';
import { groupAt, type ReadContext, wrongCursor } from './context.ts';

export function clientRoutes(context: ReadContext): readonly Route[] {
  const { world } = context;
  return [
    {
      method: 'GET',
      path: '/api/v1/clients',
      scope: 'viewer',
      tag: 'clients',
      summary: 'Clients one by one, those in trouble first',
      query: query({
        group: filterName('Only of this group.'),
        home: filterName('Only those that live there.'),
        domain: filterName('Only of this failure domain.'),
        region: filterName('Only those that have to do with this region.'),
        verdict: Type.Optional(oneOf(verdicts, 'Only those that say so, of `region` or of any.')),
        straggler: Type.Optional(
          Type.Boolean({ description: 'Only those that follow an older decision, or do not.' }),
        ),
        q: Type.Optional(
          Type.String({ minLength: 1, maxLength: 128, description: 'Part of the name.' }),
        ),
        sort: Type.Optional(oneOf(clientSorts, 'Their order; `worst` unless given.')),
        limit: limit(100),
        cursor,
      }),
      response: clientStates,
      handle: ({ query: given }) => {
        const { limit: most, cursor: place, ...filter } = given as ClientQuery;
        const page = clientPage(world.clients(filter.group), filter, most, place);
        if (page === null) throw wrongCursor();
        return { body: page };
      },
    },
    {
      method: 'GET',
      path: '/api/v1/groups/:group/matrix',
      scope: 'viewer',
      tag: 'clients',
      summary: 'All clients × regions, compact',
      params: groupParams,
      response: matrixSchema,
      problems: ['not-found'],
      handle: ({ params, nowMs }) => {
        const { group, regions } = groupAt(context, params['group'] ?? '', nowMs);
        const names = regions.map(({ region }) => region);
        return { body: clientMatrix(group, names, world.clients(group), nowMs) };
      },
    },
  ];
}

type ClientQuery = ClientFilter & { readonly limit: number; readonly cursor?: string };
